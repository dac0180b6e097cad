package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/eslabon/eslabon/internal/app"
	"github.com/eslabon/eslabon/internal/cli"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"eslabon": main}) }

// The scripts use the program as an operator does.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "holds": holds, "damage": damage},
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

// damage writes nonsense over all of a file but its beginning and its end.
func damage(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: damage FILE")
	}
	path := ts.MkAbs(args[0])
	b, err := os.ReadFile(path)
	ts.Check(err)
	const page = 4096
	for i := len(b) / 2; i < len(b)-page; i++ {
		b[i] = 0xA5
	}
	ts.Check(os.WriteFile(path, b, 0o600))
}
