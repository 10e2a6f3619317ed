package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"strconv"
)

// configure chooses the socket's folder and writes the server's configuration.
func (c *Cluster) configure(ctx context.Context) error {
	socket, err := c.folder.socketFolder(ctx, c.account)
	if err != nil {
		return err
	}
	c.record.Socket = socket
	port := defaultPort
	if c.config.Listen != "" {
		_, p, err := net.SplitHostPort(c.config.Listen)
		if err == nil {
			port, err = strconv.Atoi(p)
		}
		if err != nil {
			return fmt.Errorf("--db-listen %q: write ADDRESS:PORT, such as 192.168.1.10:5432: %w", c.config.Listen, err)
		}
	}
	if c.conf, err = c.config.configuration(socket, port); err != nil {
		return err
	}
	hba, idents := c.config.hba(), ident(c.account.name, "root")
	for name, text := range map[string]string{"kraj.conf": c.conf, "pg_hba.conf": hba, "pg_ident.conf": idents} {
		if err := c.account.writeFile(c.folder.pgdata()+"/"+name, []byte(text)); err != nil {
			return err
		}
	}
	sum := sha256.Sum256([]byte(c.conf + hba + idents))
	c.record = record{Socket: socket, Port: port, Conf: hex.EncodeToString(sum[:8])}
	return nil
}
