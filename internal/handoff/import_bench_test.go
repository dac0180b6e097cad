package handoff_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/dbtest"
	"github.com/eslabon/eslabon/internal/fixture"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/sheet"
)

// history makes n rows of past handoffs between twenty posts, in no order: most
// accepted, some returned once, a few declined or still open.
func history(n int) sheet.Table {
	rng := rand.New(rand.NewPCG(7, 11))
	t := sheet.Table{Head: []string{
		"key", "supplier", "customer", "service", "title", "order", "quantity", "unit", "asked", "taken", "delivered", "returned", "reason",
		"redelivered", "closed", "result", "asked_by", "done_by", "accepted_by", "note", "remark", "tags", "priority",
	}}
	begin := time.Date(2024, 1, 8, 8, 0, 0, 0, time.UTC)
	for _, i := range rng.Perm(n) {
		at := begin.Add(time.Duration(i) * 10 * time.Minute)
		later := func() string {
			at = at.Add(time.Duration(10+rng.IntN(600)) * time.Minute)
			return sheet.FormatTime(at, time.UTC)
		}
		from := rng.IntN(20)
		to := (from + 1 + rng.IntN(3)) % 20
		row := []string{
			"k" + strconv.Itoa(i), fmt.Sprintf("Puesto %d", from), fmt.Sprintf("Puesto %d", to), fmt.Sprintf("Servicio %d", from),
			fmt.Sprintf("Lote %d de camisas", i), fmt.Sprintf("P-%d", i/5), strconv.Itoa(1 + rng.IntN(200)), "piezas",
			sheet.FormatTime(at, time.UTC), later(), later(), "", "", "", "", "accepted",
			fmt.Sprintf("Persona %d", rng.IntN(60)), fmt.Sprintf("Persona %d", rng.IntN(60)), fmt.Sprintf("Persona %d", rng.IntN(60)),
			"", "", "", "",
		}
		switch rng.IntN(20) {
		case 0, 1:
			row[11], row[12], row[13] = later(), fmt.Sprintf("Motivo %d", rng.IntN(4)), later()
			row[14] = later()
		case 2:
			row[10], row[15], row[20], row[14] = "", "declined", "No hay tela", later()
		case 3:
			row[15] = "open"
		default:
			row[14] = later()
		}
		t.Rows = append(t.Rows, sheet.Row{Number: len(t.Rows) + 2, Cells: row})
	}
	return t
}

// BenchmarkImport brings in 50,000 handoffs, the file already read.
func BenchmarkImport(b *testing.B) {
	const rows = 50_000
	t := history(rows)
	for _, e := range dbtest.Engines {
		b.Run(string(e), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				w := fixture.New(b, dbtest.Open(b, e), 1)
				b.StartTimer()
				report, err := w.Handoffs.Import(b.Context(), w.Ana, t, handoff.ImportOptions{CreateNodes: true, CreatePeople: true})
				if err != nil || report.Created != rows {
					b.Fatal(report, err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
