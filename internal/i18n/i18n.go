// Package i18n turns keys into sentences, Spanish first.
package i18n

import (
	"context"
	"embed"
	"encoding/json"
	"io/fs"
	"log/slog"
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
	locales = perLang()
	matcher = language.NewMatcher(tags())
)

// locale is one language, read when it is needed first, with the sentences that
// have no placeholders ready.
type locale struct {
	lang  string
	read  func() catalogue
	plain sync.Map
	cuts  sync.Map // key → *cuts, nil for what is more than a text with holes
}

// catalogue is all that is said in one language.
type catalogue struct {
	*i18n.Localizer
	keys  []string // sorted
	forms map[string]*forms
}

// forms are a sentence as it stands in a file: one text, or one for each plural.
type forms i18n.Message

// UnmarshalJSON reads either.
func (f *forms) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '"' {
		return json.Unmarshal(b, &f.Other)
	}
	return json.Unmarshal(b, (*i18n.Message)(f))
}

// load reads the files of a language. A bundle can load them by itself, for
// twice the time, which every command pays when it starts.
func load(lang string) (c catalogue) {
	tag := language.MustParse(lang)
	bundle := i18n.NewBundle(tag)
	paths, err := fs.Glob(files, "locales/*."+lang+".json")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	c.forms = map[string]*forms{}
	for _, p := range paths {
		var all map[string]*forms
		b, err := files.ReadFile(p)
		if err == nil {
			err = json.Unmarshal(b, &all)
		}
		if err != nil {
			panic(err) // the catalogue is part of the binary
		}
		for key, f := range all {
			f.ID = key
			bundle.MustAddMessages(tag, (*i18n.Message)(f))
			c.keys = append(c.keys, key)
			c.forms[key] = f
		}
	}
	slices.Sort(c.keys)
	c.keys = slices.Compact(c.keys)
	c.Localizer = i18n.NewLocalizer(bundle, lang)
	return c
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
		out[l] = &locale{lang: l, read: sync.OnceValue(func() catalogue { return load(l) })}
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
	all := locales[Langs[0]].read().keys
	from, _ := slices.BinarySearch(all, prefix)
	until := from
	for until < len(all) && strings.HasPrefix(all[until], prefix) {
		until++
	}
	return slices.Clone(all[from:until])
}

func (l *locale) sentence(key string, args ...Args) (string, error) {
	if len(args) > 0 && args[0] != nil {
		if form := l.cut(key).form(l.lang, args[0]["N"]); form != nil {
			return form.fill(args[0]), nil
		}
	}
	return l.localize(key, args...)
}

// cut returns the sentence of key as it is filled in fastest, or nil.
func (l *locale) cut(key string) *cuts {
	if c, ok := l.cuts.Load(key); ok {
		return c.(*cuts)
	}
	f := l.read().forms[key]
	if f == nil {
		return nil
	}
	c, _ := l.cuts.LoadOrStore(key, f.cut())
	return c.(*cuts)
}

// localize says any sentence of the catalogue.
func (l *locale) localize(key string, args ...Args) (string, error) {
	loc := l.read()
	c := i18n.LocalizeConfig{MessageID: key}
	if len(args) > 0 && args[0] != nil {
		c.TemplateData, c.PluralCount = args[0], args[0]["N"]
	}
	s, err := loc.Localize(&c)
	if err != nil && c.PluralCount != nil { // it reads the same for any number
		c.PluralCount = nil
		s, err = loc.Localize(&c)
	}
	return strings.ReplaceAll(s, "<no value>", ""), err
}

// Lang returns the language of the sentences of ctx, for the lang attribute.
func Lang(ctx context.Context) string { return of(ctx).lang }
