package load

import (
	"slices"
	"strings"
)

// role is a part that a column can play, with the names that tell it, the
// surest first, without signs and accents.
type role struct {
	name  string
	names []string
}

var (
	caseRole = role{"case", strings.Fields(`caseid caseconceptname case traceid trace casekey casenumber idcaso caso numerodecaso
		processinstance instanceid orderid order ordernumber ticketid ticket ticketnumber incidentid incident srnumber requestid request
		requestnumber folio expediente pedido idpedido numeropedido orden idorden solicitud invoiceno invoice documentid document id`)}
	activityRole = role{"activity", strings.Fields(`activity conceptname activityname activitylabel task taskname eventname event
		action step operation eventtype actividad tarea paso evento accion operacion etapa stage status state estado description`)}
	timeRole = role{"time", strings.Fields(`timetimestamp completetimestamp endtimestamp timestampend timecomplete timestamp eventtime
		endtime enddatetime enddate end completedate completetime complete completed finish finished finishtime finishdate fin fechafin
		horafin datetime eventdate eventtimestamp time date fechahora fecha hora marcadetiempo changedate createdat updatedat`)}
	startRole = role{"start", strings.Fields(`starttimestamp timestampstart starttime startdatetime startdate start begin began
		begintime begindate started timestart inicio fechainicio horainicio comienzo`)}
	resourceRole = role{"resource", strings.Fields(`orgresource resource resourceid user username userid employee worker agent
		performer operator assignee assignedto owner ownerfirstname recurso usuario empleado trabajador agente operario responsable persona`)}
)

// rank says how surely a name tells a role: 0 is surest, -1 not at all.
func (r role) rank(name string) int {
	n := strings.ToLower(name)
	n = plain.Replace(n)
	n = strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			return c
		}
		return -1
	}, n)
	return slices.Index(r.names, n)
}

// best returns the column whose name tells the role most surely, or -1.
func (r role) best(head []string, fits func(i int) bool) int {
	at, rank := -1, len(r.names)
	for i, name := range head {
		if k := r.rank(name); k >= 0 && k < rank && fits(i) {
			at, rank = i, k
		}
	}
	return at
}

// traits are what the sample says about a column.
type traits struct {
	filled, distinct int
	times            int // cells that are times with a date and its signs
	numbers          int // cells that are numbers, which may be times too
	moments          int // cells that can be read as times at all
}

func (t traits) isTime() bool  { return t.filled > 0 && 10*t.times >= 9*t.filled }
func (t traits) mayTime() bool { return t.filled > 0 && 10*t.moments >= 9*t.filled }

func look(head []string, sample []row) []traits {
	out := make([]traits, len(head))
	for i := range head {
		seen := map[string]bool{}
		t := &out[i]
		for _, r := range sample {
			if i >= len(r.cells) || len(r.cells[i]) == 0 {
				continue
			}
			c := r.cells[i]
			t.filled++
			seen[string(c)] = true
			number := len(strings.Trim(string(c), "0123456789.,-+")) == 0 && strings.Count(string(c), "-") < 2 && strings.Count(string(c), ".") < 2
			if number {
				t.numbers++
			}
			if parseMoment(c) >= 0 {
				t.moments++
				if !number {
					t.times++
				}
			}
		}
		t.distinct = len(seen)
	}
	return out
}

// guess finds which column plays which part: what the options say, what the
// names tell, what the contents allow.
func guess(head []string, sample []row, o *Options) (m Mapping, err error) {
	m = Mapping{Case: o.Case, Activity: o.Activity, Time: o.Time, Start: o.Start, Resource: o.Resource}
	for _, name := range []string{m.Case, m.Activity, m.Time, m.Start, m.Resource} {
		if name != "" && !slices.Contains(head, name) {
			return m, unknownColumn(name, head)
		}
	}
	t := look(head, sample)
	free := func(i int) bool {
		return head[i] != m.Case && head[i] != m.Activity && head[i] != m.Time && head[i] != m.Start && head[i] != m.Resource
	}
	set := func(role string, field *string, i int) {
		if *field == "" && i >= 0 {
			*field = head[i]
			m.Guessed = append(m.Guessed, role)
		}
	}
	isTime := func(i int) bool { return free(i) && t[i].mayTime() }
	set("time", &m.Time, timeRole.best(head, isTime))
	if m.Start == "" && o.Time == "" {
		set("start", &m.Start, startRole.best(head, isTime))
	} else if m.Start == "" {
		set("start", &m.Start, startRole.best(head, func(i int) bool { return isTime(i) && timeRole.rank(o.Time) >= 0 }))
	}
	if m.Time == "" {
		set("time", &m.Time, slices.IndexFunc(indices(head), func(i int) bool { return free(i) && t[i].isTime() }))
	}
	if m.Time == "" && m.Start != "" && o.Start == "" { // the beginning is all there is
		m.Time, m.Start = m.Start, ""
		m.Guessed = append(slices.DeleteFunc(m.Guessed, func(s string) bool { return s == "start" }), "time")
	}
	if m.Time == "" {
		return m, &Error{Code: "no_time", Args: map[string]any{"Got": strings.Join(head, ", ")}}
	}
	isText := func(i int) bool { return free(i) && !t[i].isTime() && t[i].filled > 0 }
	set("case", &m.Case, caseRole.best(head, isText))
	if m.Case == "" {
		set("case", &m.Case, mostRepeated(head, t, len(sample), isText))
	}
	if m.Case == "" {
		return m, &Error{Code: "no_case", Args: map[string]any{"Got": strings.Join(head, ", ")}}
	}
	set("activity", &m.Activity, activityRole.best(head, isText))
	if m.Activity == "" {
		set("activity", &m.Activity, fewest(head, t, isText))
	}
	set("resource", &m.Resource, resourceRole.best(head, isText))
	return m, nil
}

func indices[T any](list []T) []int {
	out := make([]int, len(list))
	for i := range out {
		out[i] = i
	}
	return out
}

// mostRepeated returns the column with most different texts among those in
// which a text occurs twice or more on average, or -1.
func mostRepeated(head []string, t []traits, rows int, fits func(i int) bool) int {
	at := -1
	for i := range head {
		if fits(i) && 10*t[i].filled >= 9*rows && t[i].distinct > 1 && 2*t[i].distinct <= t[i].filled &&
			(at < 0 || t[i].distinct > t[at].distinct) {
			at = i
		}
	}
	return at
}

// fewest returns the column of words with fewest different ones, over one, or -1.
func fewest(head []string, t []traits, fits func(i int) bool) int {
	at := -1
	for i := range head {
		if fits(i) && t[i].distinct > 1 && 2*t[i].numbers < t[i].filled && (at < 0 || t[i].distinct < t[at].distinct) {
			at = i
		}
	}
	return at
}
