// Package i18n turns keys into sentences, Spanish first.
package i18n

import (
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales/*.json
var files embed.FS

// Langs are the languages of the product; the first is the default.
var Langs = []string{"es", "en"}

var (
	bundle  = load()
	locales = perLang()
	matcher = language.NewMatcher(tags())
)

// locale is one language, with the sentences that have no placeholders ready.
type locale struct {
	lang  string
	l     *i18n.Localizer
	plain sync.Map
}

func load() *i18n.Bundle {
	b := i18n.NewBundle(language.MustParse(Langs[0]))
	b.RegisterUnmarshalFunc("json", json.Unmarshal)
	paths, err := fs.Glob(files, "locales/*.json")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, p := range paths {
		if _, err := b.LoadMessageFileFS(files, p); err != nil {
			panic(err) // the catalogue is part of the binary
		}
	}
	return b
}

func tags() []language.Tag {
	out := make([]language.Tag, len(Langs))
	for i, l := range Langs {
		out[i] = language.MustParse(l)
	}
	return out
}

func perLang() map[string]*locale {
	out := map[string]*locale{}
	for _, l := range Langs {
		out[l] = &locale{lang: l, l: i18n.NewLocalizer(bundle, l)}
	}
	return out
}

// Args fills the placeholders of a sentence; N, a number, picks its plural.
type Args = map[string]any

type ctxKey struct{}

// Pick returns the first of our languages that langs prefers; each is a
// language, an Accept-Language header, or empty.
func Pick(langs ...string) string {
	for _, l := range langs {
		if l == "" {
			continue
		}
		want, _, err := language.ParseAcceptLanguage(l)
		if err != nil || len(want) == 0 {
			continue
		}
		if _, i, sure := matcher.Match(want...); sure != language.No {
			return Langs[i]
		}
	}
	return Langs[0]
}

// With returns a context whose sentences are in the language that Pick finds.
func With(ctx context.Context, langs ...string) context.Context {
	return context.WithValue(ctx, ctxKey{}, locales[Pick(langs...)])
}

func of(ctx context.Context) *locale {
	if l, ok := ctx.Value(ctxKey{}).(*locale); ok {
		return l
	}
	return locales[Langs[0]]
}

// T returns the sentence of key in the language of ctx.
func T(ctx context.Context, key string, args ...Args) string {
	l := of(ctx)
	if len(args) == 0 {
		if s, ok := l.plain.Load(key); ok {
			return s.(string)
		}
	}
	s, err := l.sentence(key, args...)
	if err != nil {
		slog.ErrorContext(ctx, "no sentence", "key", key, "err", err)
		return key
	}
	if len(args) == 0 {
		l.plain.Store(key, s)
	}
	return s
}

// Has reports whether key is in the catalogue.
func Has(key string) bool {
	_, err := locales[Langs[0]].sentence(key)
	return err == nil
}

// Keys returns the keys of the catalogue that begin with prefix, sorted.
func Keys(prefix string) []string {
	seen := map[string]bool{}
	paths, err := fs.Glob(files, "locales/*."+Langs[0]+".json")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for _, p := range paths {
		var all map[string]json.RawMessage
		b, err := files.ReadFile(p)
		if err == nil {
			err = json.Unmarshal(b, &all)
		}
		if err != nil {
			panic(err) // the catalogue is part of the binary
		}
		for k := range all {
			if strings.HasPrefix(k, prefix) {
				seen[k] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func (l *locale) sentence(key string, args ...Args) (string, error) {
	c := i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 && args[0] != nil {
		c.TemplateData, c.PluralCount = args[0], args[0]["N"]
	}
	s, err := l.l.Localize(&c)
	return strings.ReplaceAll(s, "<no value>", ""), err
}

// Lang returns the language of the sentences of ctx, for the lang attribute.
func Lang(ctx context.Context) string { return of(ctx).lang }
