package dataset_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/fact"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/job"
)

// world is a company with its jobs at work.
type world struct {
	*fixture.Company
	*dataset.Service
	t *testing.T
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	w := &world{fixture.New(t, d, 1), dataset.New(d), t}
	if err := job.Migrate(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	jobs, err := job.New(d, w.Workers()...)
	if err != nil {
		t.Fatal(err)
	}
	if err := jobs.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := jobs.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return w
}

// bring uploads a file and waits until it has been looked at.
func (w *world) bring(name, content string) dataset.Dataset {
	w.t.Helper()
	d, err := w.Upload(w.t.Context(), w.Ana, dataset.Upload{File: name, Content: strings.NewReader(content)})
	if err != nil {
		w.t.Fatal(err)
	}
	return w.wait(d.ID)
}

func (w *world) wait(d id.Dataset) dataset.Dataset {
	w.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		v, err := w.Get(w.t.Context(), w.Ana, d)
		if err != nil {
			w.t.Fatal(err)
		}
		if !v.State.Busy() {
			return v
		}
	}
	return dataset.Dataset{}
}

func (w *world) mapped(d dataset.Dataset, m dataset.Mapping) dataset.Dataset {
	w.t.Helper()
	if _, err := w.Map(w.t.Context(), w.Ana, d.ID, m); err != nil {
		w.t.Fatal(err)
	}
	return w.wait(d.ID)
}

// xes is a log of cases, each a list of "team/step" an hour apart.
func xes(cases ...string) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><log xes.version="1.0">`)
	for i, c := range cases {
		fmt.Fprintf(&b, `<trace><string key="concept:name" value="C%d"/>`, i+1)
		for j, e := range strings.Fields(c) {
			team, step, _ := strings.Cut(e, "/")
			fmt.Fprintf(&b, `<event><string key="concept:name" value="%s"/><string key="org:group" value="%s"/>`+
				`<date key="time:timestamp" value="2026-03-02T%02d:00:00.000+01:00"/></event>`, step, team, 8+j)
		}
		b.WriteString(`</trace>`)
	}
	b.WriteString(`</log>`)
	return b.String()
}

// story is a log in which sewing returns work to cutting.
var story = xes(
	"corte/queued corte/accepted costura/queued costura/accepted corte/queued corte/accepted costura/queued costura/accepted",
	"corte/queued corte/accepted costura/queued corte/queued corte/accepted",
	"corte/queued corte/accepted costura/queued costura/accepted",
)

func packed(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestALogIsUnderstoodAnalysedAndOpenedToItsCases(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		v := w.bring("taller.xes.gz", packed(t, story))
		if v.State != dataset.Asking || v.Preview.Cases != 3 || v.Preview.Events != 17 || v.Size == 0 || v.SHA256 == "" {
			t.Fatalf("after the look: %+v", v)
		}
		m := v.Mapping
		if m.Activity != "concept:name" || strings.Join(m.Dimensions, ",") != "org:group" || len(m.States) != 2 {
			t.Fatalf("the guess is %+v", m)
		}
		v = w.mapped(v, m)
		if v.State != dataset.Ready || v.Cases != 3 || v.Events != 17 {
			t.Fatalf("after the analysis: %+v, %+v", v.State, v.Problem)
		}
		_, c, err := w.Chain(ctx, w.Ana, v.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		l, ok := c.Link("corte", "costura")
		if !ok || l.N != 4 || l.Cases != 3 || l.Back != 2 || l.Bounced != 2 || l.Queue.N != 3 || l.Queue.Never != 1 || *l.Queue.Median != 3600 || *l.Queue.P85 != 3600 {
			t.Errorf("the link is %+v", l)
		}
		cases, n, err := w.Cases(ctx, w.Ana, v.ID, "", "corte", "costura", dataset.Returned, 0, 10)
		if err != nil || n != 2 || len(cases) != 2 {
			t.Fatalf("%d cases of %d, %v", len(cases), n, err)
		}
		if got := cases[0]; got.Name != "C1" || got.Events[1].Mark != dataset.HandedOver || got.Events[2].Mark != dataset.Arrived || got.Events[4].Mark != dataset.CameBack {
			t.Errorf("the first case is %+v", got)
		}
		if _, n, err := w.Cases(ctx, w.Ana, v.ID, "", "corte", "costura", dataset.Every, 2, 10); err != nil || n != 3 {
			t.Errorf("%d cases in all, %v", n, err)
		}
		b, err := w.Analysis(ctx, w.Ana, v.ID)
		var r struct {
			Cases      int
			Dimensions map[string]struct{ Handovers struct{ N int } }
		}
		if err != nil || json.Unmarshal(b, &r) != nil || r.Cases != 3 || r.Dimensions["org:group"].Handovers.N != 6 {
			t.Errorf("the analysis is %s, %v", b, err)
		}
		// Another mapping makes another analysis.
		m.Filters = []dataset.Filter{{Key: "org:group", Not: true, Values: []string{"costura"}}}
		if v = w.mapped(v, m); v.State != dataset.Ready || v.Events != 10 {
			t.Errorf("with a filter: %s, %d events", v.State, v.Events)
		}
		m.Filters[0].Not, m.Filters[0].Values = false, []string{"nadie"}
		if v = w.mapped(v, m); v.State != dataset.Failed || v.Problem.Key != "dataset.err.nothing_left" {
			t.Errorf("with nothing left: %s %+v", v.State, v.Problem)
		}
		facts, err := fact.About(ctx, d, 1, string(v.ID), 20)
		kinds := ""
		for _, f := range facts {
			kinds += strings.TrimPrefix(f.Kind, "dataset.") + " "
		}
		if err != nil || kinds != "uploaded mapped analysed mapped analysed mapped " {
			t.Errorf("facts: %s, %v", kinds, err)
		}
	})
}

func TestWhatIsNoLogIsRefusedInAClearSentence(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		for name, c := range map[string]struct{ content, key string }{
			"empty":   {"", "dataset.err.empty"},
			"picture": {"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "dataset.err.type"},
			"pdf":     {"%PDF-1.7 …", "dataset.err.type"},
		} {
			_, err := w.Upload(t.Context(), w.Ana, dataset.Upload{File: name, Content: strings.NewReader(c.content)})
			if errs.FieldsOf(err)["file"] != c.key {
				t.Errorf("%s: %v", name, err)
			}
		}
		z := packed(t, strings.Repeat(story, 20))
		for name, content := range map[string]string{"cut": z[:len(z)/2], "xml": story[:len(story)/2], "nonsense": "<html></html>"} {
			v := w.bring(name, content)
			if v.State != dataset.Failed || v.Problem == nil || !strings.HasPrefix(v.Problem.Key, "load.err.") {
				t.Errorf("%s: %s %+v", name, v.State, v.Problem)
			}
			if _, r, err := w.Content(t.Context(), w.Ana, v.ID); err != nil || read(t, r) != content {
				t.Errorf("%s is lost: %v", name, err)
			}
		}
		v := w.bring("bien.xes", story)
		m := v.Mapping
		m.Zone = "Marte/Olimpo"
		if _, err := w.Map(t.Context(), w.Ana, v.ID, m); errs.FieldsOf(err)["time_zone"] != "dataset.err.zone" {
			t.Errorf("an unknown zone: %v", err)
		}
		m = v.Mapping
		m.Dimensions = []string{"org:planet"}
		if v = w.mapped(v, m); v.State != dataset.Failed || v.Problem.Key != "dataset.err.column" || v.Problem.Field != "org:planet" {
			t.Errorf("an unknown column: %s %+v", v.State, v.Problem)
		}
		for _, key := range i18n.Keys("dataset.err.") {
			if !i18n.Has(key) {
				t.Error(key)
			}
		}
	})
}

func TestWhoMaySeeAndChangeALog(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		other := fixture.New(t, d, 2)
		ctx := t.Context()
		if _, err := w.Upload(ctx, w.Carla, dataset.Upload{File: "x", Content: strings.NewReader(story)}); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("Carla leads nothing, and uploads: %v", err)
		}
		v, err := w.Upload(ctx, w.Bruno, dataset.Upload{File: "x.xes", Content: strings.NewReader(story)})
		if err != nil {
			t.Fatal(err)
		}
		v = w.wait(v.ID)
		sees := func(a authz.Actor, want bool) {
			t.Helper()
			_, err := w.Get(ctx, a, v.ID)
			list, lerr := w.List(ctx, a)
			if (err == nil) != want || lerr != nil || (len(list) == 1) != want {
				t.Errorf("%s: %v, %d in the list, %v", a.Name, err, len(list), lerr)
			}
		}
		sees(w.Bruno, true)
		sees(w.Ana, true)
		sees(w.Carla, false)
		sees(other.Ana, false)
		if err := w.Share(ctx, w.Bruno, v.ID, false, []id.Person{w.Carla.Person}); err != nil {
			t.Fatal(err)
		}
		sees(w.Carla, true)
		sees(w.Diego, false)
		if _, err := w.Map(ctx, w.Carla, v.ID, v.Mapping); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("Carla maps: %v", err)
		}
		if err := w.Share(ctx, w.Bruno, v.ID, false, []id.Person{other.Ana.Person}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("somebody of another company: %v", err)
		}
		if err := w.Share(ctx, w.Ana, v.ID, true, nil); err != nil {
			t.Fatal(err)
		}
		sees(w.Diego, true)
		if err := w.Remove(ctx, w.Diego, v.ID); errs.KindOf(err) != errs.Forbidden {
			t.Errorf("Diego removes: %v", err)
		}
		if err := w.Remove(ctx, other.Ana, v.ID); errs.KindOf(err) != errs.NotFound {
			t.Errorf("another company removes: %v", err)
		}
		if err := w.Remove(ctx, w.Bruno, v.ID); err != nil {
			t.Fatal(err)
		}
		sees(w.Ana, false)
	})
}

func TestAMappingIsUsedAgain(t *testing.T) {
	dbtest.Run(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		ctx := t.Context()
		first := w.bring("marzo.xes", story)
		m := first.Mapping
		m.PingPong, m.Missing = 2, []string{"?"}
		for range 2 { // the same name replaces
			if _, err := w.Save(ctx, w.Ana, "Lo del taller", m); err != nil {
				t.Fatal(err)
			}
		}
		saved, err := w.Saved(ctx, w.Bruno)
		if err != nil || len(saved) != 1 || saved[0].Mapping.PingPong != 2 {
			t.Fatalf("saved: %+v, %v", saved, err)
		}
		second, err := w.Upload(ctx, w.Ana, dataset.Upload{Name: "Abril", Content: strings.NewReader(story), Mapping: &saved[0].Mapping})
		if err != nil {
			t.Fatal(err)
		}
		if v := w.wait(second.ID); v.State != dataset.Ready || v.Mapping.PingPong != 2 || v.Name != "Abril" {
			t.Errorf("the second is %s, %+v", v.State, v.Mapping)
		}
		other := first.Preview.Onto(dataset.Mapping{Activity: "task", Dimensions: []string{"team", "org:group"}, Lifecycle: "x"})
		if other.Activity != "concept:name" || strings.Join(other.Dimensions, ",") != "org:group" || other.Lifecycle != "" {
			t.Errorf("onto another file: %+v", other)
		}
	})
}

// The log of incidents, as somebody would bring it in.
func TestARealLog(t *testing.T) {
	const path = "../../../shared/data/bpic2013_incidents.xes.gz"
	content, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("%s is not there: %v", path, err)
	}
	w := newWorld(t, dbtest.Open(t, db.SQLite))
	v := w.bring("incidents.xes.gz", string(content))
	if v.State != dataset.Asking || v.Preview.Cases != 7554 || v.Preview.Events != 65533 || v.Mapping.Dimensions[0] != "org:group" {
		t.Fatalf("after the look: %s %+v %+v", v.State, v.Problem, v.Mapping)
	}
	v = w.mapped(v, v.Mapping)
	_, c, err := w.Chain(t.Context(), w.Ana, v.ID, "")
	if err != nil {
		t.Fatal(v.State, v.Problem, err)
	}
	l, _ := c.Link("D5", "D4")
	if c.Handovers != 9454 || c.All != 2463 || c.PingPong != (dataset.Tally{Cases: 1177, N: 2394}) || l.N != 123 || l.Back != 39 || l.Ever != 123 {
		t.Errorf("the chain has %d, %d, %+v, and D5 → D4 %+v", c.Handovers, c.All, c.PingPong, l)
	}
	cases, n, err := w.Cases(t.Context(), w.Ana, v.ID, "", "D4", "N26 2nd", dataset.Returned, 0, 20)
	if err != nil || n == 0 || len(cases[0].Events) == 0 {
		t.Errorf("the worst link has %d cases, %v", n, err)
	}
}
