package cluster

import (
	"fmt"
	"net"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
)

const mib = 1 << 20

// machine is what the server is tuned for.
type machine struct {
	cores  int
	memory int64 // bytes
}

// thisMachine reads cores and memory; a container's limit counts as the memory.
func thisMachine() machine {
	m := machine{cores: runtime.NumCPU(), memory: 1024 * mib}
	if data, err := os.ReadFile("/proc/meminfo"); err == nil {
		for line := range strings.Lines(string(data)) {
			f := strings.Fields(line)
			if len(f) >= 2 && f[0] == "MemTotal:" {
				if kib, err := strconv.ParseInt(f[1], 10, 64); err == nil {
					m.memory = kib << 10
				}
			}
		}
	}
	if data, err := os.ReadFile("/sys/fs/cgroup/memory.max"); err == nil {
		if limit, err := strconv.ParseInt(strings.TrimSpace(string(data)), 10, 64); err == nil && limit > 0 {
			m.memory = min(m.memory, limit)
		}
	}
	return m
}

// tuning leaves half of the machine to kraj itself and to the file cache: people
// run other things beside it.
func tuning(m machine) map[string]string {
	mb := m.memory / mib
	return map[string]string{
		"shared_buffers":                  fmt.Sprintf("%dMB", clamp(mb/5, 64, 8192)),
		"effective_cache_size":            fmt.Sprintf("%dMB", clamp(mb/2, 128, 1<<20)),
		"work_mem":                        fmt.Sprintf("%dMB", clamp(mb/256, 4, 64)),
		"maintenance_work_mem":            fmt.Sprintf("%dMB", clamp(mb/16, 32, 1024)),
		"max_connections":                 "100",
		"max_worker_processes":            strconv.Itoa(max(8, m.cores)),
		"max_parallel_workers":            strconv.Itoa(m.cores),
		"max_parallel_workers_per_gather": strconv.Itoa(clampInt(m.cores/2, 1, 4)),
		"max_wal_size":                    "2GB",
		"random_page_cost":                "1.1",
		"effective_io_concurrency":        "200",
		// Compiling the many small geometry queries costs more than it saves.
		"jit": "off",
	}
}

func clamp(v, lo, hi int64) int64   { return max(lo, min(v, hi)) }
func clampInt(v, lo, hi int) int    { return max(lo, min(v, hi)) }
func quoteConf(value string) string { return "'" + strings.ReplaceAll(value, "'", "''") + "'" }

// configuration is the text of kraj.conf, always the same for the same input, so
// that a running server can be compared with what it should be.
func (c Config) configuration(socket string, port int) (string, error) {
	s := tuning(thisMachine())
	s["unix_socket_directories"] = socket
	s["unix_socket_permissions"] = "0700"
	s["port"] = strconv.Itoa(port)
	s["listen_addresses"] = ""
	if c.Listen != "" {
		host, _, err := net.SplitHostPort(c.Listen)
		if err != nil {
			return "", fmt.Errorf("--db-listen %q: write ADDRESS:PORT, such as 192.168.1.10:5432: %w", c.Listen, err)
		}
		if host == "" {
			host = "*"
		}
		s["listen_addresses"] = host
	}
	s["password_encryption"] = "scram-sha-256"
	s["timezone"], s["log_timezone"] = "UTC", "UTC"
	s["logging_collector"] = "on"
	s["log_directory"] = "log"
	s["log_filename"] = "postgresql-%a.log"
	s["log_truncate_on_rotation"], s["log_rotation_age"], s["log_rotation_size"] = "on", "1d", "0"
	for k, v := range c.Settings {
		s[k] = v
	}
	keys := make([]string, 0, len(s))
	for k := range s {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	var b strings.Builder
	b.WriteString("# Written by kraj at every start. Your own settings belong in local.conf beside this file.\n")
	for _, k := range keys {
		fmt.Fprintf(&b, "%s = %s\n", k, quoteConf(s[k]))
	}
	return b.String(), nil
}

// hba lets system users in through the socket by their identity, never by trust;
// from the network only named users with a password, never the superuser.
func (c Config) hba() string {
	var b strings.Builder
	b.WriteString("# Written by kraj at every start.\nlocal all all peer map=kraj\n")
	if c.Listen != "" {
		fmt.Fprintf(&b, "host all %s all reject\n", superuser)
		fmt.Fprintf(&b, "host %s all all scram-sha-256\n", Database)
	}
	return b.String()
}

// ident says which system users are which database users: kraj's own and the
// server's.
func ident(users ...string) string {
	var b strings.Builder
	b.WriteString("# Written by kraj at every start.\n")
	seen := map[string]bool{}
	for _, u := range users {
		if seen[u] {
			continue
		}
		seen[u] = true
		for _, role := range []string{superuser, Owner, "kraj_planner", "kraj_public"} {
			fmt.Fprintf(&b, "kraj %s %s\n", quoteIdent(u), role)
		}
	}
	return b.String()
}

func quoteIdent(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
