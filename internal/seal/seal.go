// Package seal locks what may be read only later, or only by some: with the
// public half of a key that lies beside the database; the other half lies in a
// file of its own, outside the database and outside its backups. When that
// file is destroyed, every copy of what was locked is noise, wherever it lies.
package seal

import (
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/crypto/curve25519"
	"golang.org/x/crypto/nacl/box"
)

// Errors of Open.
var (
	ErrNoKey   = errors.New("seal: the key is not here")
	ErrDamaged = errors.New("seal: not sealed with this key, or damaged")
)

// Keys is the folder with the secret halves.
type Keys struct{ dir string }

// Public is the half of a key that locks.
type Public [32]byte

// String returns the key in hexadecimal digits.
func (p Public) String() string { return hex.EncodeToString(p[:]) }

// ParsePublic reads what String wrote.
func ParsePublic(s string) (p Public, err error) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(p) {
		return p, fmt.Errorf("seal: %q is no public key", s)
	}
	return Public(b), nil
}

// In returns the keys in folder dir, which is made when the first key is.
func In(dir string) *Keys { return &Keys{dir} }

const (
	suffix       = ".key"
	ownerOnly    = 0o700
	ownerOnlyKey = 0o600
)

var name = regexp.MustCompile(`^[a-z0-9-]{1,80}$`)

func (k *Keys) path(of string) (string, error) {
	if !name.MatchString(of) {
		return "", fmt.Errorf("seal: %q is no name of a key", of)
	}
	return filepath.Join(k.dir, of+suffix), nil
}

// Make makes the key of a name: small letters, digits and hyphens. The secret
// half is on the disk when it returns. It fails if there is one already.
func (k *Keys) Make(of string) (Public, error) {
	path, err := k.path(of)
	if err != nil {
		return Public{}, err
	}
	public, secret, err := box.GenerateKey(rand.Reader)
	if err != nil {
		return Public{}, err
	}
	if err := os.MkdirAll(k.dir, ownerOnly); err != nil {
		return Public{}, fmt.Errorf("make the folder of keys: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, ownerOnlyKey)
	if err != nil {
		return Public{}, fmt.Errorf("write a key: %w", err)
	}
	_, err = f.Write(secret[:])
	if err = errors.Join(err, f.Sync(), f.Close(), settle(k.dir)); err != nil {
		return Public{}, errors.Join(fmt.Errorf("write a key: %w", err), os.Remove(path))
	}
	return Public(*public), nil
}

// settle puts the names of a folder on the disk.
func settle(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// step is what the length of everything sealed is a multiple of, so that it
// tells little.
const step = 4096

// Lock returns text so that only the secret half of to reads it.
func Lock(to Public, text []byte) ([]byte, error) {
	padded := make([]byte, (len(text)+4+step-1)/step*step)
	binary.BigEndian.PutUint32(padded, uint32(len(text)))
	copy(padded[4:], text)
	return box.SealAnonymous(nil, padded, (*[32]byte)(&to), rand.Reader)
}

// Opener opens what was locked with one key.
type Opener struct{ public, secret [32]byte }

// Opener returns the secret half of a key, or ErrNoKey.
func (k *Keys) Opener(of string) (*Opener, error) {
	path, err := k.path(of)
	if err != nil {
		return nil, err
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoKey
	}
	if err != nil {
		return nil, fmt.Errorf("read a key: %w", err)
	}
	if len(b) != 32 {
		return nil, ErrNoKey
	}
	o := &Opener{secret: [32]byte(b)}
	curve25519.ScalarBaseMult(&o.public, &o.secret)
	return o, nil
}

// Open returns what was locked, or ErrDamaged.
func (o *Opener) Open(sealed []byte) ([]byte, error) {
	padded, ok := box.OpenAnonymous(nil, sealed, &o.public, &o.secret)
	if !ok || len(padded) < 4 {
		return nil, ErrDamaged
	}
	n := binary.BigEndian.Uint32(padded)
	if int64(n) > int64(len(padded)-4) {
		return nil, ErrDamaged
	}
	return padded[4 : 4+n], nil
}

// DestroyAll destroys every key whose name begins so, but not the one with the
// name to keep.
func (k *Keys) DestroyAll(begin, keep string) error {
	files, err := os.ReadDir(k.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, f := range files {
		of, isKey := strings.CutSuffix(f.Name(), suffix)
		if isKey && of != keep && strings.HasPrefix(of, begin) {
			err = errors.Join(err, k.Destroy(of))
		}
	}
	return err
}

// Destroy makes unreadable, for ever, all that was locked with a key. It does
// nothing if the key is gone already. The file is written over before it is
// taken away; a medium that keeps old blocks may still hold it for a while.
func (k *Keys) Destroy(of string) error {
	path, err := k.path(of)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("destroy a key: %w", err)
	}
	_, err = f.Write(make([]byte, 32))
	err = errors.Join(err, f.Sync(), f.Close())
	if gone := os.Remove(path); !errors.Is(gone, fs.ErrNotExist) { // somebody else may destroy it at the same time
		err = errors.Join(err, gone)
	}
	if err = errors.Join(err, settle(k.dir)); err != nil {
		return fmt.Errorf("destroy a key: %w", err)
	}
	return nil
}
