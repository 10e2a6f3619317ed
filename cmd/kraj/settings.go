package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"

	"github.com/caarlos0/env/v11"
	"github.com/spf13/pflag"
)

// settings come from flags, else from the environment, else from defaults.
type settings struct {
	// Database is the URL of a PostgreSQL database, as its owner; empty means the
	// private cluster in Data.
	Database string `env:"KRAJ_DATABASE_URL"`
	// PublicDatabase is an optional second login for the public, which needs no
	// more than the role kraj_public.
	PublicDatabase string `env:"KRAJ_PUBLIC_DATABASE_URL"`
	// Data is the folder of the private cluster; empty means ./kraj-data.
	Data string `env:"KRAJ_DATA"`
	// Listen is the address of the web server.
	Listen string `env:"KRAJ_LISTEN" envDefault:"127.0.0.1:8080"`
	// SRID of a new database; 0 is the default for a new one, "as it is" otherwise.
	SRID int `env:"KRAJ_SRID"`
	// Basemaps are optional raster maps, NAME=URL[|ATTRIBUTION], separated by semicolons.
	Basemaps string `env:"KRAJ_BASEMAPS"`
	// AccessibilityContact is whom the accessibility statement says to write to: a name, an address, a telephone number.
	AccessibilityContact string `env:"KRAJ_ACCESSIBILITY_CONTACT"`
	// BasePath is the path under which a proxy mounts kraj, such as /karta.
	BasePath string `env:"KRAJ_BASE_PATH"`
	// PublicURL is the address that people use, when no proxy says it with X-Forwarded-*.
	PublicURL string `env:"KRAJ_PUBLIC_URL"`
	// TrustedProxies may say X-Forwarded-*: addresses or networks, separated by commas. Without it, this machine's.
	TrustedProxies []string `env:"KRAJ_TRUSTED_PROXIES"`
	// TileCache is the memory for tiles, in MiB.
	TileCache int64 `env:"KRAJ_TILE_CACHE_MB" envDefault:"256"`
	// LogLevel is the least that the server logs: debug, info (a line a request), warn or error.
	LogLevel slog.Level `env:"KRAJ_LOG_LEVEL" envDefault:"info"`

	proxies []netip.Prefix
	flag    struct{ database, data string }
}

const defaultData = "kraj-data"

func (s *settings) flags(f *pflag.FlagSet) {
	f.StringVar(&s.flag.database, "database", "", "URL of the PostgreSQL database to use (KRAJ_DATABASE_URL)")
	f.StringVar(&s.flag.data, "data", "", "folder of kraj's own database (KRAJ_DATA, default ./"+defaultData+")")
}

// read fills the settings from the environment; flags win. A data folder given as
// a flag also wins over a database of the environment.
func (s *settings) read(environ []string, f *pflag.FlagSet) error {
	if err := env.ParseWithOptions(s, env.Options{Environment: env.ToMap(environ)}); err != nil {
		return fmt.Errorf("reading the environment: %w", err)
	}
	if err := s.readServing(); err != nil {
		return err
	}
	if f.Changed("database") && f.Changed("data") {
		return usagef("--database and --data exclude each other: --data is the folder of kraj's own database")
	}
	if f.Changed("data") {
		s.Data, s.Database = s.flag.data, ""
	}
	if f.Changed("database") {
		s.Database = s.flag.database
	}
	if s.Database != "" && !strings.HasPrefix(s.Database, "postgres://") && !strings.HasPrefix(s.Database, "postgresql://") {
		return usagef("the database must be a URL such as postgres://user@host:5432/kraj")
	}
	return nil
}

// readServing checks what only kraj serve uses.
func (s *settings) readServing() error {
	if s.BasePath != "" && !strings.HasPrefix(s.BasePath, "/") {
		return usagef("KRAJ_BASE_PATH=%q must begin with a slash, such as /karta", s.BasePath)
	}
	if u, err := url.Parse(s.PublicURL); s.PublicURL != "" && (err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "") {
		return usagef("KRAJ_PUBLIC_URL=%q must be an address such as https://karta.example.si", s.PublicURL)
	}
	if s.TileCache < 1 || s.TileCache > 1<<20 {
		return usagef("KRAJ_TILE_CACHE_MB=%d must be from 1 to %d", s.TileCache, 1<<20)
	}
	for _, text := range s.TrustedProxies {
		prefix, err := parsePrefix(text)
		if err != nil {
			return usagef("KRAJ_TRUSTED_PROXIES: %v", err)
		}
		s.proxies = append(s.proxies, prefix)
	}
	return nil
}

// parsePrefix reads a network such as 10.0.0.0/8, or a single address.
func parsePrefix(text string) (netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address, address.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return prefix, fmt.Errorf("%q is neither an address nor a network such as 10.0.0.0/8", text)
	}
	return prefix, nil
}
