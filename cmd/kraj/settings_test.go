package main

import (
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

func TestSettingsOfTheEnvironment(t *testing.T) {
	for _, test := range []struct{ environment, want string }{
		{"KRAJ_TRUSTED_PROXIES=10.0.0.0/8,192.168.1.7", ""},
		{"KRAJ_TRUSTED_PROXIES=everybody", "neither an address nor a network"},
		{"KRAJ_BASE_PATH=/karta", ""},
		{"KRAJ_BASE_PATH=karta", "must begin with a slash"},
		{"KRAJ_PUBLIC_URL=https://karta.example.si/kraj", ""},
		{"KRAJ_PUBLIC_URL=karta.example.si", "must be an address"},
		{"KRAJ_TILE_CACHE_MB=64", ""},
		{"KRAJ_LOG_LEVEL=warn", ""},
		{"KRAJ_LOG_LEVEL=loud", "reading the environment"},
		{"KRAJ_TILE_CACHE_MB=0", "must be from 1"},
	} {
		var s settings
		err := s.read([]string{test.environment}, pflag.NewFlagSet("", pflag.ContinueOnError))
		if (test.want == "") != (err == nil) || (err != nil && !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: %v, want %q", test.environment, err, test.want)
		}
		if strings.HasSuffix(test.environment, "192.168.1.7") && (len(s.proxies) != 2 || s.proxies[1].Bits() != 32) {
			t.Errorf("%v", s.proxies)
		}
	}
}
