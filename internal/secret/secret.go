// Package secret makes what a mail, a key or a piece of paper opens something
// with. Only digests of secrets are stored: they hold so much randomness that
// no slow hash is needed.
package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/id"
)

// Length is how many characters New returns.
const Length = 43 // of 32 bytes in base64url without padding

// New returns 32 random bytes as text.
func New() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// RowID returns a random name for a row that must not tell when it was made,
// as the usual ids do.
func RowID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // as above
	return hex.EncodeToString(b)
}

// Digest is what the database keeps of a secret.
func Digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Compose returns a new secret that names its company, so that its row is
// looked up inside it: "esl_7_…".
func Compose(prefix string, c id.Company) string {
	return prefix + "_" + strconv.FormatInt(int64(c), 10) + "_" + New()
}

// Confirmation is the word that stands in the page of a link and not in the
// link: a program that only sends things does not know it.
func Confirmation(link string) string { return Digest("confirm " + link)[:16] }

// Company returns the company that a composed secret names.
func Company(prefix, secret string) (id.Company, bool) {
	rest, ok := strings.CutPrefix(secret, prefix+"_")
	if !ok {
		return 0, false
	}
	number, random, ok := strings.Cut(rest, "_")
	if !ok || len(random) != Length || number == "" || number[0] < '0' || number[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseInt(number, 10, 64)
	return id.Company(n), err == nil
}
