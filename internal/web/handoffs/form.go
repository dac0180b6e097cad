package handoffs

import (
	"context"
	"errors"
	"io"
	"maps"
	"math"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// reader reads a form. What it cannot read it notes, and takes for a value
// that the domain refuses, so that a person hears of all that is wrong at once.
type reader struct {
	values url.Values
	now    time.Time // in the zone of the company
	bad    errs.Bad
}

func read(ctx context.Context, v url.Values) reader {
	return reader{values: v, now: i18n.Now(ctx), bad: errs.Bad{}}
}

func (f reader) text(name string) string { return strings.TrimSpace(f.values.Get(name)) }

func (f reader) quantity(name string) float64 {
	s := f.text(name)
	if s == "" {
		return 0
	}
	q, err := link.ParseNumber(s)
	if err != nil {
		f.bad.Add(false, name, "err.not_a_number")
		return math.NaN()
	}
	return q
}

func (f reader) whole(name string) int64 {
	s := f.text(name)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return math.MinInt64
	}
	return n
}

// until reads a day with or without an hour; without, it is the end of the day.
func (f reader) until(name string) time.Time {
	day, hour := f.text(name), f.text(name+"_time")
	if day == "" && hour == "" {
		return time.Time{}
	}
	if hour == "" {
		hour = "23:59"
	}
	if day == "" {
		day = f.now.Format(time.DateOnly)
	}
	t, err := time.ParseInLocation("2006-01-02 15:04", day+" "+hour, f.now.Location())
	if err != nil {
		f.bad.Add(false, name, "err.not_a_date")
		return time.Unix(0, 0)
	}
	return t
}

// local is how a browser writes a day and an hour.
const local = "2006-01-02T15:04"

// since reads a moment that has passed.
func (f reader) since(name string) time.Time {
	s := f.text(name)
	if s == "" {
		return time.Time{}
	}
	t, err := time.ParseInLocation(local, s, f.now.Location())
	if err != nil {
		f.bad.Add(false, name, "err.not_a_date")
		return time.Unix(math.MaxInt32, 0)
	}
	return t
}

func (f reader) tags(name string) []string {
	return strings.FieldsFunc(f.values.Get(name), func(r rune) bool { return strings.ContainsRune(",;\n", r) })
}

func (f reader) people(name string) []id.Person {
	var out []id.Person
	for _, v := range f.values[name] {
		if v != "" {
			out = append(out, id.Person(v))
		}
	}
	return out
}

// also adds what could not be read to what the domain says of the input.
func (f reader) also(err error) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || e.Kind != errs.Invalid || len(f.bad) == 0 {
		return err
	}
	bad := errs.Bad(maps.Clone(f.bad))
	for field, key := range e.Fields {
		bad.Add(false, field, key)
	}
	return bad.Err()
}

// answered is the prefix of the names of the answers to the form of a service.
const answered = "answers."

func (f reader) answers(form []link.Field) map[string]string {
	out := map[string]string{}
	for _, q := range form {
		if v := f.text(answered + q.ID); v != "" && q.Type != link.File {
			out[q.ID] = v
		}
	}
	return out
}

// uploads reads the files that came with r. Of one that is too large it reads
// enough for the domain to see it.
func uploads(r *http.Request) ([]handoff.Upload, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var out []handoff.Upload
	for _, name := range slices.Sorted(maps.Keys(r.MultipartForm.File)) {
		field, _ := strings.CutPrefix(name, answered)
		if field == name {
			field = ""
		}
		for _, h := range r.MultipartForm.File[name] {
			content, err := readFile(h)
			if err != nil {
				return nil, err
			}
			out = append(out, handoff.Upload{Field: field, Name: h.Filename, Content: content})
		}
	}
	return out, nil
}

func readFile(h *multipart.FileHeader) ([]byte, error) {
	f, err := h.Open()
	if err != nil {
		return nil, errs.Wrap(err, "open upload")
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, handoff.MostFileMB<<20+1))
	return b, errs.Wrap(err, "read upload")
}

// fileField asks for files. Those that were chosen stay when the form comes
// back with something to correct.
func fileField(f ui.FieldArgs, again bool) ui.FieldArgs {
	f.Type, f.Optional = "file", true
	f.Attrs = map[string]any{}
	if again {
		f.Attrs["hx-preserve"] = "true"
	}
	return f
}
