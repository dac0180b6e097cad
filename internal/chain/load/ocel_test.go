package load

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/chain"
)

func TestAnObjectCentricLogIsFollowedAlongEachType(t *testing.T) {
	for _, file := range []string{"ocel.json", "ocel.xml"} {
		t.Run(file, func(t *testing.T) {
			b, err := os.ReadFile("testdata/" + file)
			if err != nil {
				t.Fatal(err)
			}
			l, rep := must(t, string(b), Options{Object: "order"})
			same(t, events(l), "o1: cut@1709280000000 sew ñ 😀@1709280000000", "o2: cut@1709280000000 send@1709290800000")
			if l.CaseColumn("size").Value(0) != "7" || l.CaseColumn("size").Code(1) != chain.Missing {
				t.Error("a case has the last value of an attribute")
			}
			if got := l.Column("ocel:type:worker").Dict.Texts(); !slices.Equal(got, []string{"", "w1", "w2 + w1"}) {
				t.Errorf("got %q", got)
			}
			if l.Column("cost").Value(0) != "2.50" || l.Column(ObjectEvent).Value(3) != "e5" || l.Column(ObjectRole).Value(0) != "of" {
				t.Error("columns of the events")
			}
			for reason, want := range map[string]int{Repeated: 2, NoTime: 1, NoObject: 1, Unknown: 1} {
				if got := rep.Count(reason); got != want {
					t.Errorf("%s: got %d, want %d", reason, got, want)
				}
			}
			l, rep = must(t, string(b), Options{Object: "worker"})
			same(t, events(l), "w1: cut@1709280000000 sew ñ 😀@1709280000000 clean@1709287200000", "w2: sew ñ 😀@1709280000000")
			if fmt.Sprint(rep.Types) != "[{order 2 5} {worker 2 4}]" {
				t.Errorf("got %v", rep.Types)
			}
			_, _, err = Open(t.Context(), bytes.NewReader(b), Options{Object: "ship"})
			if e, ok := errors.AsType[*Error](err); !ok || e.Code != "ocel_type" {
				t.Error(err)
			}
			_, rep = must(t, string(b), Options{})
			if rep.Mapping.Case != "order" || !slices.Contains(rep.Mapping.Guessed, "case") || rep.Mapping.Resource != "ocel:type:worker" {
				t.Errorf("got %+v", rep.Mapping)
			}
		})
	}
}

func TestBothFormsOfOCELAreTheSameLog(t *testing.T) {
	var dumps []string
	for _, file := range []string{"ocel.json", "ocel.xml"} {
		b, err := os.ReadFile("testdata/" + file)
		if err != nil {
			t.Fatal(err)
		}
		l, _ := must(t, string(b), Options{Object: "order"})
		dumps = append(dumps, fmt.Sprint(events(l)))
	}
	if dumps[0] != dumps[1] {
		t.Errorf("got\n%s, want\n%s", dumps[1], dumps[0])
	}
}

func TestBrokenOCELIsRefusedWithItsLine(t *testing.T) {
	for _, c := range []struct {
		text, code string
		line       int64
	}{
		{`{}`, "ocel_root", 0},
		{"{\"events\":\n[", "truncated", 2},
		{"{\"events\":\n[{]", "json", 2},
		{"{\"events\": [\n{\"id\": nul}]}", "json", 2},
		{"{\"events\": []\n}x", "json", 2},
		{`{"events": 5}`, "json", 1},
		{`{"events": [{"id": "` + strings.Repeat("x", 2<<20) + `"}]}`, "too_long", 1},
		{"<log>\n<objects>\n<object id=\"a\">", "truncated", 3},
		{"<log>\n<objects>\n<object id=\"&a;\"/></objects></log>", "xml_entity", 3},
	} {
		_, _, err := Open(t.Context(), strings.NewReader(c.text), Options{})
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != c.code || c.line > 0 && e.Line != c.line {
			t.Errorf("%.60q: got %v, want %s on line %d", c.text, err, c.code, c.line)
		}
	}
}

// walk writes every string and number of a document in order, names too.
func walk(j *jsonScan, out *[]string) error {
	c, err := j.next()
	if err != nil {
		return err
	}
	switch c {
	case '{':
		*out = append(*out, "{")
		err = j.object(func(name string) error {
			*out = append(*out, name)
			return walk(j, out)
		})
	case '[':
		*out = append(*out, "[")
		err = j.array(func() error { return walk(j, out) })
	default:
		if err = j.scalar(); err == nil {
			*out = append(*out, string(j.text))
		}
		return err
	}
	*out = append(*out, "end")
	return err
}

func FuzzJSONAgreesWithTheStandardLibrary(f *testing.F) {
	b, err := os.ReadFile("testdata/ocel.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b[:700], uint8(5))
	for _, s := range []string{`{"a":[1,-0.5e+3,true,null,"\ud83d\ude00\ud83dx\/"]}`, `[]`, `{}`, ` 1 `, `[1,]`, `{"a"}`, `"\u00"`, `01`, `[[[]]]`} {
		f.Add([]byte(s), uint8(1))
	}
	f.Fuzz(func(t *testing.T, b []byte, size uint8) {
		o := Options{}.withDefaults()
		j := newJSON(&slow{bytes.NewReader(b), 1 + int(size)}, o)
		var got []string
		err := walk(j, &got)
		if err == nil {
			err = j.end()
		}
		if e, ok := errors.AsType[*Error](err); ok && e.Code == "too_deep" {
			return
		}
		if valid := json.Valid(b); valid != (err == nil) {
			t.Fatalf("%q: valid is %v, we say %v", b, valid, err)
		}
		if err != nil {
			return
		}
		var want []string
		d := json.NewDecoder(bytes.NewReader(b))
		d.UseNumber()
		for {
			tok, err := d.Token()
			if err != nil {
				break
			}
			switch v := tok.(type) {
			case json.Delim:
				if v == '}' || v == ']' {
					want = append(want, "end")
				} else {
					want = append(want, v.String())
				}
			case nil:
				want = append(want, "")
			default:
				want = append(want, fmt.Sprint(v))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q:\ngot  %q\nwant %q", b, got, want)
		}
	})
}

// FuzzOCELFormsAgree reads a log of random parts as JSON and as XML.
func FuzzOCELFormsAgree(f *testing.F) {
	f.Add("a&b", "o<1>", "2024-03-01T08:00:00Z", uint16(5))
	f.Add("ñ\"", " ", "1/2/2024", uint16(999))
	f.Fuzz(func(t *testing.T, kind, object, at string, mix uint16) {
		for _, s := range []string{kind, object, at} {
			if checkChars([]byte(s), 0) != nil || strings.ContainsRune(s, '\r') {
				return
			}
		}
		type rel struct {
			ID string `json:"objectId"`
			Q  string `json:"qualifier"`
		}
		type event struct {
			ID   string `json:"id"`
			Type string `json:"type"`
			Time string `json:"time"`
			Rel  []rel  `json:"relationships"`
		}
		type thing struct {
			ID   string `json:"id"`
			Type string `json:"type"`
		}
		var doc struct {
			Objects []thing `json:"objects"`
			Events  []event `json:"events"`
		}
		for i := range 3 {
			doc.Objects = append(doc.Objects, thing{object + fmt.Sprint(i&int(mix>>2)), fmt.Sprint("T", i&int(mix))})
		}
		for i := range 4 {
			e := event{ID: fmt.Sprint(i &^ int(mix>>4&1)), Type: kind, Time: at}
			for k := range 2 {
				e.Rel = append(e.Rel, rel{object + fmt.Sprint(int(mix>>(i+k))&3), kind})
			}
			doc.Events = append(doc.Events, e)
		}
		esc := strings.NewReplacer("&", "&amp;", "<", "&lt;", `"`, "&quot;", "\n", "&#10;", "\t", "&#9;")
		var x strings.Builder
		x.WriteString("<log><objects>")
		for _, o := range doc.Objects {
			fmt.Fprintf(&x, `<object id="%s" type="%s"/>`, esc.Replace(o.ID), esc.Replace(o.Type))
		}
		x.WriteString("</objects><events>")
		for _, e := range doc.Events {
			fmt.Fprintf(&x, `<event id="%s" type="%s" time="%s"><objects>`, e.ID, esc.Replace(e.Type), esc.Replace(e.Time))
			for _, r := range e.Rel {
				fmt.Fprintf(&x, `<relationship object-id="%s" qualifier="%s"/>`, esc.Replace(r.ID), esc.Replace(r.Q))
			}
			x.WriteString("</objects></event>")
		}
		x.WriteString("</events></log>")
		b, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		l1, rep1, err1 := Open(t.Context(), bytes.NewReader(b), Options{Object: "T0"})
		l2, rep2, err2 := Open(t.Context(), strings.NewReader(x.String()), Options{Object: "T0"})
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if dump(l1) != dump(l2) || fmt.Sprint(rep1.Types) != fmt.Sprint(rep2.Types) {
			t.Errorf("JSON\n%s\nXML\n%s", dump(l1), dump(l2))
		}
	})
}
