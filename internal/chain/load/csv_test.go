package load

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/eslabon/eslabon/internal/chain"
)

// table of three events in two cases; %s is the separator.
const small = "case%[1]sactivity%[1]stime\n1%[1]sA%[1]s1970-01-01T00:00:01Z\n2%[1]sB%[1]s1970-01-01T00:00:02Z\n1%[1]sC%[1]s1970-01-01T00:00:03Z\n"

func TestSeparatorsAreFound(t *testing.T) {
	for _, sep := range []string{",", ";", "\t", "|"} {
		l, rep := must(t, fmt.Sprintf(small, sep), Options{})
		same(t, events(l), "1: A@1000 C@3000", "2: B@2000")
		if rep.Separator != sep {
			t.Errorf("got %q, want %q", rep.Separator, sep)
		}
	}
}

func latin1(s string) string {
	var b []byte
	for _, r := range s {
		if i := slices.Index(cp1252, r); i >= 0 {
			b = append(b, byte(0x80+i))
		} else {
			b = append(b, byte(r))
		}
	}
	return string(b)
}

func utf16le(s string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

func utf16be(s string) string {
	b := []byte{0xfe, 0xff}
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.BigEndian.AppendUint16(b, u)
	}
	return string(b)
}

func TestEncodingsAreFound(t *testing.T) {
	text := "case,activity,time\n1,Diseño – 5 €,1970-01-01T00:00:01Z\n"
	for name, c := range map[string]string{
		UTF8: text, "mark": "\ufeff" + text, Latin1: latin1(text), UTF16LE: utf16le(text), UTF16BE: utf16be(text),
	} {
		l, _ := must(t, c, Options{})
		if got := events(l); !slices.Equal(got, []string{"1: Diseño – 5 €@1000"}) {
			t.Errorf("%s: got %q", name, got)
		}
	}
	late := "case,activity,time\n" + strings.Repeat("1,A,1970-01-01T00:00:01Z\n", 4000) + "2,Dise\xf1o,1970-01-01T00:00:01Z\n"
	l, _ := must(t, late, Options{})
	if got := events(l)[1]; got != "2: Diseño@1000" {
		t.Errorf("late: got %q", got)
	}
}

func TestPitfallsOfCSV(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"quotes with separators, breaks and quotes": {"case,activity,time\n1,\"a, \"\"b\"\"\nc\",1970-01-01T00:00:01Z\n", []string{"1: a, \"b\"\nc@1000"}},
		"nothing is trimmed":                        {"case,activity,time\n1,  A   B ,1970-01-01T00:00:01Z\n 1,C,1970-01-01T00:00:01Z\n", []string{"1:   A   B @1000", " 1: C@1000"}},
		"windows line ends, and none at the end":    {"case,activity,time\r\n1,A,1970-01-01T00:00:01Z\r\n2,B,1970-01-01T00:00:02Z", []string{"1: A@1000", "2: B@2000"}},
		"old mac line ends":                         {"case,activity,time\r1,A,1970-01-01T00:00:01Z\r2,B,1970-01-01T00:00:02Z\r", []string{"1: A@1000", "2: B@2000"}},
		"what Excel writes first":                   {"sep=;\ncase;activity;time\n1;A,B;1970-01-01T00:00:01Z\n", []string{"1: A,B@1000"}},
		"empty lines and empty cells":               {"case,activity,time\n\n1,,1970-01-01T00:00:01Z\n\n", []string{"1: ?@1000"}},
		"rows out of order":                         {"case,activity,time\n1,A,1970-01-01T00:00:03Z\n2,B,1970-01-01T00:00:01Z\n1,C,1970-01-01T00:00:01Z\n1,D,1970-01-01T00:00:03Z\n", []string{"1: C@1000 A@3000 D@3000", "2: B@1000"}},
		"mixed offsets":                             {"case,activity,time\n1,A,1970-01-01 02:00:00+02:00\n1,B,1970-01-01 01:00:00.5+01:00\n", []string{"1: A@0 B@500"}},
		"decimal commas":                            {"case;activity;time;cost\n1;A;1970-01-01 00:00:01,5;3,50\n", []string{"1: A@1500"}},
		"day first by one date":                     {"case,activity,time\n1,A,1/2/1970\n1,B,13/2/1970\n", []string{"1: A@2678400000 B@3715200000"}},
		"month first by one date":                   {"case,activity,time\n1,A,1/2/1970\n1,B,1/13/1970\n", []string{"1: A@86400000 B@1036800000"}},
		"names in Spanish":                          {"Folio,Estado,Fecha y hora\n1,A,1970-01-01 00:00:01\n", []string{"1: A@1000"}},
		"single quotes":                             {"case,activity,time\n'1','A, B','1970-01-01T00:00:01Z'\n'2','C','1970-01-01T00:00:01Z'\n", []string{"1: A, B@1000", "2: C@1000"}},
		"names of XES":                              {"case:concept:name,concept:name,time:timestamp,case:kind\nx,A,1970-01-01T00:00:01Z,k\n", []string{"x: A@1000"}},
	} {
		l, _, err := Open(t.Context(), strings.NewReader(c.text), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !slices.Equal(events(l), c.want) {
			t.Errorf("%s: got %q, want %q", name, events(l), c.want)
		}
	}
}

func TestDatesThatFitBothWaysAreSaidToBeAGuess(t *testing.T) {
	// With the day first the case goes back in time.
	text := "case,activity,time\n1,A,1/5/2024\n1,B,2/4/2024\n1,C,3/3/2024\n"
	l, rep := must(t, text, Options{})
	if !rep.TimeFormat.Ambiguous || rep.TimeFormat.Name != MonthFirst {
		t.Errorf("got %+v", rep.TimeFormat)
	}
	if got := utc(l.Time[0]); got != "2024-01-05T00:00:00.000Z" {
		t.Errorf("got %s", got)
	}
	for _, option := range []string{DayFirst, "DD/MM/YYYY", "%d/%m/%Y", "02/01/2006", "dd/MM/yyyy HH:mm"} {
		l, rep = must(t, text, Options{TimeFormat: option})
		if rep.TimeFormat.Ambiguous || utc(l.Time[0]) != "2024-03-03T00:00:00.000Z" {
			t.Errorf("%s: got %+v, %s", option, rep.TimeFormat, utc(l.Time[0]))
		}
	}
}

func TestTheReportOfCSVCountsWhatIsLeftOut(t *testing.T) {
	text := "case,activity,time,,time\n1,A,1970-01-01\n,A,1970-01-01,,\n1,B,,,\n1,C,soon,,\n1,D,1970-01-02,,,,x\n1,,1970-01-02,,,,\n" +
		strings.Repeat("1,A,1970-01-03,,\n", 20)
	l, rep := must(t, text, Options{})
	for reason, want := range map[string]int{ShortRow: 1, NoCase: 1, NoTime: 1, BadTime: 1, LongRow: 1, NoActivity: 1} {
		if got := rep.Count(reason); got != want {
			t.Errorf("%s: got %d, want %d", reason, got, want)
		}
	}
	if l.Column("#4") == nil || l.Column("time (2)") == nil {
		t.Error("columns without a name of their own get one")
	}
}

func TestWhatIsNoTableIsRefusedWithItsLine(t *testing.T) {
	for _, c := range []struct {
		text, code string
		line       int64
		o          Options
	}{
		{"  \n", "empty", 0, Options{}},
		{"case,activity,time\n1,\"A,1970-01-01\n", "csv_quote", 2, Options{}},
		{"case,activity,time\n1,A,1970-01-01\n1,\"A\"x,1970-01-01\n", "csv_quote", 3, Options{}},
		{"a,b\n1,2\n", "no_time", 0, Options{}},
		{"case,when\n1,soon\n", "time_format", 2, Options{Case: "case", Time: "when"}},
		{"case,when\n1,1970-01-01\n", "column", 0, Options{Case: "kase"}},
		{"case,a,time\n1,A,1970-01-01\n", "filter", 0, Options{Filters: []chain.Filter{{Key: "x", Values: []string{"y"}}}}},
		{"a\x00b", "format", 0, Options{}},
		{"PK\x03\x04", "gzip", 0, Options{}},
		{"\x1f\x8bxx", "truncated", 0, Options{}},
	} {
		_, _, err := Open(t.Context(), strings.NewReader(c.text), c.o)
		e, ok := errors.AsType[*Error](err)
		if !ok || e.Code != c.code || c.line > 0 && e.Line != c.line || !slices.Contains(Codes, e.Code) {
			t.Errorf("%.60q: got %v, want %s on line %d", c.text, err, c.code, c.line)
		}
	}
}

func TestTheTwinOfTheFactoryLogIsTheSameInItsZone(t *testing.T) {
	path := realFile(t, "production_4tu.csv")
	zone, err := time.LoadLocation("Europe/Tallinn")
	if err != nil {
		t.Fatal(err)
	}
	l, rep, err := File(t.Context(), path, Options{Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	want := Mapping{Case: "caseid", Activity: "task", Time: "end_timestamp", Start: "start_timestamp", Resource: "user"}
	got := rep.Mapping
	got.Guessed = nil
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %+v", rep.Mapping)
	}
	if l.Cases() != 225 || l.Events() != 4503 || utc(slices.Min(l.Time)) != "2012-01-02T06:15:00.000Z" || utc(slices.Max(l.Time)) != "2012-03-31T10:45:00.000Z" {
		t.Errorf("got %d %d %s %s", l.Cases(), l.Events(), utc(slices.Min(l.Time)), utc(slices.Max(l.Time)))
	}
	service := int64(0)
	for i, at := range l.Time {
		service += at - l.Start[i]
	}
	if hours := float64(service) / 3600_000; hours != 13743.75 {
		t.Errorf("got %v hours of service", hours)
	}
}

func TestRetailRowsAreRead(t *testing.T) {
	path := realFile(t, "onlineretail.csv.gz")
	l, rep, err := File(t.Context(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if l.Events() != 541_909 || l.Cases() != 25_900 || rep.Mapping.Time != "InvoiceDate" || l.Column("CustomerID").Absent() != 135_080 ||
		l.Column("Description").Absent() != 1454 || l.Column("CustomerID").Dict.Len() != 4372 {
		t.Errorf("got %d events, %d cases, %+v", l.Events(), l.Cases(), rep)
	}
}

func TestMonthFirstIsFoundInTheGarmentFile(t *testing.T) {
	path := realFile(t, "garments_worker_productivity.csv")
	l, rep, err := File(t.Context(), path, Options{Case: "team_no", Time: "date", Activity: "department"})
	if err != nil {
		t.Fatal(err)
	}
	if rep.TimeFormat.Name != MonthFirst || rep.TimeFormat.Ambiguous || utc(slices.Max(l.Time)) != "2015-03-11T00:00:00.000Z" {
		t.Errorf("got %+v, last %s", rep.TimeFormat, utc(slices.Max(l.Time)))
	}
}

func FuzzCSVAgreesWithTheStandardLibrary(f *testing.F) {
	for _, s := range []string{"a,b\n1,\"x,\"\"y\"\"\nz\"\n", "a\r\n\"b\"\r\n", ",,\n\n\"\"\n", "a,\"b\nc", "\"\r\n\"", "x\"y,z\n"} {
		f.Add(s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, size uint8) {
		r := csv.NewReader(strings.NewReader(text))
		r.FieldsPerRecord = -1
		var want [][]string
		for {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return
			}
			want = append(want, row)
		}
		var got [][]string
		s := &csvScan{r: &slow{strings.NewReader(text), 1 + int(size)}, sep: ',', quote: '"', piece: 1 << 20, width: 1000, line: 1}
		for {
			cells, _, err := s.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			var row []string
			for _, c := range cells {
				row = append(row, strings.ReplaceAll(string(c), "\r\n", "\n"))
			}
			got = append(got, row)
		}
		if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Errorf("%q:\ngot  %q\nwant %q", text, got, want)
		}
	})
}

// slow gives few bytes at a time.
type slow struct {
	r io.Reader
	n int
}

func (s *slow) Read(p []byte) (int, error) { return s.r.Read(p[:min(len(p), s.n)]) }

func FuzzOpenNeverBreaks(f *testing.F) {
	f.Add([]byte(fmt.Sprintf(small, ",")))
	f.Add([]byte(fmt.Sprintf(small, ";")))
	f.Add([]byte(sample(1, 2)))
	f.Add(zipped(sample(2, 1)))
	f.Add([]byte(utf16le(fmt.Sprintf(small, "\t"))))
	f.Fuzz(func(t *testing.T, b []byte) {
		o := Options{Workers: 1, Limits: Limits{Piece: 1 << 20, Text: 8 << 20, Limits: chain.Limits{Events: 10_000}}}
		l, rep, err := Open(t.Context(), bytes.NewReader(b), o)
		if err != nil {
			if e, ok := errors.AsType[*Error](err); !ok || !slices.Contains(Codes, e.Code) {
				t.Errorf("%T %v", err, err)
			}
			return
		}
		if rep.Cases != l.Cases() || int(l.CaseOff[l.Cases()]) != l.Events() {
			t.Error("the log does not agree with itself")
		}
	})
}

func TestATableOfRowsIsReadAsAFile(t *testing.T) {
	b, err := os.ReadFile("testdata/orders.csv")
	if err != nil {
		t.Fatal(err)
	}
	want, _ := must(t, string(b), Options{})
	rows, err := csv.NewReader(bytes.NewReader(b)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	tab := NewTable(Sheet, rows[0], Options{})
	for i, r := range rows[1:] {
		if err := tab.Row(int64(i+2), r); err != nil {
			t.Fatal(err)
		}
	}
	got, rep, err := tab.Finish()
	if err != nil || dump(got) != dump(want) || rep.Format != Sheet {
		t.Errorf("another log: %v", err)
	}
}

func TestATableInAZipIsRead(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"__MACOSX/x", "log.csv"} {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(w, small, ";")
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	l, rep := must(t, b.String(), Options{})
	same(t, events(l), "1: A@1000 C@3000", "2: B@2000")
	if !rep.Packed {
		t.Error("it was packed")
	}
}
