package cli

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

// bar shows on a terminal how far a long file has been read.
type bar struct {
	mu    sync.Mutex
	f     *os.File // nil if nobody looks
	size  int64
	begun time.Time
	last  int // columns drawn, -1 before the first
}

// newBar returns a bar on the output for errors, if that is a terminal.
func newBar(e env, size int64) *bar {
	b := &bar{size: size, begun: time.Now(), last: -1} //nolint:forbidigo // of the wall of who waits
	if f, ok := e.errOut.(*os.File); ok && size > 0 && terminal(f) {
		b.f = f
	}
	return b
}

// at draws the bar once reading has taken long enough for somebody to wonder.
func (b *bar) at(read int64) {
	const wide, patience = 40, 400 * time.Millisecond
	if b.f == nil || time.Since(b.begun) < patience {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	n := int(min(wide, read*wide/b.size))
	if n <= b.last {
		return
	}
	b.last = n
	fmt.Fprintf(b.f, "\r[%s%s] %3d %%", strings.Repeat("=", n), strings.Repeat(" ", wide-n), n*100/wide)
}

// end wipes the bar away.
func (b *bar) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.last >= 0 {
		fmt.Fprint(b.f, "\r\x1b[K")
	}
}
