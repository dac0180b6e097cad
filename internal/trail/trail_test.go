package trail_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/trail"
	"github.com/eslabon/eslabon/internal/trail/schema"
)

var head = trail.Head{
	Title: "Taller <1>", Activities: []string{"asked", "delivered"},
	Keys: []trail.Key{
		{Name: trail.Group, Type: trail.Text, Always: true},
		{Name: "round", Type: trail.Whole, Always: true},
		{Name: "quantity", Type: trail.Number},
		{Name: "promised", Type: trail.Moment},
		{Name: "reason", Type: trail.Text},
	},
	Objects: []trail.Kind{{Name: "order"}, {Name: "node", Keys: []trail.Key{{Name: "name", Type: trail.Text}}}},
}

// nasty is what people write, and formats stumble over.
const nasty = "Corte & \"costura\" <b>\n=1+1,\x00 ü"

func written(t *testing.T, f trail.Format, cases int) string {
	t.Helper()
	var b bytes.Buffer
	w, err := trail.New(&b, f, head)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for range min(cases, 1) {
		must(w.Object(trail.Object{ID: "n", Type: "node", Attrs: []trail.Attr{{Key: "name", Value: nasty}}}))
		must(w.Object(trail.Object{ID: "o", Type: "order", Refs: []trail.Ref{{Object: "n", As: "for"}}}))
	}
	at := time.Date(2026, 3, 4, 15, 0, 0, 123456000, time.FixedZone("", -6*3600))
	for i := range cases {
		must(w.Case("P-" + string(rune('1'+i))))
		id := string(rune('a' + i))
		must(w.Event(trail.Event{
			ID: id + "1", Activity: "asked", At: at, Attrs: []trail.Attr{{Key: trail.Group, Value: nasty}, {Key: "round", Value: int64(0)}},
			Refs: []trail.Ref{{Object: "o", As: "order"}},
		}))
		must(w.Event(trail.Event{ID: id + "2", Activity: "delivered", At: at.Add(time.Hour), Attrs: []trail.Attr{
			{Key: trail.Group, Value: "=1+1"},
			{Key: "round", Value: int64(1)},
			{Key: "quantity", Value: 2.5},
			{Key: "promised", Value: at},
			{Key: "reason", Value: "x"},
		}}))
	}
	must(w.Close())
	return b.String()
}

func TestEveryFormatIsWhatItsStandardAsks(t *testing.T) {
	t.Parallel()
	for _, cases := range []int{0, 1, 3} {
		traces, events, err := schema.XES(strings.NewReader(written(t, trail.XES, cases)))
		if err != nil || traces != cases || events != 2*cases {
			t.Errorf("xes of %d: %d traces, %d events, %v", cases, traces, events, err)
		}
		objects, events, err := schema.OCEL(strings.NewReader(written(t, trail.OCEL, cases)))
		if err != nil || objects != 2*min(cases, 1) || events != 2*cases {
			t.Errorf("ocel of %d: %d objects, %d events, %v", cases, objects, events, err)
		}
		objects, events, err = schema.OCELXML(strings.NewReader(written(t, trail.OCELXML, cases)))
		if err != nil || objects != 2*min(cases, 1) || events != 2*cases {
			t.Errorf("ocel-xml of %d: %d objects, %d events, %v", cases, objects, events, err)
		}
	}
}

func TestACSVIsATableThatNoSpreadsheetRuns(t *testing.T) {
	t.Parallel()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(written(t, trail.CSV, 1), "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		"case:concept:name|concept:name|time:timestamp|org:group|round|quantity|promised|reason",
		"P-1|asked|2026-03-04T21:00:00.123456Z|" + nasty + "|0|||",
		"P-1|delivered|2026-03-04T22:00:00.123456Z|'=1+1|1|2.5|2026-03-04T21:00:00.123456Z|x",
	} {
		if got := strings.Join(rows[i], "|"); got != want {
			t.Errorf("row %d: %q, want %q", i, got, want)
		}
	}
}

// The checks find what is wrong; otherwise that they pass says nothing.
func TestTheChecksFindFaults(t *testing.T) {
	t.Parallel()
	xes, ocel, ocelXML := written(t, trail.XES, 1), written(t, trail.OCEL, 1), written(t, trail.OCELXML, 1)
	for _, c := range []struct{ from, to string }{
		{`xes.version="1849.2016" `, ``},
		{`key="round" value="1"`, `key="round" value="one"`},
		{`<extension name="Time" prefix="time"`, `<extension name="Time" prefix="tiempo"`},
		{`<string key="org:group" value="=1+1"/>`, ``},
		{`<date key="time:timestamp"`, `<string key="time:timestamp"`},
		{`key="reason"`, `key="the reason"`},
		{`</log>`, ``},
		{`<classifier name="Activity" scope="event" keys="concept:name"/>`, `<classifier name="A" keys="reason"/>`},
	} {
		bad := strings.Replace(xes, c.from, c.to, 1)
		if _, _, err := schema.XES(strings.NewReader(bad)); err == nil || bad == xes {
			t.Errorf("XES with %q for %q passes", c.to, c.from)
		}
	}
	for _, c := range []struct{ from, to string }{
		{`"objectId":"o"`, `"objectId":"p"`},
		{`"value":1}`, `"value":"one"}`},
		{`"id":"a2"`, `"id":"a1"`},
		{`"time":"2026-03-04T21:00`, `"time":"4 March 2026 21:00`},
		{`"eventTypes"`, `"event_types"`},
		{`"type":"delivered"`, `"type":"lost"`},
		{`{"name":"reason","value"`, `{"name":"cause","value"`},
	} {
		bad := strings.Replace(ocel, c.from, c.to, 1)
		if _, _, err := schema.OCEL(strings.NewReader(bad)); err == nil || bad == ocel {
			t.Errorf("OCEL with %q for %q passes", c.to, c.from)
		}
	}
	bad := strings.Replace(ocelXML, `object-id="o"`, `object-id="p"`, 1)
	if _, _, err := schema.OCELXML(strings.NewReader(bad)); err == nil || bad == ocelXML {
		t.Error("OCEL XML with a relation to nothing passes")
	}
}

func TestUnknownFormat(t *testing.T) {
	t.Parallel()
	if _, err := trail.Parse("xml"); err == nil {
		t.Error("xml is taken")
	}
	for _, f := range trail.Formats {
		if got, err := trail.Parse(string(f)); got != f || err != nil || f.Ext() == "" || f.Media() == "" {
			t.Errorf("%s: %s %v %q %q", f, got, err, f.Ext(), f.Media())
		}
	}
}
