package api

// Ids of the examples of the voice.
const (
	thanksID = "0198ba01-7c10-7a21-8f02-6d5e4c3b2a10"
	valueID  = "0198ba01-7c11-7b32-9a13-7e6f5d4c3b11"
	needID   = "0198ba02-1d20-7c43-8b24-8f706e5d4c12"
	pulseID  = "0198ba03-2e31-7d54-9c35-90817f6e5d13"
	deedID   = "0198ba03-2e32-7e65-8d46-a192806f7e14"
	talkID   = "0198ba04-3f42-7f76-9e57-b2a391708f15"
)

func voiceExamples() []any {
	return append(append(ratingExamples(), needExamples()...), pulseExamples()...)
}

func ratingExamples() []any {
	rated := Rating{
		Handoff: workID, Number: 1042, Title: "50 mangas azules", Side: "customer", Score: 2, Letters: map[string]int{"response": 2},
		Note: "Llegaron tarde y dos cortas.", Person: diegoID, PersonName: "Diego Paz", RatedAt: at(20, 0),
		Answer: "Cambiamos el molde; las dos van hoy.", AnsweredBy: carlaID, AnsweredName: "Carla Ruiz", AnsweredAt: at(21, 0), Helped: "yes",
	}
	asked := RatingQuestion{Handoff: workID, Number: 1042, Title: rated.Title, Side: "customer", Other: "Corte", AskedAt: at(19, 45)}
	share := Share{K: 40, N: 52, Rate: new(0.769), Low: new(0.639), High: new(0.863)}
	mean := RatingMean{
		N: 52, Raters: 7, Mean: new(4.1), Low: new(3.8), High: new(4.4), Satisfied: share, AnsweredOfLow: Share{K: 3, N: 4},
		Letters: map[string]float64{"attention": 4.3},
	}
	thanked := Thanks{
		ID: thanksID, Giver: diegoID, GiverName: "Diego Paz", Person: carlaID, ToName: "Carla Ruiz", Handoff: workID, Number: 1042,
		Reason: "Se quedó para terminar el lote y salió completo.", Value: valueID, ValueName: "Palabra", Letter: "attention", Audience: "all",
		GivenAt: at(22, 0),
	}
	return []any{
		rated,
		page[Rating]{Items: []Rating{rated}},
		NewRating{Side: "customer", Score: 4, Letters: map[string]int{"attention": 5}, Note: "Avisaron a tiempo."},
		RatingAnswer{Text: rated.Answer},
		RatingHelped{Yes: true},
		asked,
		page[RatingQuestion]{Items: []RatingQuestion{asked}},
		mean,
		LinkRatings{Since: founded, Customer: mean, Supplier: RatingMean{N: 3, Raters: 2}},
		thanked,
		page[Thanks]{Items: []Thanks{thanked}, Next: thanksID},
		NewThanks{Person: carlaID, Reason: thanked.Reason, Value: valueID, Letter: "attention", Audience: "all"},
		ThanksOnDelivery{Reason: thanked.Reason, Audience: "team"},
		ThanksHiding{Why: "Lo pidió Carla."},
		ThanksOptions{Left: 3, Of: 5, Values: []Named{{ID: valueID, Name: "Palabra"}}},
		ThanksOptionsChange{OffWall: new(true)},
		ThanksFlow{N: 84, Thanked: share, Mutual: share, Top: share, AcrossTeams: share, OnDelivery: share},
		ThanksHint{Handoff: workID, Number: 1042, Title: rated.Title, Name: "Carla Ruiz"},
	}
}

func needExamples() []any {
	lacking := Need{
		ID: needID, Node: sewingID, NodeName: "Costura", Category: "tools", Severity: "high", Title: "Otra plancha", Detail: "Hacemos fila para planchar.",
		Scope: "team", State: "planned", Version: 2, AskedBy: diegoID, AskedByName: "Diego Paz", AskedAt: at(16, 0), Joined: 3,
		AnswerDue: at(16, 0).AddDate(0, 0, 14), Answer: "La pedimos hoy.", AnsweredBy: anaID, AnsweredAt: at(18, 0), DueOn: "2026-03-12", Cost: 900,
	}
	share := Share{K: 14, N: 18, Rate: new(0.778), Low: new(0.548), High: new(0.91)}
	talk := TensionTalk{
		ID: talkID, HeldOn: "2026-03-04", Present: "Carla, Diego y Ana", Matter: "Las medidas de las mangas", Agreed: "Molde nuevo el lunes",
		NextOn: "2026-03-20", NotedByName: "Ana Torres",
	}
	figures := WeekFigures{Asked: 21, FirstTime: share, Kept: Share{K: 16, N: 19, Rate: new(0.842), Low: new(0.624), High: new(0.945)}, Deliver: &Spread{P50Secs: 2400, P85Secs: 6300}, Timed: 19}
	area := WeekArea{Node: sewingID, Name: "Costura", Week: figures, Before: figures, Under: Under{N: 4, Late: 1, Untaken: 2, Oldest: 1042, OldestAt: at(15, 5)}}
	part := CardPart{Letter: "ideal", Name: "first_time", Unit: "rate", Share: &share, N: 18}
	return []any{
		lacking,
		page[Need]{Items: []Need{lacking}, Next: needID},
		NewNeed{Node: sewingID, Category: "tools", Severity: "high", Title: lacking.Title, Detail: lacking.Detail, Scope: "team"},
		NeedStep{Text: lacking.Answer, DueOn: lacking.DueOn, Cost: 900, Version: 1},
		NeedAgeing{Open: map[string]int{"d14": 3, "d30": 1, "d60": 0, "more": 1}, Overdue: 1, Answered: share, Met: share, Confirmed: share, Cost: 4200},
		part,
		Card{Since: founded, Parts: []CardPart{part}},
		talk,
		NewTalk{HeldOn: talk.HeldOn, Present: talk.Present, Matter: talk.Matter, Agreed: talk.Agreed, NextOn: talk.NextOn},
		Tension{Disputed: share, Low: share, Late: share, Rough: []string{"disputed", "low"}, Tense: true, Talks: []TensionTalk{talk}},
		figures, area,
		Week{Monday: "2026-02-23", Areas: []WeekArea{area}},
		RoutineStep{Step: "walk", Done: true},
		Mirror{
			Voices: []PulseResult{}, Needs: []Need{lacking}, Ratings: []Rating{}, Deeds: []PulseDeed{}, Unthanked: []string{"Elena Sol"},
			Suggested: []ThanksHint{{Handoff: workID, Number: 1042, Title: "50 mangas azules", Name: "Carla Ruiz"}}, Week: "2026-03-02",
			Steps: []RoutineStep{{Step: "walk", Done: true}},
		},
	}
}

func pulseExamples() []any {
	item := PulseItem{Code: "loyalty.recommend", Text: "¿Qué tan probable es que recomiendes trabajar aquí a alguien que aprecias?", Scale: "score"}
	asking := Pulse{
		ID: pulseID, Title: "Cómo vamos en marzo", Questions: []PulseItem{item}, Scores: 5, Comments: 10, State: "closed", Asked: 26,
		Manifest: "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef", LaunchedAt: at(15, 0).AddDate(0, 0, -6),
		ClosesAt: at(15, 0).AddDate(0, 0, -1), ClosedAt: at(15, 0).AddDate(0, 0, -1),
	}
	codes := PulseCodes{Name: "Confección", Codes: []string{"7K3F-9QXT-2MWA"}}
	cell := PulseCell{Node: sewingID, Name: "Costura", Asked: 9, Why: map[string]string{"loyalty.recommend": "moved"}}
	result := PulseResult{
		Item: "loyalty.recommend", Verdict: "shown", N: 17, Against: new(3), Between: new(6), Favour: new(8), Net: new(29.4), NetLow: new(-3.2),
		NetHigh: new(52.3),
	}
	deed := PulseDeed{
		ID: deedID, Item: "tools.have", Heard: "Faltan tijeras que corten.", Promise: "Comprar seis.", Owner: anaID, OwnerName: "Ana Torres",
		DueOn: "2026-03-20",
	}
	comment := PulseComment{Item: "open.better", Note: "Que la tela llegue contada."}
	return []any{
		item,
		page[PulseItem]{Items: []PulseItem{item}},
		asking,
		page[Pulse]{Items: []Pulse{asking}},
		codes, cell, result, deed, comment,
		NewPulse{Title: asking.Title, Items: []string{item.Code}, Days: 5, Paper: true},
		PulseOutlook{Asked: 26, Newcomer: 1, Cells: []PulseCell{cell}},
		PulseAnswers{Choices: map[string]int{item.Code: 9}, Notes: map[string]string{"open.better": comment.Note}},
		PulseCode{Company: 1, Code: "7K3F-9QXT-2MWA"},
		PulseCodeAnswers{
			PulseCode:    PulseCode{Company: 1, Code: "7K3F-9QXT-2MWA"},
			PulseAnswers: PulseAnswers{Choices: map[string]int{item.Code: 9}},
		},
		PulseReminded{Mails: 9},
		PulseReport{
			Pulse: asking, Answered: 17, Intact: true, Results: []PulseResult{result}, Comments: []PulseComment{comment}, Deeds: []PulseDeed{deed},
		},
		NewDeed{Item: deed.Item, Heard: deed.Heard, Promise: deed.Promise, Owner: anaID, DueOn: deed.DueOn},
		DeedDone{Done: "Ya están en la mesa."},
	}
}
