package cli_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/eslabon/eslabon/internal/cli"
)

// analyze runs the command and returns what it says on both outputs.
func analyze(t *testing.T, code int, args ...string) (out, remarks string) {
	t.Helper()
	t.Setenv("ESLABON_LANG", "en")
	var said, aside bytes.Buffer
	args = append([]string{"analyze", "--lang=en"}, args...)
	if got := cli.Run(t.Context(), args, strings.NewReader(""), &said, &aside, cli.Program{}); got != code {
		t.Fatalf("%s: code %d, want %d\n%s", args, got, code, aside.String())
	}
	return said.String(), aside.String()
}

// figures are a few of the many of an analysis.
type figures struct {
	Cases, Events int
	FirstAt       string `json:"first_at"`
	LastAt        string `json:"last_at"`
	Attributes    map[string]struct{ Distinct, Missing int }
	Activity      struct{ Counts map[string]int }
	Dimensions    map[string]struct {
		Values        int
		MissingEvents int `json:"missing_events"`
		Handovers     struct{ N int }
	}
}

func figuresOf(t *testing.T, args ...string) (f figures) {
	t.Helper()
	out, _ := analyze(t, 0, append([]string{"--format=json"}, args...)...)
	if err := json.Unmarshal([]byte(out), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

// A log as public ones are: a schema of another namespace, sums and truths as
// attributes, most events without a person, one without time, one without offset.
func TestALogOfFines(t *testing.T) {
	const path = "testdata/fines.xes"
	f := figuresOf(t, path)
	if f.Cases != 2 || f.Events != 4 || f.FirstAt != "2006-07-23T22:00:00.000Z" || f.LastAt != "2006-12-04T23:00:00.000Z" {
		t.Errorf("got %+v", f)
	}
	if f.Activity.Counts["X\nY"] != 1 || f.Activity.Counts["Create Fine"] != 2 || f.Attributes["amount"].Missing != 3 || f.Attributes["ok"].Distinct != 1 {
		t.Errorf("got %+v", f)
	}
	if d := f.Dimensions["org:resource"]; d.Values != 2 || d.MissingEvents != 2 || d.Handovers.N != 0 {
		t.Errorf("got %+v", d)
	}
	d := figuresOf(t, "--dimension=ok", "--dimension=concept:name", "--missing=NIL", "--filter=concept:name!=Send Fine", path).Dimensions
	if len(d) != 2 || d["ok"].Values != 1 || d["concept:name"].Handovers.N != 1 {
		t.Errorf("got %+v", d)
	}
}

// A packed file of several members is one file.
func TestAFileInPieces(t *testing.T) {
	text, err := os.ReadFile("testdata/fines.xes")
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	for piece := range slices.Chunk(text, 700) {
		z := gzip.NewWriter(&packed)
		_, _ = z.Write(piece) // a Buffer takes everything
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "fines")
	if err := os.WriteFile(path, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if f := figuresOf(t, path); f.Events != 4 {
		t.Errorf("got %+v", f)
	}
}

// A table as a spreadsheet leaves it: semicolons, the day first, Latin letters of
// one byte, hours of one digit.
func TestATableOfShifts(t *testing.T) {
	const path = "testdata/turnos.csv"
	f := figuresOf(t, "--time-zone=Europe/Madrid", path)
	if f.Cases != 2 || f.Events != 4 || f.FirstAt != "2019-12-31T22:59:00.000Z" || f.LastAt != "2020-01-05T08:05:00.000Z" {
		t.Errorf("got %+v", f)
	}
	if d := f.Dimensions["responsable"]; d.Values != 2 || d.MissingEvents != 1 || d.Handovers.N != 1 {
		t.Errorf("got %+v", d)
	}
	text, _ := analyze(t, 0, path)
	page, _ := analyze(t, 0, "--format=html", path)
	for _, out := range []string{text, page} {
		if !strings.Contains(out, "Íñigo") {
			t.Errorf("nobody is named:\n%s", out)
		}
	}
	if strings.Contains(page, "http://") || strings.Contains(page, "https://") || strings.Contains(page, "<script") {
		t.Error("the page needs more than itself")
	}
}

// linkLog has a link A → B with three cases: it comes back twice, once, never.
const linkLog = `case,step,team,person,at
never,cut,A,Ana,2026-03-02 08:00
never,sew,B,Beto,2026-03-02 09:00
once,cut,A,Ana,2026-03-02 08:00
once,sew,B,Beto,2026-03-02 09:00
once,cut,A,Ana,2026-03-02 10:00
twice,cut,A,Ana,2026-03-02 08:00
twice,sew,B,Beto,2026-03-02 09:00
twice,cut,A,Ana,2026-03-02 10:00
twice,sew,B,Beto,2026-03-02 11:00
twice,cut,A,Ana,2026-03-02 12:00
twice,pack,-> C,Carla,2026-03-02 13:00
`

// The cases behind a link can be read in the terminal, all or those that came
// back, and by other programs.
func TestTheCasesBehindALink(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.csv")
	if err := os.WriteFile(path, []byte(linkLog), 0o600); err != nil {
		t.Fatal(err)
	}
	type told struct {
		Dimension, Which       string
		Handoffs, Cases, Total int
		Items                  []struct {
			Name             string
			Passes, Returned int
			Events           []struct{ Activity, Value, Resource, Mark string }
		}
	}
	for which, names := range map[string][]string{"all": {"twice", "once", "never"}, "returned": {"twice", "once"}, "ping-pong": {"twice"}} {
		out, _ := analyze(t, 0, path, "--dimension=team", "--link=A → B", "--cases="+which, "--format=json")
		var b told
		if err := json.Unmarshal([]byte(out), &b); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, x := range b.Items {
			got = append(got, x.Name)
		}
		if !slices.Equal(got, names) || b.Total != len(names) || b.Handoffs != 4 || b.Cases != 3 || b.Which != which || b.Dimension != "team" {
			t.Errorf("%s: got %+v", which, b)
		}
		if first := b.Items[0]; first.Passes != 2 || first.Returned != 2 || len(first.Events) != 6 || first.Events[1].Mark != "arrived" || first.Events[4].Mark != "returned" {
			t.Errorf("%s: got %+v", which, first)
		}
		text, _ := analyze(t, 0, path, "--dimension=team", "--link=A -> B", "--cases="+which)
		for _, name := range []string{"twice", "once", "never"} {
			if strings.Contains(text, "Case "+name) != slices.Contains(names, name) {
				t.Errorf("%s: %s in\n%s", which, name, text)
			}
		}
	}
	text, _ := analyze(t, 0, path, "--dimension=team", "--link=A > B", "--most=1")
	for _, want := range []string{"A → B", "team: passed 4 times, in 3 cases. Came straight back in 2; at least twice in 1.", "1 of 3 cases", "2026-03-02 09:00:00  B", "Arrives", "Comes back"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	// Without a dimension that was asked for, every one that was chosen counts; an arrow may be part of a name.
	if text, _ = analyze(t, 0, path, "--link=Ana → Beto", "--dimension=team", "--dimension=person"); !strings.Contains(text, "person: passed 4 times") {
		t.Error(text)
	}
	if text, _ = analyze(t, 0, path, "--dimension=team", "--link=A->-> C"); !strings.Contains(text, "A → -> C") {
		t.Error(text)
	}
	// Filters count here too.
	if text, _ = analyze(t, 0, path, "--dimension=team", "--link=A → B", "--filter=step!=pack", "--cases=returned"); !strings.Contains(text, "2 of 2 cases") {
		t.Error(text)
	}
	if text, _ = analyze(t, 0, path, "--dimension=team", "--link=A → -> C", "--cases=returned"); !strings.Contains(text, "In no case did it come straight back.") {
		t.Error(text)
	}
}

// Whoever asks for a link that is not there is told which ones there are.
func TestALinkThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.csv")
	if err := os.WriteFile(path, []byte(linkLog), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"--link=A → Z"}, []string{"“A → Z” in team", "A → B"}},
		{[]string{"--link=Y → Z"}, []string{"“Y → Z” in team", "A → B; B → A"}},
		{[]string{"--link=A"}, []string{"“A”", "'A → B'"}},
		{[]string{"--link=→"}, []string{"'A → B'"}},
		{[]string{"--link=A → B", "--format=html"}, []string{"--format json"}},
		{[]string{"--link=A → B", "--most=-1"}, []string{"--most"}},
		{[]string{"--link=A → B", "--filter=step=nothing"}, []string{"no case changes hands"}},
		{[]string{"--link=A → B", "--filter=nobody=x"}, []string{"nobody", "person"}},
		{[]string{"--link=A → B", "--dimension=nobody"}, []string{"nobody", "person"}},
	} {
		_, said := analyze(t, 1, append([]string{path, "--dimension=team"}, c.args...)...)
		for _, w := range c.want {
			if !strings.Contains(said, w) {
				t.Errorf("%s: no %q in %s", c.args, w, said)
			}
		}
	}
}

// Whoever names a column that is not there is told which ones there are.
func TestAColumnThatIsNotThere(t *testing.T) {
	for _, args := range [][]string{
		{"--dimension=nobody", "testdata/turnos.csv"},
		{"--activity=nobody", "testdata/turnos.csv"},
		{"--filter=nobody=x", "testdata/turnos.csv"},
		{"--dimension=nobody", "testdata/fines.xes"},
		{"--activity=nobody", "testdata/fines.xes"},
		{"--filter=nobody!=x", "testdata/fines.xes"},
	} {
		want := "responsable"
		if strings.HasSuffix(args[1], "xes") {
			want = "vehicleClass"
		}
		if _, said := analyze(t, 1, args...); !strings.Contains(said, "nobody") || !strings.Contains(said, want) {
			t.Errorf("%s: %s", args, said)
		}
	}
}
