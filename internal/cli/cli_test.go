package cli_test

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/eslabon/eslabon/internal/cli"
)

// Who presses Ctrl+C where the password is asked for is not kept waiting.
func TestAskingForAPasswordCanBeStopped(t *testing.T) {
	t.Setenv("ESLABON_PASSWORD", "")
	ctx, stop := context.WithCancel(t.Context())
	in, out := io.Pipe() // nobody ever types
	defer out.Close()
	stop()
	var said bytes.Buffer
	args := []string{"init", "--lang=es", "--name=Taller", "--owner=Ana Torres", "--email=ana@taller.mx"}
	const stopped = 130
	if code := cli.Run(ctx, args, in, &said, &said, cli.Program{}); code != stopped {
		t.Errorf("code %d, want %d\n%s", code, stopped, said.String())
	}
}
