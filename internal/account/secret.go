package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/id"
)

const secretLen = 43 // of 32 bytes in base64url without padding

// newSecret returns 32 random bytes as text. Only its digest is stored: so
// much randomness needs no slow hash.
func newSecret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // it never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// digest is what the database keeps of a secret.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// compose returns a secret that names its company, so that its row is looked
// up inside it: "esl_7_…".
func compose(prefix string, c id.Company) string {
	return prefix + "_" + strconv.FormatInt(int64(c), 10) + "_" + newSecret()
}

// company returns the company that a composed secret names.
func company(prefix, secret string) (id.Company, bool) {
	rest, ok := strings.CutPrefix(secret, prefix+"_")
	if !ok {
		return 0, false
	}
	number, random, ok := strings.Cut(rest, "_")
	if !ok || len(random) != secretLen || number == "" || number[0] < '0' || number[0] > '9' {
		return 0, false
	}
	n, err := strconv.ParseInt(number, 10, 64)
	return id.Company(n), err == nil
}
