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
