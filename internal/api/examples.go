package api

import (
	"encoding/json"
	"reflect"
	"time"

	"github.com/eslabon/eslabon/internal/link"

	"github.com/danielgtaylor/huma/v2"
)

// exemplify puts an example on every schema of the document: one order of a
// shop, from the asking to the acceptance, at a clothing workshop.
func exemplify(api huma.API) {
	known := api.OpenAPI().Components.Schemas.Map()
	for _, v := range examples() {
		if s, ok := known[huma.DefaultSchemaNamer(reflect.TypeOf(v), "")]; ok {
			s.Examples = []any{v}
		}
	}
}

// Ids of the examples.
const (
	anaID     = "0198b8a2-6d1e-7c3a-9f10-2b6a4d1c0e01"
	carlaID   = "0198b8a2-6d1e-7c3a-9f10-2b6a4d1c0e02"
	diegoID   = "0198b8a2-6d1e-7c3a-9f10-2b6a4d1c0e03"
	makingID  = "0198b8a2-6d20-7b11-8a44-51c7e0a9d210"
	cuttingID = "0198b8a2-6d20-7b11-8a44-51c7e0a9d211"
	sewingID  = "0198b8a2-6d20-7b11-8a44-51c7e0a9d212"
	cutID     = "0198b8a2-6d31-7e02-b6f5-0d4f9a7b3c20"
	sewID     = "0198b8a2-6d31-7e02-b6f5-0d4f9a7b3c21"
	shiftID   = "0198b8a2-6d33-7c11-92aa-4b7f0e5d6a28"
	stampID   = "0198b8a2-6d33-7c12-8d10-9e2c7a41b3f5"
	linkID    = "0198b8a2-6d40-7a90-a1c3-77e25b8f4d30"
	agreedID  = "0198b8a2-6d52-7d18-9c0b-3e61f2a85e40"
	workID    = "0198b9f4-02c7-7f55-8e21-64b0d9c1f350"
	fileID    = "0198b9f7-51aa-7c04-b3d2-18e7a06c9f60"
	logID     = "0198b9f7-51ab-7f10-8b6e-90d3c4e5a171"
	noticeID  = "0198b9f7-51ab-7f10-8b6e-90d3c4e5a170"
	tokenID   = "0198b8a3-1c09-7d61-9e77-5f02b8c3d480"
	cursor    = "MDE5OGI4YTItNmQyMC03YjExLThhNDQtNTFjN2UwYTlkMjEx"
	calendar  = `{"zone":"America/Mexico_City","week":{"mon":["09:00-14:00","15:00-18:00"],"tue":["09:00-14:00","15:00-18:00"],` +
		`"wed":["09:00-14:00","15:00-18:00"],"thu":["09:00-14:00","15:00-18:00"],"fri":["09:00-14:00"]},` +
		`"exceptions":[{"name":"Día del Trabajo","effect":"closed","yearly":{"from":"05-01"}}]}`
)

var counted = CountedDay{
	Date: "2026-03-04", Open: []Open{{From: at(16, 5), Until: at(20, 0)}}, WorkSecs: 14100, Notes: []string{},
}

// night is the working time of a shift of the examples.
const night = `{"zone":"America/Mexico_City","week":{"mon":["22:00-06:00"],"tue":["22:00-06:00"],"wed":["22:00-06:00"],"thu":["22:00-06:00"]}}`

// at is a moment of the day of the examples, in UTC.
func at(hour, minute int) time.Time { return time.Date(2026, 3, 4, hour, minute, 0, 0, time.UTC) }

func examples() []any {
	out := append(sessionExamples(), orgExamples()...)
	out = append(out, linkExamples()...)
	out = append(out, handoffExamples()...)
	out = append(out, datasetExamples()...)
	out = append(out, clockExamples()...)
	out = append(out, flowExamples()...)
	out = append(out, voiceExamples()...)
	out = append(out, noticeExamples()...)
	return append(out, figureExamples()...)
}

var (
	founded   = at(8, 0).AddDate(0, -6, 0)
	making    = Node{ID: makingID, Kind: "area", Name: "Producción", Path: "Producción", AddedAt: founded}
	cutting   = Node{ID: cuttingID, Kind: "post", Name: "Corte", Path: "Producción / Corte", Parent: makingID, AddedAt: founded}
	atCutting = Place{Node: cuttingID, Name: "Corte"}
	carla     = Person{
		ID: carlaID, Name: "Carla Ruiz", Email: "carla@taller.example", Lang: "es", Active: true, Access: "seated",
		Places: []Place{atCutting}, AddedAt: founded,
	}
	workshop = Company{
		ID: 1, Name: "Taller Aurora", Lang: "es", Country: "MX", Zone: "America/Mexico_City", Trade: "workshop",
		Calendar: json.RawMessage(calendar), AcceptDays: 5, FoundedAt: founded,
	}
	requirements = []Item{{ID: "1", Text: "Todas las tallas completas"}, {ID: "2", Text: "Con su etiqueta"}}
	reasons      = []Item{{ID: "1", Text: "Medida equivocada"}, {ID: "2", Text: "Manchado"}}
	question     = Question{ID: "f1", Label: "Talla", Type: link.Choice, Required: true, Options: []string{"S", "M", "L"}}
	aLink        = Link{
		ID: linkID, Supplier: cuttingID, SupplierName: "Corte", Customer: sewingID, CustomerName: "Costura",
		Relation: "horizontal", DeclaredAt: founded,
	}
)

func sessionExamples() []any {
	session := Session{
		ID: "q3Zr0wVYt1x5Yk8n2Jm6uB4cD7eF9gH1iK3lN5pR7sA", Company: 1, Device: "Firefox, tableta de corte", Current: true,
		StartedAt: at(14, 2), SeenAt: at(15, 0), EndsAt: at(14, 2).AddDate(0, 0, 90),
	}
	token := Token{
		ID: tokenID, Person: anaID, Name: "Hoja de cálculo", Scope: "read", IssuedAt: at(14, 0), EndsAt: at(14, 0).AddDate(0, 0, 90),
	}
	counts, seat := DayCounts{Owe: 4, Owed: 2, ToAccept: 1}, Seat{Company: 1, Name: workshop.Name, Current: true}
	const secret = "inv_1_3vQk0yT8mZ2xW5bN7cR1dF4gH6jL9pS0aE2uI4oY6tB"
	return []any{
		SignIn{Email: carla.Email, Password: "tres hilos y una aguja"},
		Entered{Company: 1, Person: carlaID, EndsAt: session.EndsAt},
		Me{
			Person: carla, Company: workshop, Scope: "write", Nodes: carla.Places, Leads: []string{}, Companies: []Seat{seat},
			Unread: 3, Counts: counts,
		},
		seat, counts,
		Switch{Company: 2},
		NewPassword{Old: "tres hilos y una aguja", New: "cuatro hilos y un dedal"},
		session,
		page[Session]{Items: []Session{session}},
		Invited{Company: workshop.Name, Name: carla.Name, Email: carla.Email},
		Join{Password: "tres hilos y una aguja"},
		Forgotten{Email: carla.Email},
		Resetting{Password: "cuatro hilos y un dedal"},
		Invitation{Secret: secret, URL: "https://eslabon.taller.example/invitacion/" + secret},
		token,
		page[Token]{Items: []Token{token}},
		NewToken{Name: token.Name, Scope: token.Scope, Days: 90},
		Issued{token, "esl_1_9kP2wX4mQ7vB0nC3zR5tY8uI1oA6sD2fG4hJ7kL0eW3"},
		workshop,
		CompanyChange{AcceptDays: new(3)},
		Problem{
			Type: "urn:eslabon:problem:invalid", Title: "Falta un dato o hay alguno que no sirve", Status: 422,
			Detail: "Revisa los campos marcados.", Code: "err.fields",
			Errors: []Fault{{Location: "body.title", Message: "Falta este dato.", Code: "err.required"}},
		},
		Fault{Location: "body.title", Message: "Falta este dato.", Code: "err.required"},
	}
}

func orgExamples() []any {
	nights := Calendar{
		ID: shiftID, Name: "Turno de noche", Calendar: json.RawMessage(night), Stamp: stampID, Nodes: []string{cuttingID}, AddedAt: founded,
		Rests: []Rest{{From: at(18, 0), Until: at(9, 0).AddDate(0, 0, 24)}},
	}
	return []any{
		nights, nights.Rests[0],
		page[Calendar]{Items: []Calendar{nights}},
		NewCalendar{Name: nights.Name, Calendar: nights.Calendar},
		CalendarChange{Name: nights.Name, Calendar: nights.Calendar, Stamp: nights.Stamp},
		Hours{Zone: "America/Mexico_City", Calendar: shiftID, Name: nights.Name, From: cuttingID, NextOpen: at(4, 0).AddDate(0, 0, 1)},
		cutting,
		page[Node]{Items: []Node{making, cutting}, Next: cursor},
		NewNode{Kind: "post", Name: "Corte", Parent: makingID},
		NodeChange{Name: new("Corte y trazo")},
		carla,
		page[Person]{Items: []Person{carla}},
		atCutting,
		NewPlace{Node: cuttingID},
		Placing{Leads: true},
		NewPerson{Name: carla.Name, Email: carla.Email, Places: []NewPlace{{Node: cuttingID}}},
		PersonChange{Name: new("Carla Ruiz Mora")},
	}
}

func linkExamples() []any {
	service := Service{
		ID: cutID, Node: cuttingID, NodeName: "Corte", Kind: "product", Name: "Piezas cortadas", Unit: "piezas",
		Form: []Question{question}, Requirements: requirements, Reasons: reasons, TakeSecs: 7200, DeliverSecs: 28800,
		Target: 90, Version: 1, OfferedAt: founded,
	}
	agreement := Agreement{
		ID: agreedID, Link: linkID, Service: cutID, Version: 2, State: "proposed", TakeSecs: 3600, DeliverSecs: 14400, Target: 95,
		Requirements: requirements, Note: "En temporada alta.", ReviewOn: "2026-09-01", Side: "customer", ProposedBy: diegoID,
		ProposedAt: at(15, 0),
	}
	return []any{
		service,
		page[Service]{Items: []Service{service}},
		requirements[0], question,
		NewService{
			Node: cuttingID, Kind: "product", Name: service.Name, Unit: service.Unit, Requirements: []Item{{Text: "Con su etiqueta"}},
			TakeSecs: 7200, DeliverSecs: 28800, Target: 90,
		},
		ServiceChange{Version: 1, DeliverSecs: new(int64(21600))},
		aLink,
		page[Link]{Items: []Link{aLink}},
		NewLink{Supplier: cuttingID, Customer: sewingID},
		Relating{Relation: "vertical", Why: "Costura dirige el corte en temporada."},
		agreement,
		page[Agreement]{Items: []Agreement{agreement}},
		Proposal{Service: cutID, TakeSecs: 3600, DeliverSecs: 14400, Target: 95, Note: agreement.Note, ReviewOn: agreement.ReviewOn},
	}
}

// work is the handoff of the examples, as it stands after the first return.
func work() Handoff {
	return Handoff{
		ID: workID, Number: 1042, Kind: "pull", State: "returned", WaitsFor: "supplier", Version: 4, Title: "50 mangas azules",
		Link: linkID, Supplier: cuttingID, SupplierName: "Corte", Customer: sewingID, CustomerName: "Costura", Service: cutID,
		ServiceName: "Piezas cortadas", OrderRef: "P-2231", Quantity: 50, Unit: "piezas", DeliveredQuantity: 50,
		ReturnedQuantity: 2, Rounds: 1, Priority: "high", Tags: []string{"azul"}, Reason: "1", AskedBy: diegoID,
		AskedByName: "Diego Paz", Assignee: carlaID, AssigneeName: "Carla Ruiz", AskedAt: at(15, 5), TakeDueAt: at(17, 5),
		DueAt: at(23, 5), MovedAt: at(19, 40), MovedBy: diegoID, TakenAt: at(15, 30), DeliveredAt: at(19, 10),
	}
}

func handoffExamples() []any {
	h := work()
	file := File{
		ID: fileID, Name: "manga.jpg", Type: "image/jpeg", Size: 182044, AddedBy: diegoID, AddedAt: at(19, 40),
		SHA256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
	}
	upload := Upload{Name: "manga.txt", Content: []byte("Dos mangas miden 2 cm menos.")}
	event := Event{
		Seq: 4, Kind: "returned", Round: 1, HappenedAt: at(19, 40), RecordedAt: at(19, 40), Actor: diegoID, ActorName: "Diego Paz",
		Quantity: 2, Reason: "1", ReasonText: "Medida equivocada", Note: "Dos mangas miden 2 cm menos.", Files: []File{file},
	}
	notice := Notice{
		ID: noticeID, Kind: "returned", Actor: diegoID, ActorName: "Diego Paz", Subject: workID, Number: 1042, Title: h.Title, At: at(19, 40),
	}
	fact := Fact{
		Seq: 4711, Kind: "handoff.returned", HappenedAt: at(19, 40), RecordedAt: at(19, 40), Actor: diegoID, Subject: workID, Link: linkID,
		Data: json.RawMessage(`{"number":1042,"service":"` + cutID + `","round":1,"quantity":2,"reason":"1"}`),
	}
	cell := CellProblem{
		Row: 14, Column: "Correo", Value: "carla@", Code: "org.err.email", Message: "Revisa el correo: se escribe como nombre@empresa.com.",
	}
	checked := Requirement{ID: "1", Text: requirements[0].Text, Met: true}
	who := Named{ID: anaID, Name: "Ana Torres"}
	return []any{
		h,
		page[Handoff]{Items: []Handoff{h}, Next: "MW1qZzVuMWR6LjJr"},
		Detail{
			Handoff: h, Relation: "horizontal", Steps: []string{"delivered", "declined"}, CanServe: true, Form: []Question{question},
			Answers: map[string]string{"f1": "M"}, Requirements: []Requirement{checked}, Reasons: reasons, Story: []Event{event},
			Files: []File{file}, Watchers: []Named{who}, CanPause: true, Legs: []Leg{aLeg},
		},
		checked, who, event, file, upload,
		Behalf{Name: "Tiendas Marisol"},
		Ask{
			Service: cutID, Customer: sewingID, Title: h.Title, Answers: map[string]string{"f1": "M"}, OrderRef: h.OrderRef, Quantity: 50,
			Priority: "high", NeedBy: "2026-03-05T18:00:00Z", Tags: h.Tags,
		},
		HandoffChange{Priority: new("urgent"), Tags: &[]string{"azul", "temporada"}},
		Step{Version: 3, Quantity: 2, Reason: "1", Note: event.Note},
		Redirecting{Service: sewID, Note: "Las mangas las corta ahora el otro turno."},
		Assigning{Person: carlaID},
		Comment{Note: "@Ana, ¿las pido para hoy?", Files: []Upload{upload}},
		notice,
		page[Notice]{Items: []Notice{notice}, Next: noticeID},
		Seen{UpTo: noticeID},
		fact,
		Report{
			DryRun: true, Rows: 120, Created: 118, Skipped: 1, Besides: map[string]int{"nodes": 2}, Ignored: []string{"Teléfono"},
			Problems: []CellProblem{cell}, Warnings: []CellProblem{},
		},
		cell,
		page[Fact]{Items: []Fact{fact}, Next: "4711"},
	}
}

func figureExamples() []any {
	share := Share{K: 88, N: 100, Rate: new(0.88), Low: new(0.802), High: new(0.93)}
	figures := Figures{
		Asked: 112, Delivered: 118, Accepted: 100, AcceptedWithRemark: 5, Returned: 12, Declined: 3, Cancelled: 2, RightFirstTime: share,
	}
	spread := func(p50, p85 int64) Spread { return Spread{P50Secs: p50, P85Secs: p85} }
	times := Times{N: 100, Take: spread(2400, 6300), Deliver: spread(15600, 27000), Accept: spread(1800, 7200), Lead: spread(24000, 93600)}
	of := ServiceFigures{Service: cutID, Name: "Piezas cortadas", Figures: figures}
	stay := Elapsed{N: 118, MeanSecs: 9800, P50Secs: 7200, P90Secs: 19800}
	passed := Passed{
		Supplier: cuttingID, SupplierName: "Corte", Customer: sewingID, CustomerName: "Costura", N: 118, Cases: 96, BackAtOnce: 12, BackEver: 15,
		FirstTime: Share{K: 106, N: 118, Rate: new(0.898), Low: new(0.83), High: new(0.941)}, Gap: stay, Queue: stay,
	}
	visits := Visits{Node: cuttingID, Name: "Corte", Visits: 108, Cases: 96, Back: 12, Stay: stay, Queue: stay}
	reason := ReasonCount{Service: cutID, Reason: "1", Text: reasons[0].Text, Count: 9, Share: 0.75, Sum: 0.75}
	since := at(0, 0).AddDate(0, 0, -90)
	wait, back := Waited{N: 100, P50Secs: 2400, P85Secs: 6300}, CameBack{Cases: 100, Back: 11, Twice: 1}
	edge := Edge{
		ID: aLink.ID, Supplier: aLink.Supplier, Customer: aLink.Customer, Relation: aLink.Relation, Asked: 112, Delivered: 118, Accepted: 100,
		AcceptedWithRemark: 5, Returned: 12, Declined: 3, Cancelled: 2, RightFirstTime: share, Bounce: back, Wait: wait,
	}
	week := ChartWeek{Monday: "2026-02-23", K: 9, N: 10, Share: 0.9, Low: new(0.57), High: new(1.0)}
	course := Control{Kind: "p", Center: 0.88, Weeks: []ChartWeek{week}}
	pass := BackPass{ID: work().ID, Number: work().Number, OrderRef: work().OrderRef, Deliveries: 2}
	bounced := PingPong{CameBack: back, Share: Share{K: 11, N: 100, Rate: new(0.11), Low: new(0.063), High: new(0.186)}, Handoffs: []BackPass{pass}}
	places := []ChainNode{
		{ID: making.ID, Kind: making.Kind, Name: making.Name}, {ID: cutting.ID, Kind: cutting.Kind, Name: cutting.Name, Parent: making.ID, Wait: wait},
	}
	under := Under{N: 12, Late: 3, Untaken: 4, LateTake: 1, Paused: 2, Delivered: 5, Oldest: 1042, OldestAt: at(15, 5).AddDate(0, 0, -9)}
	promise := Promise{Kept: share, Time: new(spread(15600, 27000)), Timed: 95}
	promises := Promises{
		Take: Promise{Kept: share, Time: new(spread(2400, 6300)), Timed: 95}, Deliver: promise, Rework: Share{K: 7, N: 9},
		Auto: Share{K: 3, N: 4}, Dropped: 5, Under: under,
	}
	return []any{
		share, figures, spread(2400, 6300), times, of, reason, edge,
		wait, back, week, course, pass, bounced, places[1],
		LinkStats{
			Link: aLink, Since: since, All: figures, Services: []ServiceFigures{of}, Times: times, Reasons: []ReasonCount{reason}, Chart: course,
			PingPong: bounced, Promises: promises,
		},
		under, promise, promises,
		CompanyStats{Since: since, Promises: promises},
		NodeStats{Node: cutting, Since: since, All: figures, Times: times, Promises: promises},
		stay, passed, visits,
		Tally{Cases: 9, N: 12},
		Passes{
			Cases: 96, Events: 540, Passed: 236, BackAtOnce: Tally{Cases: 9, N: 12}, BackEver: Tally{Cases: 11, N: 15}, Twice: Tally{Cases: 2, N: 2},
			FirstTime:   Share{K: 224, N: 236, Rate: new(0.949), Low: new(0.913), High: new(0.971)},
			Undisturbed: Share{K: 85, N: 96, Rate: new(0.885), Low: new(0.806), High: new(0.935)},
			Links:       []Passed{passed}, Posts: []Visits{visits},
		},
		Chain{Since: since, Nodes: places, Links: []Edge{edge}, Total: 1},
		Order{Ref: "P-2231", From: at(15, 5), LeadSecs: 16500, Handoffs: []Handoff{work()}},
		Due{
			TakeBy: at(17, 5), DeliverBy: at(23, 5), Agreement: agreedID, TakeSecs: 3600, DeliverSecs: 14400, Target: 95,
			Requirements: requirements,
		},
		Simulation{
			Due: Due{
				TakeBy: at(17, 5), DeliverBy: at(23, 5), Agreement: agreedID, TakeSecs: 3600, DeliverSecs: 14400, Target: 95,
				Requirements: requirements,
			}, Asked: at(16, 5), Zone: "America/Mexico_City",
			Days: []CountedDay{counted},
		},
		counted,
	}
}

// aLeg is a leg that waited for the fabric, and is to be delivered.
var aLeg = Leg{
	Supplier: cuttingID, Service: cutID, OpenedAt: at(15, 0), TakeDueAt: at(17, 0), TakenAt: at(15, 20), TakeResult: "met",
	DueAt: at(18, 0).AddDate(0, 0, 1), PromiseSecs: 28800, UsedSecs: 3600, Pauses: []Paused{{
		From: at(16, 0), Until: at(17, 0), On: "third_party", Who: "Telas Ruiz", Reason: "Falta la tela azul", HeldSecs: 3600, CostSecs: 3600,
	}},
}

func clockExamples() []any {
	wait := Wait{On: "third_party", Name: "Telas Ruiz"}
	open := Open{From: at(15, 0), Until: at(16, 0)}
	leg := LegClock{aLeg, []Open{open}}
	whole := WholeClock{From: at(15, 0), DueAt: at(17, 0).AddDate(0, 0, 1), UsedSecs: 7200}
	effect := Effect{Agreement: agreedID, Was: aLeg.DueAt, Will: aLeg.DueAt.Add(-4 * time.Hour)}
	return []any{
		wait,
		Met{Number: 1043, State: "accepted"},
		open, aLeg, leg, whole, effect, aLeg.Pauses[0],
		Pausing{Wait: wait, Reason: "Falta la tela azul"},
		Resuming{Note: "Ya llegó la tela"},
		Recalculating{Will: moment(effect.Will.Format(time.RFC3339))},
		Clock{
			Now: at(17, 0), Legs: []LegClock{leg}, Whole: whole, Waits: map[string]int64{"third_party": 3600}, Effect: &effect,
		},
	}
}

// noticeExamples are Carla's notices, and the week in which she is away.
func noticeExamples() []any {
	daily, eight := "daily", "08:30"
	choice := NoticeChoice{Kind: "taken", Bell: true, Mail: false}
	away := Absence{
		ID: noticeID, Person: carlaID, Name: "Carla Ruiz", First: "2026-03-09", Last: "2026-03-13",
		BackAt: at(15, 0).AddDate(0, 0, 12), Substitute: diegoID, SubstituteName: "Diego Paz",
	}
	letter := MailLetter{
		ID: noticeID, Person: carlaID, Name: "Carla Ruiz", State: "failed", Notices: 3, Tries: 1, Why: "refused",
		ClaimedAt: at(9, 40), LastTriedAt: at(9, 40),
	}
	return []any{
		choice, letter, away,
		page[Absence]{Items: []Absence{away}},
		NoticeSettings{Rhythm: daily, At: eight, Kinds: []NoticeChoice{choice}},
		NoticeChange{Rhythm: &daily, At: &eight, Kinds: []NoticeChoice{choice}},
		NewAbsence{First: away.First, Last: away.Last, Substitute: diegoID},
		MailHealth{
			On: true, LastSentAt: at(9, 50), SentWeek: 120, Waiting: 4, NextAt: at(15, 0), Failed: 1, Troubles: []MailLetter{letter},
		},
	}
}

func datasetExamples() []any {
	step := LogEvent{At: at(15, 0), Activity: "Queued", Value: "D4", Resource: "Ana", Mark: "arrived"}
	c := LogCase{Number: 12, Name: "1-364285768", Passes: 2, Back: 1, Events: []LogEvent{step}}
	rule := LogState{Activity: "Queued", State: "arrive"}
	keep := LogFilter{Key: "lifecycle:transition", Values: []string{"complete"}}
	problem := DatasetProblem{Code: "dataset.err.column", Message: "El archivo no tiene la columna «equipo».", Field: "equipo"}
	d := Dataset{
		ID: logID, Name: "Incidentes", File: "incidentes.xes.gz", Size: 1322247, State: "ready", Mapping: json.RawMessage(`{"dimensions":["org:group"]}`),
		Cases: 7554, Events: 65533, AddedBy: anaID, AddedAt: at(14, 0),
	}
	return []any{
		d,
		page[Dataset]{Items: []Dataset{d}},
		problem, c, step, rule, keep,
		LinkCases{Total: 1, Items: []LogCase{c}},
		DatasetMapping{Activity: "concept:name", TimeZone: "America/Mexico_City", Dimensions: []string{"org:group"}, Filter: []LogFilter{keep}, States: []LogState{rule}},
		Sharing{People: []string{carlaID}},
	}
}
