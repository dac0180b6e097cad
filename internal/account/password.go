package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
)

// The rules for a password: long, and not one that everybody tries first. No
// rule about digits or capitals, which only make people write it down.
const (
	leastPassword = 12
	mostPassword  = 128
)

//go:embed common.txt
var commonText string

var common = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(commonText) {
		out[w] = true
	}
	return out
})

// checkPassword notes what is wrong with a new password of the one who signs
// in with email.
func checkPassword(bad errs.Bad, field, password, email string) {
	n := len([]rune(clean(password)))
	bad.Required(field, password)
	bad.Add(n >= leastPassword, field, "account.err.short")
	bad.Add(n <= mostPassword, field, "err.too_long")
	plain := strings.Join(strings.Fields(i18n.Fold(password)), "")
	name, _, _ := strings.Cut(email, "@")
	bad.Add(email == "" || plain != email && plain != name, field, "account.err.is_email")
	bad.Add(!isCommon(plain) && !monotonous(plain), field, "account.err.common")
}

// isCommon reports whether s is a word of the list, with digits and signs
// around it or said twice: "contraseña2026!", "1234password".
func isCommon(s string) bool {
	word := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	half := word[:len(word)/2]
	return common()[s] || common()[word] || common()[half] && half+half == word
}

// monotonous reports whether s is a short piece over and over, or letters and
// digits in a row: "aaaaaaaaaaaa", "abcabcabcabc", "123456789012".
func monotonous(s string) bool {
	r := []rune(s)
	for piece := 1; piece <= 4 && piece < len(r); piece++ {
		same := true
		for i := piece; i < len(r) && same; i++ {
			same = r[i] == r[i-piece]
		}
		if same {
			return true
		}
	}
	up, down := true, true
	for i := 1; i < len(r); i++ {
		wraps := r[i-1] == '9' && r[i] == '0'
		up = up && (r[i] == r[i-1]+1 || wraps)
		down = down && r[i] == r[i-1]-1
	}
	return len(r) > 1 && (up || down)
}

// clean returns a password as it is hashed: "ñ" is one letter, whether the
// keyboard sent one character or two.
func clean(password string) string { return norm.NFC.String(password) }

// The cost of a hash: the second choice of OWASP's list for argon2id.
const (
	hashKiB  = 19 * 1024
	hashTime = 2
	hashLen  = 32
	saltLen  = 16
)

// nobody is the hash of no password. It is checked when there is no other, so
// that the time of an answer does not tell who has an account.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// hasher hashes passwords, two at once at most: each takes 19 MB.
type hasher chan struct{}

func newHasher() hasher { return make(hasher, 2) }

func (h hasher) key(ctx context.Context, password string, salt []byte, time, kib uint32, threads uint8, n uint32) ([]byte, error) {
	select {
	case h <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h }()
	return argon2.IDKey([]byte(clean(password)), salt, time, kib, threads, n), nil
}

// hash returns the hash of password in PHC form, which names its own cost.
func (h hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	_, _ = rand.Read(salt) // it never fails: crypto/rand ends the program instead
	key, err := h.key(ctx, password, salt, hashTime, hashKiB, 1, hashLen)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=1$%s$%s", argon2.Version, hashKiB, hashTime,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// proves reports whether password is the one of phc. Nothing proves an empty
// phc, and that takes as long.
func (h hasher) proves(ctx context.Context, password, phc string) (bool, error) {
	locked := phc == ""
	if locked {
		phc = nobody
	}
	if len(password) > mostPassword*4 {
		password, locked = "", true
	}
	var version int
	var kib, time uint32
	var threads uint8
	part := strings.Split(phc, "$")
	if len(part) != 6 || part[1] != "argon2id" {
		return false, fmt.Errorf("read password hash: %d parts", len(part))
	}
	if _, err := fmt.Sscanf(part[2]+" "+part[3], "v=%d m=%d,t=%d,p=%d", &version, &kib, &time, &threads); err != nil {
		return false, fmt.Errorf("read password hash: %w", err)
	}
	salt, err := base64.RawStdEncoding.DecodeString(part[4])
	if err != nil {
		return false, fmt.Errorf("read password salt: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(part[5])
	if err != nil {
		return false, fmt.Errorf("read password key: %w", err)
	}
	got, err := h.key(ctx, password, salt, time, kib, threads, uint32(len(want)))
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && !locked, nil
}
