package i18n

import (
	"fmt"
	"testing"
	"time"
)

// What is cut reads as the template does, whatever is filled in.
func TestASentenceThatIsCutReadsAsItsTemplate(t *testing.T) {
	type name string
	for _, lang := range Langs {
		l := locales[lang]
		quick := 0
		for key, forms := range read(t, lang) {
			args := Args{}
			for i, p := range placeholders(forms) {
				args[p] = []any{"Ana <b>", 7, 2.5, name("x"), int64(3), time.Minute, nil}[i%7]
			}
			for _, n := range []any{nil, 0, 1, 2, 21, 1_000_000, 3_000_000, 1_000_001, -1, int64(1), "99+", "1"} {
				args["N"] = n
				want, err := l.localize(key, args)
				if err != nil {
					t.Fatal(err)
				}
				got, err := l.sentence(key, args)
				if err != nil || got != want {
					t.Errorf("%s: %q for %v: %q, want %q (%v)", lang, key, n, got, want, err)
				}
			}
			if l.cut(key) != nil {
				quick++
			}
		}
		if quick == 0 {
			t.Errorf("%s: no sentence is cut", lang)
		}
		t.Logf("%s: %d cut", lang, quick)
	}
}

func TestWhatIsMoreThanATextWithHolesIsNotCut(t *testing.T) {
	for text, cut := range map[string]bool{
		"Hola": true, "{{.A}}": true, "{{ .A }} y {{.B}}.": true, "{{.A.B}}": false, "{{if .A}}x{{end}}": false, "{{- .A}}": false, "{{.A | x}}": false,
	} {
		if got := cutAt(text) != nil; got != cut {
			t.Errorf("%q is cut: %v, want %v", text, got, cut)
		}
	}
}

func BenchmarkSentence(b *testing.B) {
	ctx := With(b.Context(), "es")
	at := time.Date(2026, 2, 3, 17, 10, 0, 0, time.UTC)
	for b.Loop() {
		_ = fmt.Sprint(Time(ctx, at))
	}
}
