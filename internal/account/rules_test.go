package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
)

func TestWhichPasswordsWillDo(t *testing.T) {
	t.Parallel()
	for password, want := range map[string]string{
		"":                          "err.required",
		"corta":                     "account.err.short",
		"ñandúñandú1":               "account.err.short", // 11 letters, 15 bytes
		"eva.luna@example.org":      "account.err.is_email",
		"Eva.Luna@Example.org":      "account.err.is_email",
		"contraseña2026!":           "account.err.common",
		"CONTRASEÑA 123":            "account.err.common",
		"Password1234":              "account.err.common",
		"123456password":            "account.err.common",
		"qwertyuiop12":              "account.err.common",
		"123456789012":              "account.err.common",
		"aaaaaaaaaaaaa":             "account.err.common",
		"abcabcabcabcabc":           "account.err.common",
		"mariposamariposa":          "account.err.common",
		strings.Repeat("xyz w", 26): "err.too_long",
		"puntada floja de martes":   "",
		"948271036455":              "",
		"ñandú, ñandú y avestruz":   "",
	} {
		bad := errs.Bad{}
		checkPassword(bad, "password", password, "eva.luna@example.org")
		if bad["password"] != want {
			t.Errorf("%q: got %q, want %q", password, bad["password"], want)
		}
	}
}

func TestAHashProvesItsPasswordAndNoOther(t *testing.T) {
	t.Parallel()
	h, ctx := newHasher(), t.Context()
	hash, err := h.hash(ctx, "ñandú de la tarde")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.hash(ctx, "ñandú de la tarde"); err != nil || again == hash {
		t.Errorf("two hashes of one password are the same (%v)", err)
	}
	for password, want := range map[string]bool{
		"ñandú de la tarde":             true,
		"n\u0303andu\u0301 de la tarde": true, // the same letters from another keyboard
		"nandu de la tarde":             false,
		"":                              false,
	} {
		if got, err := h.proves(ctx, password, hash); err != nil || got != want {
			t.Errorf("%q: got %t, %v", password, got, err)
		}
	}
	if got, err := h.proves(ctx, "", ""); err != nil || got {
		t.Errorf("an empty hash is proved: %t, %v", got, err)
	}
	for _, broken := range []string{"x", "$argon2id$v=19$m=1$a$b", "$argon2id$v=19$m=8,t=1,p=1$?$AAAA", "$bcrypt$v=19$m=8,t=1,p=1$AAAA$AAAA"} {
		if got, err := h.proves(ctx, "x", broken); err == nil || got {
			t.Errorf("%q is read as a hash", broken)
		}
	}
}

// Who has no account costs the same hash as who has one.
func TestTheHashOfNobodyCostsTheSame(t *testing.T) {
	t.Parallel()
	hash, err := newHasher().hash(t.Context(), "x")
	if err != nil {
		t.Fatal(err)
	}
	cost := func(s string) string { return strings.Join(strings.Split(s, "$")[:4], "$") }
	if cost(hash) != cost(nobody) || len(hash) != len(nobody) {
		t.Errorf("%s and %s differ", hash, nobody)
	}
}

func TestAThrottleRefillsAndForgets(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	th := newThrottle(2, time.Minute)
	th.most = 3
	takes := func(key string, want ...bool) {
		t.Helper()
		for i, w := range want {
			if got := th.take(key, now); got != w {
				t.Errorf("take %d of %q: got %t", i+1, key, got)
			}
		}
	}
	takes("a", true, true, false)
	now = now.Add(30 * time.Second)
	takes("a", false)
	now = now.Add(30 * time.Second)
	takes("a", true, false)
	now = now.Add(time.Hour)
	takes("a", true, true, false)
	th.give("a", now)
	takes("a", true, false)
	now = now.Add(-time.Hour) // a clock set back gives nothing
	takes("a", false)
	for i := range 3 {
		takes(fmt.Sprint("other", i), true)
	}
	if len(th.keys) != 3 || th.used.Len() != 3 {
		t.Errorf("%d keys, %d in order, want 3", len(th.keys), th.used.Len())
	}
	takes("a", true, true, false) // it was forgotten
	th.clear("a")
	takes("a", true, true, false)
}
