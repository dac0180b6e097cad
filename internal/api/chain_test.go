package api

import (
	"encoding/json"
	"testing"
	"time"
)

// The answer is written by hand, because it is long: it reads as the document
// says.
func TestTheChainIsWrittenAsItsTypeSays(t *testing.T) {
	wait := Waited{N: 3, P50Secs: 60}
	for name, c := range map[string]Chain{
		"empty": {Since: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Nodes: []ChainNode{}, Links: []Edge{}},
		"full": {
			Since: time.Date(2026, 3, 1, 10, 20, 30, 405_000_000, time.UTC), Total: 7,
			Nodes: []ChainNode{
				{ID: "a", Kind: "post", Name: "Corte \"fino\" \\ \u00d1 <b>\n", Parent: "z", Archived: true, Wait: wait}, {ID: "b", Kind: "customer", Name: "Tienda"},
			},
			Links: []Edge{
				{ID: "l", Supplier: "a", Customer: "b", Relation: "external"},
				{
					ID: "m", Supplier: "b", Customer: "a", Relation: "diagonal", Asked: 1, Delivered: 2, Accepted: 3, AcceptedWithRemark: 4, Returned: 5,
					Declined: 6, Cancelled: 7, AutoAccepted: 8, RightFirstTime: Share{K: 9, N: 10, Rate: new(0.9), Low: new(0.0), High: new(0.0001)},
					Bounce: CameBack{Cases: 10, Back: 1}, Wait: wait,
				},
				{ID: "n", RightFirstTime: Share{N: 3}},
			},
		},
	} {
		want, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var a, b any
		if err := json.Unmarshal(c.appendJSON(nil), &a); err != nil {
			t.Fatalf("%s: %v in %s", name, err, c.appendJSON(nil))
		}
		if err := json.Unmarshal(want, &b); err != nil {
			t.Fatal(err)
		}
		x, _ := json.Marshal(a) // what was just read can be written
		y, _ := json.Marshal(b) // the same
		if string(x) != string(y) {
			t.Errorf("%s:\n%s\n%s", name, x, y)
		}
	}
}
