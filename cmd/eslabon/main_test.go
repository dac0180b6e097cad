package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/cli"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
)

func TestMain(m *testing.M) { dbtest.Main(scripted{m}) }

// scripted runs the tests, or is the program when a script calls it.
type scripted struct{ m *testing.M }

func (s scripted) Run() int {
	testscript.Main(s.m, map[string]func(){"eslabon": main})
	panic("unreachable") // it ends the process, and PostgreSQL with it
}

// The scripts use the program as an operator does.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "holds": holds, "damage": damage, "forget": forget,
		},
	})
}

// exits runs a program and wants an exit code: exits 1 eslabon doctor.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARGS...")
	}
	code := "0"
	err := ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = strconv.Itoa(exit.ExitCode())
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// holds keeps the data of a folder open until the script ends, as a running
// server does.
func holds(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: holds FOLDER")
	}
	d, err := app.Program().Open(context.Background(), cli.Storage{Data: ts.MkAbs(args[0])})
	ts.Check(err)
	ts.Defer(func() { ts.Check(d.Close()) })
}

// damage writes nonsense over the second half of a file, or over the page of it
// with which a table begins.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: damage FILE [TABLE]")
	}
	const page = 4096
	path := ts.MkAbs(args[0])
	first := 0
	if len(args) == 2 {
		d, err := app.Program().Open(context.Background(), cli.Storage{Data: filepath.Dir(path)})
		ts.Check(err)
		ts.Check(d.Row(context.Background(), []any{&first}, `SELECT rootpage FROM sqlite_schema WHERE name = ?`, args[1]))
		ts.Check(d.Close())
	}
	b, err := os.ReadFile(path)
	ts.Check(err)
	from, until := len(b)/2, len(b)-page
	if first > 0 {
		from, until = (first-1)*page, first*page
	}
	for i := from; i < until; i++ {
		b[i] = 0xA5
	}
	ts.Check(os.WriteFile(path, b, 0o600))
}

// forget takes a fact out of the log of the first company.
func forget(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: forget FOLDER")
	}
	ctx := context.Background()
	d, err := app.Program().Open(ctx, cli.Storage{Data: ts.MkAbs(args[0])})
	ts.Check(err)
	defer d.Close()
	ts.Check(d.InTx(ctx, 1, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `DELETE FROM fact WHERE company = ? AND seq = 2`, tx.Company)
		return err
	}))
}
