// Package errs is the one error vocabulary of the product. A domain returns
// an *Error; the surfaces (web, api, cli) turn its Kind into a status and its
// Key into a sentence in the reader's language.
package errs

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Kind says what the caller can do about the error.
type Kind uint8

// The kinds of error.
const (
	Internal        Kind = iota // our fault: logged, never shown
	Invalid                     // the input is wrong; see Fields
	NotFound                    // absent, or not visible to this actor
	Forbidden                   // visible, but not allowed
	Conflict                    // the state does not allow it now
	Unauthenticated             // nobody is signed in
	TooMany                     // too often: wait, then try again
	TooLarge                    // more bytes than we take
)

// Args fills the placeholders of a sentence.
type Args = map[string]any

// Error is an error that may be shown to a person.
type Error struct {
	Kind   Kind
	Key    string            // i18n key, e.g. "handoff.err.not_found"
	Args   Args              // fills the placeholders of Key, may be nil
	Fields map[string]string // input field → i18n key, only for Invalid
	Err    error             // the cause; logged, never shown
}

func (e *Error) Error() string {
	s := e.Key
	for _, f := range slices.Sorted(maps.Keys(e.Fields)) {
		s += " " + f + "=" + e.Fields[f]
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// New returns an error of the given kind, shown as the sentence key.
func New(k Kind, key string) *Error { return &Error{Kind: k, Key: key} }

// With returns an error of the given kind whose sentence has placeholders.
func With(k Kind, key string, args Args) *Error { return &Error{Kind: k, Key: key, Args: args} }

// Field returns an Invalid error about one field.
func Field(field, key string) *Error {
	return &Error{Kind: Invalid, Key: "err.fields", Fields: map[string]string{field: key}}
}

// KindOf returns the kind of err; an error that is not ours is Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// FieldsOf returns the bad fields of err, or nil.
func FieldsOf(err error) map[string]string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Fields
	}
	return nil
}

// Refusal returns why a domain would not do something, as an i18n key: that of a
// bad field, if there is one. Other errors are not for people.
func Refusal(err error) (key string, ok bool) {
	e, ours := errors.AsType[*Error](err)
	if !ours || e.Kind == Internal {
		return "", false
	}
	if len(e.Fields) == 0 {
		return e.Key, true
	}
	return e.Fields[slices.Min(slices.Collect(maps.Keys(e.Fields)))], true
}

// Bad collects what is wrong with an input: field → i18n key. The first thing
// said about a field stays.
type Bad map[string]string

// Add notes that field is wrong unless ok.
func (b Bad) Add(ok bool, field, key string) {
	if _, said := b[field]; !ok && !said {
		b[field] = key
	}
}

// Required notes a field without text.
func (b Bad) Required(field, text string) {
	b.Add(strings.TrimSpace(text) != "", field, "err.required")
}

// Text notes a field with more than most characters.
func (b Bad) Text(field, text string, most int) {
	b.Add(len(text) <= most || len([]rune(text)) <= most, field, "err.too_long")
}

// OneOf notes a field whose value is none of the known ones.
func OneOf[T comparable](b Bad, field string, v T, known ...T) {
	b.Add(slices.Contains(known, v), field, "err.unknown")
}

// Err returns nil if nothing is wrong, else an Invalid error that names all
// the bad fields at once.
func (b Bad) Err() error {
	if len(b) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "err.fields", Fields: b}
}

// Wrap adds what was being done to an error that is not ours to show.
func Wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}
