package load

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

func TestAPreviewShowsWhatAFileHolds(t *testing.T) {
	b, err := os.ReadFile("testdata/orders.csv")
	if err != nil {
		t.Fatal(err)
	}
	p, err := Look(t.Context(), strings.NewReader(string(b)), Options{})
	if err != nil || p.Problem != nil || !p.Whole {
		t.Fatal(err, p)
	}
	var roles []string
	for _, c := range p.Columns {
		roles = append(roles, c.Name+"="+c.Role)
	}
	same(t, roles, "Pedido=case", "Actividad=activity", "Responsable=resource", "Inicio=start", "Fin=time", "Notas=")
	notas := p.Columns[5]
	if notas.Missing != 3 || notas.Distinct != 3 || p.Columns[4].Times != 6 || p.Columns[1].Common[0] != (Common{"Corte", 3}) {
		t.Errorf("got %+v", p.Columns)
	}
	if len(p.Rows) != 6 || p.Rows[1][5] != "tela, azul" || p.Report.TimeFormat.Name != DayFirst || p.Report.TimeFormat.Ambiguous {
		t.Errorf("got %q, %+v", p.Rows, p.Report.TimeFormat)
	}
}

func TestAPreviewOfATableWithoutTimesStillShowsIt(t *testing.T) {
	p, err := Look(t.Context(), strings.NewReader("a,b\n1,x\n2,y\n"), Options{})
	if err != nil || p.Problem == nil || p.Problem.Code != "no_time" || len(p.Columns) != 2 || len(p.Rows) != 2 {
		t.Fatal(err, p)
	}
}

func TestAPreviewReadsOnlyTheBeginning(t *testing.T) {
	for name, h := range map[string]*hostile{
		"xes":  {head: `<log>`, again: `<trace><string key="concept:name" value="c"/>` + ev("A", 1) + ev("B", 2) + `</trace>`},
		"csv":  {head: "case,activity,time\n", again: "1,A,2024-01-01\n1,\"B\n\",2024-01-02\n"},
		"json": {head: `{"objects":[{"id":"o","type":"t"}],"events":[{"id":"e","type":"A","time":"2024-01-01"}`, again: `,{"id":"e","type":"A","time":"2024-01-01"}`},
		"xml":  {head: `<log><objects><object id="o" type="t"/></objects><events>`, again: `<event id="e" type="A" time="2024-01-01"/>`},
	} {
		p, err := Look(t.Context(), h, Options{})
		if err != nil || p.Whole || p.Problem != nil || len(p.Columns) < 3 || len(p.Rows) > lookRows {
			t.Errorf("%s: %v %+v", name, err, p)
		}
	}
}

func TestWhatNeedsALookIsSaid(t *testing.T) {
	var b strings.Builder
	b.WriteString("case,activity,time,who,closed by\n")
	for i := range 30 {
		fmt.Fprintf(&b, "%d,A,2024-01-01,%s,x%d\n", i/3, []string{"Ana", "?", ""}[i%3], i/3)
	}
	_, rep := must(t, b.String(), Options{})
	var got []string
	for _, n := range rep.Notes {
		got = append(got, n.Code+" "+n.Field+" "+n.Text)
		if !slices.Contains(NoteCodes, n.Code) {
			t.Error(n.Code)
		}
	}
	same(t, got, "placeholder who ?", "constant_in_cases closed by ")
}
