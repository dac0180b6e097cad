package doors_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setting"
)

func TestOnlyAnOwnerSetsTheCompany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, link := w.worker(w.found("Taller Sol", "ana@example.org"), "Luis Vega", "luis@example.org")
	luis := w.browser()
	luis.post(link, "password", another).leads("/mi-dia")
	luis.get("/ajustes").is(http.StatusOK).reads("Llaves").readsNot("/ajustes/empresa")
	for _, path := range []string{"/ajustes/empresa", "/ajustes/horario"} {
		luis.get(path).is(http.StatusForbidden).reads("Esto lo hace quien dirige la empresa. Pídeselo.")
		luis.post(path, "name", "Taller Luis", "lang", "es", "zone", "UTC", "accept_days", "3", "week.mon", "9-14").is(http.StatusForbidden)
		luis.post(path).is(http.StatusForbidden) // even if nothing in it would be right
		w.browser().get(path).leads("/entrar?volver=" + strings.ReplaceAll(path, "/", "%2F"))
	}
	if c := w.company(); c.Name != "Taller Sol" || c.AcceptDays != 5 {
		t.Errorf("the company is %+v", c)
	}
}

func (w *world) company() setting.Company {
	w.t.Helper()
	c, err := setting.Get(w.t.Context(), w.db, 1)
	w.must(err)
	return c
}

func (w *world) calendar() calendar.Spec {
	w.t.Helper()
	s, err := calendar.Parse(w.company().Calendar)
	w.must(err)
	return s
}

func TestTheOwnerSetsTheCompany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	b.get("/ajustes/empresa").is(http.StatusOK).reads("Ciudad de México").holds(
		"name", "Taller Sol", "lang", "es", "country", "MX", "zone", "America/Mexico_City", "accept_days", "5")
	b.post("/ajustes/empresa", "name", " ", "lang", "xx", "country", "XYZ", "zone", "Marte/Olimpo", "accept_days", "pronto").wrong(
		"name", "Falta este dato.", "lang", "No conocemos este valor.", "country", "No conocemos este valor.",
		"zone", "No conocemos esa zona horaria. Elige una de la lista.", "accept_days", "Escribe un número de días entre 1 y 60.",
	).holds("zone", "Marte/Olimpo", "country", "XYZ", "accept_days", "pronto")
	b.post("/ajustes/empresa", "name", "Taller Sol y Luna", "lang", "en", "country", "EC", "zone", "America/Guayaquil", "accept_days", "3").
		leads("/ajustes/empresa")
	b.get("/ajustes/empresa").reads("Guardado.").holds(
		"name", "Taller Sol y Luna", "lang", "en", "country", "EC", "zone", "America/Guayaquil", "accept_days", "3")
	if z := w.calendar().Zone; z != "America/Guayaquil" {
		t.Errorf("the hours are still those of %s", z)
	}
}

func TestHoursAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	b.post("/ajustes/horario", "week.mon", "9 a 14 y 15:30 - 18", "week.tue", " 09:00–14:00,15.30-18h ", "week.wed", "22:00-6:00",
		"week.thu", "8-12; 13-17", "week.fri", "8 to 12 and 13 to 17", "week.sat", "  ", "week.sun", "0:00 - 23:59").leads("/ajustes/horario")
	want := calendar.Week{
		"mon": {"9:00-14:00", "15:30-18:00"}, "tue": {"09:00-14:00", "15:30-18:00"}, "wed": {"22:00-6:00"},
		"thu": {"8:00-12:00", "13:00-17:00"}, "fri": {"8:00-12:00", "13:00-17:00"}, "sun": {"0:00-24:00"},
	}
	got := w.calendar().Week
	for _, d := range []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"} {
		if !slices.Equal(got[d], want[d]) {
			t.Errorf("%s is %q, want %q", d, got[d], want[d])
		}
	}
	b.get("/ajustes/horario").reads("Guardado.").holds("week.mon", "9:00-14:00, 15:30-18:00", "week.sat", "")
}

func TestBadHoursAreMarkedOnTheirDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	before := string(w.company().Calendar)
	b.post("/ajustes/horario", "week.mon", "9-14", "week.tue", "por la tarde, luego no", "week.thu", "18:00-17:30", "week.fri", "25:00-26:00").wrong(
		"week-tue", "Escribe el horario así: 09:00-14:00.",
		"week-thu", "Termina antes de empezar. Si de verdad sigue hasta el día siguiente, escríbelo en dos tramos, uno hasta las 24:00.",
		"week-fri", "Escribe el horario así: 09:00-14:00.",
	)
	a := b.post("/ajustes/horario", "week.mon", "", "why", "Inventario", "until", "2140-08-14").wrong("from", "Falta este dato.")
	a.holds("why", "Inventario", "until", "2140-08-14", "week.mon", "")
	b.post("/ajustes/horario", "week.mon", "9-14", "from", "mañana").wrong("from", "Escribe una fecha que exista, entre 1970 y 2149.")
	b.post("/ajustes/horario", "week.mon", "9-14", "from", "2140-08-14", "until", "2140-08-03", "why", strings.Repeat("x", 200)).wrong(
		"why", "Es demasiado largo. Acórtalo un poco.", "until", "Termina antes de empezar. Revisa las dos fechas.")
	b.post("/ajustes/horario").is(http.StatusUnprocessableEntity).reads("no queda ninguna hora abierta")
	if string(w.company().Calendar) != before {
		t.Error("something was saved")
	}
}

func TestHolidaysAndClosuresComeAndGo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	week := []string{"week.mon", "9-18"}
	save := func(more ...string) {
		t.Helper()
		b.post("/ajustes/horario", append(week, more...)...).leads("/ajustes/horario")
	}
	page := b.get("/ajustes/horario").reads("Navidad Cada 25 de diciembre.", "Día de la Constitución El primer lunes de febrero. La próxima vez: lunes")
	all := page.all("shown")
	if len(all) < 8 {
		t.Fatalf("only %d special days", len(all))
	}

	// What stays ticked stays; only what was on the page can go.
	kept := all[1:]
	save(append(shown(all), keep(kept)...)...)
	if got := b.get("/ajustes/horario").all("keep"); !slices.Equal(sorted(got), sorted(kept)) {
		t.Errorf("%d are left, want %d", len(got), len(kept))
	}
	save() // a form that showed none of them
	if n := len(w.calendar().Exceptions); n != len(kept) {
		t.Errorf("%d are left, want %d", n, len(kept))
	}
	save("holidays", "1")
	if got := b.get("/ajustes/horario").all("keep"); !slices.Equal(sorted(got), sorted(all)) {
		t.Errorf("%d after the national ones were added, want %d", len(got), len(all))
	}
	save("holidays", "1")
	if n := len(w.calendar().Exceptions); n != len(all) {
		t.Errorf("%d after they were added twice, want %d", n, len(all))
	}

	save("from", "2140-08-03", "until", "2140-08-14", "why", "Vacaciones")
	save("from", "2140-12-30", "until", "2140-12-30")
	save("from", "2020-01-02", "why", "Mudanza")
	b.get("/ajustes/horario").reads(
		"Vacaciones Del miércoles 3 de agosto de 2140 al domingo 14 de agosto de 2140",
		"Cerrado El viernes 30 de diciembre de 2140", "2 que ya pasaron", "Mudanza El jueves 2 de enero de 2020")
	b.langs = "en"
	b.post("/preferencias", "idioma", "en")
	page = b.get("/ajustes/horario").reads("Christmas Day Every 25 December.", "Closed Friday 30 December 2140", "Vacaciones From Wednesday")
	with := page.all("keep")
	save(append(shown(with), keep(slices.DeleteFunc(slices.Clone(with), func(k string) bool { return strings.Contains(k, "Vacaciones") }))...)...)
	b.get("/ajustes/horario").readsNot("Vacaciones")
	if n := len(w.calendar().Exceptions); n != len(with)-1 {
		t.Errorf("%d are left, want %d", n, len(with)-1)
	}
}

// A long closure is seen by who sets it up: that nothing is open, and from when
// to when.
func TestLongClosuresAreSaidWhereTheyAreSetUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ana := w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	const title, english = "no hay ninguna hora abierta durante una semana o más", "there are no open hours for a week or more"
	week := []string{"week.mon", "9-18", "week.tue", "9-18", "week.wed", "9-18", "week.thu", "9-18", "week.fri", "9-18"}
	b.post("/ajustes/horario", week...).leads("/ajustes/horario")
	b.get("/ajustes/horario").readsNot(title)
	from := time.Now().AddDate(0, 2, 0)
	ctx := i18n.With(t.Context(), "es")
	opens := from.AddDate(0, 0, 21)
	for opens.Weekday() == time.Saturday || opens.Weekday() == time.Sunday {
		opens = opens.AddDate(0, 0, 1)
	}
	closure := []string{"why", "Obras", "from", from.Format(time.DateOnly), "until", opens.AddDate(0, 0, -1).Format(time.DateOnly)}
	b.post("/ajustes/horario", append(week, closure...)...).leads("/ajustes/horario")
	b.get("/ajustes/horario").reads(title, "empieza a contar al abrir de nuevo")
	spec, err := json.Marshal(calendar.Spec{
		Zone: "Atlantic/Canary", Week: calendar.Week{"mon": {"9:00-18:00"}, "tue": {"9:00-18:00"}, "wed": {"9:00-18:00"}, "thu": {"9:00-18:00"}, "fri": {"9:00-18:00"}},
		Exceptions: []calendar.Exception{{Name: "Obras", Effect: calendar.Closed, Once: &calendar.Once{From: closure[3], Until: closure[5]}}},
	})
	w.must(err)
	shift, err := w.settings.AddCalendar(t.Context(), ana, setting.Calendar{Name: "Canarias", Spec: spec})
	w.must(err)
	b.get("/ajustes/horarios/"+string(shift.ID)).reads(title, "al "+i18n.LongDay(ctx, opens)+", 9:00.")
	b.cookies["idioma"] = "en"
	b.get("/ajustes/horario").reads(english)
}

func TestAnErrorKeepsWhatWasUnticked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found("Taller Sol", "ana@example.org")
	b := w.signedIn("ana@example.org", password)
	all := b.get("/ajustes/horario").all("shown")
	fields := append(append(shown(all), keep(all[2:])...), "week.mon", "nunca", "holidays", "1")
	a := b.post("/ajustes/horario", fields...).wrong("week-mon", "Escribe el horario así: 09:00-14:00.").holds("week.mon", "nunca")
	if got := a.ticked("keep"); !slices.Equal(got, all[2:]) {
		t.Errorf("%d are ticked, want %d", len(got), len(all)-2)
	}
	if len(a.all("shown")) != len(all) || len(a.ticked("holidays")) != 1 {
		t.Error("what was on the form is lost")
	}
}

func shown(keys []string) []string { return pairs("shown", keys) }
func keep(keys []string) []string  { return pairs("keep", keys) }

func pairs(name string, values []string) []string {
	var out []string
	for _, v := range values {
		out = append(out, name, v)
	}
	return out
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }
