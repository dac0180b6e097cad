package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/eslabon/eslabon/internal/chain/load"
)

// FuzzDatabasesAndSheets reads what may be a database of objects, or a sheet:
// it is a log that hangs together, or refused in words, and never breaks.
func FuzzDatabasesAndSheets(f *testing.F) {
	whole, err := io.ReadAll(database(f, ocel...))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	x := excelize.NewFile()
	for i, row := range [][]any{
		{"Pedido", "Actividad", "Fecha", "Responsable"}, {"P-1", "Corte", "03/02/2025 08:00", "Ana"}, {"P-1", "Costura", 45701.5, "Marta"},
	} {
		if err := x.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			f.Fatal(err)
		}
	}
	sheet, err := x.WriteToBuffer()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(sheet.Bytes())
	f.Add(sheet.Bytes()[:sheet.Len()-30])
	f.Fuzz(hangsTogether)
}

// hangsTogether fails unless b is a log that hangs together, or refused in words.
func hangsTogether(t *testing.T, b []byte) {
	t.Helper()
	l, rep, err := ReadLog(t.Context(), bytes.NewReader(b), load.Options{Name: "x"})
	if err != nil {
		if e, ok := errors.AsType[*load.Error](err); !ok || e.Code == "" {
			t.Fatalf("refused without a reason: %v", err)
		}
		return
	}
	if rep == nil || len(l.CaseOff) != l.Cases()+1 || int(l.CaseOff[l.Cases()]) != len(l.Time) {
		t.Fatalf("%d cases, %d events, bounds %v", l.Cases(), len(l.Time), l.CaseOff)
	}
	for i := range l.Cases() {
		if l.CaseOff[i] > l.CaseOff[i+1] {
			t.Fatalf("case %d ends before it begins: %v", i, l.CaseOff)
		}
	}
}

// The fuzzer is slow with a whole database engine under its eyes: here some
// bytes of a good file are changed, the same in each run.
func TestASpoiltDatabaseNeverBreaks(t *testing.T) {
	whole, err := io.ReadAll(database(t, ocel...))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		b := bytes.Clone(whole)
		for range 1 + rng.IntN(6) {
			b[rng.IntN(len(b))] = byte(rng.IntN(256))
		}
		hangsTogether(t, b)
	}
}
