package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// program is one run of kraj: what it reads and writes and how it was asked to
// behave. Tests make their own.
type program struct {
	in      io.Reader
	out     io.Writer
	err     io.Writer
	environ []string

	settings settings
	log      *slog.Logger
	logged   *logBuffer // what of the log has yet to be written; nil when nothing waits
}

// run executes the command line and returns the exit code: 0, 1 when the work
// failed, 2 when the command was not understood.
func (p *program) run(ctx context.Context, args []string) int {
	root := p.command()
	root.SetArgs(args)
	root.SetIn(p.in)
	root.SetOut(p.out)
	root.SetErr(p.err)
	command, err := root.ExecuteContextC(ctx)
	if p.logged != nil {
		_ = p.logged.flush() // there is nowhere left to say that the log cannot be written
	}
	if err == nil {
		return 0
	}
	var usage *usageError
	if errors.As(err, &usage) || p.log == nil {
		fmt.Fprintf(p.err, "kraj: %v\nSee %s --help.\n", err, command.CommandPath())
		return 2
	}
	fmt.Fprintf(p.err, "kraj: %v\n", err)
	return 1
}

// usageError says that the command line itself was wrong.
type usageError struct{ error }

func usagef(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }

// command is the whole tree.
func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "kraj",
		Short: "Municipal projects on the map, and how they divide between city and countryside",
		Long: `kraj shows where a municipality's projects are, what lies where, and how projects
and money divide between city and countryside.

It keeps everything in PostgreSQL with PostGIS: in a database of its own, which
it starts itself (--data), or in yours (--database).`,
		Example: `  kraj serve --demo                 start with the demonstration municipalities
  kraj import settlements naselja.gpkg
  kraj balance --by theme --municipality kranj`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	p.settings.flags(root.PersistentFlags())
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		if err := p.settings.read(p.environ, cmd.Flags()); err != nil {
			return err
		}
		p.log = slog.New(p.logHandler(cmd.Name() == "serve"))
		return nil
	}
	root.AddCommand(p.serveCommand(), p.migrateCommand(), p.versionCommand(), p.dbCommand(),
		p.importCommand(), p.exportCommand(), p.tilesCommand(), p.balanceCommand(), p.userCommand(), p.historyCommand(), p.revertCommand(), p.demoCommand(), p.tieCommand(), p.eligibilityCommand(), p.mechanismCommand(), p.gapsCommand(), p.weightCommand(), p.schemeCommand())
	return root
}

// logHandler writes text for a person at a terminal and JSON for everything else.
// The server tells what it does; other commands speak for themselves and log only
// what goes wrong.
func (p *program) logHandler(server bool) slog.Handler {
	o := &slog.HandlerOptions{Level: slog.LevelWarn}
	if server {
		o.Level = p.settings.LogLevel
	}
	if f, ok := p.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return slog.NewTextHandler(p.err, o)
	}
	if !server {
		return slog.NewJSONHandler(p.err, o)
	}
	p.logged = &logBuffer{to: p.err}
	return promptly{slog.NewJSONHandler(p.logged, o), p.logged}
}

// printJSON writes a value as indented JSON.
func (p *program) printJSON(v any) error {
	e := json.NewEncoder(p.out)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

func (p *program) printf(format string, args ...any) { fmt.Fprintf(p.out, format, args...) }
