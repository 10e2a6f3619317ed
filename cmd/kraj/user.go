package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"kraj/geo"
)

func (p *program) userCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "user",
		Short: "Look after the people who may sign in",
		Example: `  kraj user add ana --role planner
  kraj user list`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.userAddCommand(), p.userListCommand(), p.userPasswordCommand(), p.userDisableCommand())
	return cmd
}

func (p *program) userAddCommand() *cobra.Command {
	var role string
	var login bool
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add somebody who may sign in",
		Long: `Adds a user. The password is asked for; without a terminal it is the first line
of the standard input. With --db-login the same name and password also open the
database itself, as a planner, for QGIS (see kraj serve --db-listen).`,
		Example: `  kraj user add ana
  kraj user add bojan --role admin < password.txt
  kraj user add ana.gis --db-login`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(s *session) error { return p.addUser(cmd.Context(), s, args[0], role, login) })
		},
	}
	cmd.Flags().StringVar(&role, "role", "planner", "planner or admin")
	cmd.Flags().BoolVar(&login, "db-login", false, "also let this user into the database, for QGIS")
	return cmd
}

func (p *program) addUser(ctx context.Context, s *session, name, role string, login bool) error {
	password, err := p.askPassword()
	if err != nil {
		return err
	}
	tx, err := s.Owner.Begin(ctx)
	if err != nil {
		return fmt.Errorf("adding the user: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if err := geo.AddUser(ctx, tx, name, password, role); err != nil {
		return err
	}
	if login {
		if err := geo.AddDatabaseLogin(ctx, tx, name, password); err != nil {
			return err
		}
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("adding the user: %w", err)
	}
	p.printf("added %s (%s)\n", name, role)
	return nil
}

func (p *program) userListCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "List the users",
		Example: "  kraj user list --json",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				users, err := geo.ListUsers(cmd.Context(), s.Owner)
				if err != nil {
					return err
				}
				if asJSON {
					return p.printJSON(users)
				}
				rows := [][]string{{"name", "role", "state", "since"}}
				for _, u := range users {
					state := "active"
					if u.Disabled {
						state = "disabled"
					}
					rows = append(rows, []string{u.Name, u.Role, state, u.CreatedAt.Format("2006-01-02")})
				}
				p.printTable(rows, nil)
				return nil
			})
		},
	}
	jsonFlag(cmd, &asJSON)
	return cmd
}

func (p *program) userPasswordCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "password NAME",
		Short:   "Change a password; ends the user's sessions",
		Example: "  kraj user password ana",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				password, err := p.askPassword()
				if err != nil {
					return err
				}
				if err := geo.SetPassword(cmd.Context(), s.Owner, args[0], password); err != nil {
					return err
				}
				if err := geo.SetDatabasePassword(cmd.Context(), s.Owner, args[0], password); err != nil {
					return err
				}
				p.printf("changed the password of %s\n", args[0])
				return nil
			})
		},
	}
}

func (p *program) userDisableCommand() *cobra.Command {
	var enable bool
	cmd := &cobra.Command{
		Use:   "disable NAME",
		Short: "Lock a user out, or let them in again (--enable)",
		Example: `  kraj user disable ana
  kraj user disable ana --enable`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.with(cmd.Context(), func(s *session) error {
				if err := geo.SetDisabled(cmd.Context(), s.Owner, args[0], !enable); err != nil {
					return err
				}
				if err := geo.SetDatabaseLogin(cmd.Context(), s.Owner, args[0], enable); err != nil {
					return err
				}
				p.printf("%s is %s\n", args[0], map[bool]string{true: "enabled", false: "disabled"}[enable])
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&enable, "enable", false, "let the user in again")
	return cmd
}

// askPassword asks at the terminal, twice and without showing it; elsewhere it
// reads the first line.
func (p *program) askPassword() (string, error) {
	f, ok := p.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		line, err := bufio.NewReader(io.LimitReader(p.in, 4096)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Again: "} {
		fmt.Fprint(p.err, prompt)
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(p.err)
		if err != nil {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		typed[i] = string(b)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ; nothing was changed")
	}
	return typed[0], nil
}
