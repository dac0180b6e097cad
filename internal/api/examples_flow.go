package api

// Ids of the examples of routes and repeats.
const (
	routeID  = "0198b8a2-6d61-7a20-8c4f-1f0b5d6e7a80"
	pieceID  = "0198b9f4-02c7-7f55-8e21-64b0d9c1f380"
	repeatID = "0198b8a2-6d62-7b31-9d50-2a1c6e7f8b90"
)

func flowExamples() []any {
	steps := []RouteStep{
		{Service: cutID, ServiceName: "Piezas cortadas", Node: cuttingID, NodeName: "Corte"},
		{Service: sewID, ServiceName: "Prendas cosidas", Node: sewingID, NodeName: "Costura"},
	}
	r := Route{ID: routeID, Name: "Camisa de principio a fin", Version: 1, Steps: steps, MadeAt: founded}
	lot := Lot{Lot: 1, Quantity: 50, State: "running", Step: 2}
	passage := Passage{Lot: 1, Step: 1, Round: 1, Handoff: workID, Number: 1042, State: "passed", OpenedAt: at(15, 5), ClosedAt: at(19, 40)}
	p := Piece{
		ID: pieceID, Number: 31, Route: routeID, RouteName: r.Name, Version: 1, Title: "50 camisas azules", OrderRef: "P-2231",
		Quantity: 50, Unit: "piezas", Priority: "normal", For: makingID, Customer: makingID, CustomerName: "Producción", State: "running",
		BegunBy: anaID, BegunAt: at(15, 5), Steps: steps, Lots: []Lot{lot}, Passages: []Passage{passage},
	}
	rule := Rule{Kind: "weekly", Weekdays: []string{"fri"}, At: "09:00", Closed: "before", StartsOn: "2026-03-06"}
	coming := Coming{Day: "2026-03-06", FallsOn: "2026-03-06", At: at(15, 0).AddDate(0, 0, 2)}
	past := Occurrence{Day: "2026-02-27", FallsOn: "2026-02-27", State: "asked", Handoff: workID, Number: 1042}
	again := Repeat{
		ID: repeatID, Service: cutID, ServiceName: "Piezas cortadas", Customer: sewingID, CustomerName: "Costura", Title: "Retazos de la semana",
		Priority: "normal", Rule: rule, AheadDays: 3, State: "active", Version: 1, MadeBy: diegoID, MadeAt: founded,
		Coming: []Coming{coming}, Past: []Occurrence{past},
	}
	risk := Risk{Number: 1043, Late: true, DueAt: at(21, 0)}
	above := Chained{work(), 1}
	return []any{
		steps[0], r,
		page[Route]{Items: []Route{r}},
		NewRoute{Name: r.Name, Steps: []string{cutID, sewID}},
		RouteChange{Version: 1, Steps: &[]string{cutID, sewID}},
		lot, passage, p,
		page[Piece]{Items: []Piece{p}},
		NewPiece{Route: routeID, Title: p.Title, OrderRef: p.OrderRef, Quantity: 50, For: makingID},
		PieceStep{Reason: "1", Why: "Dos mangas miden menos."},
		Splitting{Quantities: []float64{30, 20}, JoinsAt: 2},
		rule, coming, past, again,
		page[Repeat]{Items: []Repeat{again}},
		NewRepeat{Service: cutID, Customer: sewingID, Title: again.Title, Rule: rule, AheadDays: 3},
		Previewing{Service: cutID, Rule: rule},
		Days{Coming: []Coming{coming}},
		LeavingOut{Day: coming.Day},
		risk, above,
		Upstream{Up: []Chained{above}, Down: []Chained{}},
		UpstreamAsk{Service: cutID, Title: "Retazos para la muestra"},
	}
}
