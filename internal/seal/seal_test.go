package seal_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/eslabon/eslabon/internal/seal"
)

func lock(t *testing.T, to seal.Public, text string) []byte {
	t.Helper()
	b, err := seal.Lock(to, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWhatIsLockedIsReadWithItsKeyOnly(t *testing.T) {
	k := seal.In(filepath.Join(t.TempDir(), "keys"))
	a, err := k.Make("a-1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := k.Make("b-1"); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"", "hola", string(bytes.Repeat([]byte("ñ"), 4000))} {
		sealed := lock(t, a, text)
		if bytes.Contains(sealed, []byte("hola")) {
			t.Error("it can be read without a key")
		}
		mine, err := k.Opener("a-1")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := mine.Open(sealed); err != nil || string(got) != text {
			t.Errorf("read back %d bytes of %d, %v", len(got), len(text), err)
		}
		other, err := k.Opener("b-1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := other.Open(sealed); !errors.Is(err, seal.ErrDamaged) {
			t.Errorf("another key opens it: %v", err)
		}
		sealed[len(sealed)/2] ^= 1
		if _, err := mine.Open(sealed); !errors.Is(err, seal.ErrDamaged) {
			t.Errorf("a flipped bit passes: %v", err)
		}
	}
}

func TestLengthsTellLittle(t *testing.T) {
	k := seal.In(t.TempDir())
	p, err := k.Make("x")
	if err != nil {
		t.Fatal(err)
	}
	if a, b := len(lock(t, p, "sí")), len(lock(t, p, string(make([]byte, 3000)))); a != b {
		t.Errorf("a short text takes %d bytes and a long one %d", a, b)
	}
}

func TestADestroyedKeyOpensNothing(t *testing.T) {
	dir := t.TempDir()
	k := seal.In(dir)
	p, err := k.Make("x")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := seal.ParsePublic(p.String()); err != nil || again != p {
		t.Errorf("the public half is read back as %v, %v", again, err)
	}
	if _, err := k.Make("x"); err == nil {
		t.Error("a second key of one name replaces the first")
	}
	if err := k.Destroy("x"); err != nil {
		t.Fatal(err)
	}
	if _, err := k.Opener("x"); !errors.Is(err, seal.ErrNoKey) {
		t.Errorf("the key is still there: %v", err)
	}
	if err := k.Destroy("x"); err != nil {
		t.Errorf("destroying it again: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

func TestNamesStayInTheirFolder(t *testing.T) {
	k := seal.In(t.TempDir())
	for _, name := range []string{"", "../x", "a/b", "Ñ"} {
		if _, err := k.Make(name); err == nil {
			t.Errorf("%q is taken for a name", name)
		}
	}
}
