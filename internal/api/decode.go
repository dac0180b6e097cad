package api

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/httpx"

	"github.com/danielgtaylor/huma/v2"
)

// format reads and writes JSON.
var format = huma.Format{Marshal: marshal, Unmarshal: unmarshal}

// marshal writes an answer, as it was packed before or in its own way if it has
// one.
func marshal(w io.Writer, v any) error {
	if c, ok := v.(Chain); ok && c.ready != nil {
		if done, err := httpx.WritePacked(w, c.ready); done {
			return err
		}
	}
	if own, ok := v.(interface{ appendJSON([]byte) []byte }); ok {
		_, err := w.Write(own.appendJSON(nil))
		return err
	}
	return huma.DefaultJSONFormat.Marshal(w, v)
}

// unread is why a body could not be read: "key|field". huma passes on only the
// text of an error; faultOf takes it apart.
type unread struct{ key, field string }

func (u unread) Error() string { return u.key + "|" + u.field }

// unmarshal reads a body into v. A field that nobody knows is refused: it is
// most often a misspelt one, and would be lost without a word.
func unmarshal(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return why(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return unread{"api.err.json", ""}
	}
	if bytes.Contains(data, []byte(`\u0000`)) && hasNUL(data) {
		return unread{"api.err.control", ""}
	}
	return nil
}

func why(err error) error {
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return unread{wanted(t.Type), t.Field}
	}
	if _, ok := errors.AsType[base64.CorruptInputError](err); ok {
		return unread{"api.err.base64", "files"}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		if name, err := strconv.Unquote(name); err == nil {
			return unread{"api.err.field", name}
		}
	}
	return unread{"api.err.json", ""}
}

// wanted says what a field should have been.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "api.err.text"
	case reflect.Bool:
		return "api.err.boolean"
	case reflect.Float64:
		return "err.not_a_number"
	case reflect.Int, reflect.Int64:
		return "api.err.whole"
	case reflect.Slice:
		return "api.err.list"
	default:
		return "api.err.object"
	}
}

// hasNUL reports whether any text in data holds the character 0, which
// PostgreSQL cannot store.
func hasNUL(data []byte) bool {
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		t, err := dec.Token()
		if err != nil {
			return false
		}
		if s, ok := t.(string); ok && strings.Contains(s, "\x00") {
			return true
		}
	}
}

// moment is an instant as somebody sends it; empty if it was left out.
type moment string

// Schema satisfies [huma.SchemaProvider].
func (moment) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date-time"}
}

// in returns the instant, or notes in bad that field holds none.
func (m moment) in(bad errs.Bad, field string) time.Time {
	if m == "" {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC3339, string(m))
	bad.Add(err == nil, field, "api.err.moment")
	return t
}
