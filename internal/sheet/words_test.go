package sheet

import (
	"errors"
	"slices"
	"testing"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
)

var columns = NewColumns(Word{Name: "name", Also: []string{"persona"}}, Word{Name: "email", Also: []string{"e-mail"}}, Word{Name: "asked_by"})

func TestColumnsAreFoundInBothLanguages(t *testing.T) {
	t.Parallel()
	es := i18n.With(t.Context(), "es")
	for _, head := range [][]string{
		{"name", "email", "asked_by"},
		{"Nombre", "Correo", "Solicitado por"},
		{"PERSONA", "E-Mail", "asked by"},
		{"Nombre (y apellido)", "correo", "Talla"},
		{" nombre ", "E_MAIL"},
	} {
		f, err := columns.Match(es, Table{Head: head}, "name", "email")
		if err != nil {
			t.Errorf("%q: %v", head, err)
		}
		if got := f.Get(Row{Cells: []string{" Ana ", "a@b.c"}}, "name"); got != "Ana" {
			t.Errorf("%q: the name is %q", head, got)
		}
		if slices.Contains(head, "Talla") != slices.Contains(f.Ignored, "Talla") {
			t.Errorf("%q: ignored %q", head, f.Ignored)
		}
	}
	for want, head := range map[string][]string{
		"sheet.err.column_twice": {"Nombre", "Persona"}, "sheet.err.missing_columns": {"Correo"}, "sheet.err.no_header": {"Ana", "ana@x.mx"},
	} {
		_, err := columns.Match(es, Table{Head: head}, "name")
		if e, ok := errors.AsType[*errs.Error](err); !ok || e.Key != want {
			t.Errorf("%q: got %v, want %s", head, err, want)
		}
	}
	if head := columns.Head(es); !slices.Equal(head, []string{"Nombre", "Correo", "Solicitado por"}) {
		t.Errorf("written as %q", head)
	}
	f, err := columns.Match(es, Table{Head: []string{"PERSONA"}})
	if err != nil || f.Heading("name") != "PERSONA" || f.Heading("email") != "Correo" {
		t.Errorf("a problem is shown under %q and %q, %v", f.Heading("name"), f.Heading("email"), err)
	}
}

func TestYesAndNo(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]bool{
		"Sí": {true, true}, "x": {true, true}, "YES": {true, true}, "1": {true, true}, "no": {false, true}, "": {false, true}, "0": {false, true},
		"quizá": {false, false},
	} {
		if yes, ok := YesNo(in); yes != want[0] || ok != want[1] {
			t.Errorf("%q: %t, %t", in, yes, ok)
		}
	}
}

func TestListsInACell(t *testing.T) {
	t.Parallel()
	for _, list := range [][]string{{"a"}, {"a|b", "c"}, {"a\\b", "c\nd"}, {"x", "y", "z"}} {
		if got := Lines(JoinLines(list)); !slices.Equal(got, list) {
			t.Errorf("%q came back as %q", list, got)
		}
		if got := Parts(JoinParts(list)); !slices.Equal(got, list) {
			t.Errorf("%q came back as parts %q", list, got)
		}
	}
	if got := Lines(" a \n\n b |"); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %q", got)
	}
	if got := Parts("a |  | b"); !slices.Equal(got, []string{"a", "", "b"}) {
		t.Errorf("a part that is left out keeps its place: %q", got)
	}
	if got := Parts(`C:\temp`); !slices.Equal(got, []string{`C:\temp`}) {
		t.Errorf("a cell without | is taken as it stands: %q", got)
	}
}
