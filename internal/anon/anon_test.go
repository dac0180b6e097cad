package anon

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func people(from, to int) []string {
	var out []string
	for i := from; i < to; i++ {
		out = append(out, fmt.Sprintf("p%03d", i))
	}
	return out
}

// spread lets n people answer in three classes, not all alike.
func spread(n int) Tally { return Mixed(n) }

func verdicts(ds []Decision) (out []string) {
	names := map[Verdict]string{Hidden: "hidden", Band: "band", Shown: "shown"}
	for _, d := range ds {
		if s := names[d.Verdict]; d.Why != None {
			out = append(out, s+" "+string(d.Why))
		} else {
			out = append(out, s)
		}
	}
	return out
}

func check(t *testing.T, got []Decision, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, verdicts(got)); diff != "" {
		t.Error(diff)
	}
}

// A company of 20: teams of 9, 8 and 3. The three could be worked out if both
// others were shown, so the second largest is hidden with them.
func TestTheNextSmallestIsHiddenToo(t *testing.T) {
	cells := []Cell{
		{"all", -1, people(0, 20)},
		{"a", 0, people(0, 9)},
		{"b", 0, people(9, 17)},
		{"c", 0, people(17, 20)},
	}
	got := Decide(Rules{}, cells, []Tally{spread(20), spread(9), spread(8), spread(3)}, &Past{})
	check(t, got, "shown", "shown", "hidden remainder", "hidden too_few")
}

func TestFewAnswersOfManyAsked(t *testing.T) {
	cells := []Cell{{"all", -1, people(0, 30)}, {"a", 0, people(0, 15)}, {"b", 0, people(15, 30)}}
	got := Decide(Rules{}, cells, []Tally{spread(12), spread(8), spread(4)}, &Past{})
	check(t, got, "shown", "hidden remainder", "hidden too_few")
	got = Decide(Rules{}, cells, []Tally{spread(4), spread(4), {}}, &Past{})
	check(t, got, "hidden too_few", "hidden too_few", "hidden too_few")
}

func TestACompanyMayAskForMoreNeverForLess(t *testing.T) {
	cells := []Cell{{"all", -1, people(0, 6)}}
	check(t, Decide(Rules{Scores: 2}, cells, []Tally{spread(4)}, &Past{}), "hidden too_few")
	check(t, Decide(Rules{Scores: 7}, cells, []Tally{spread(6)}, &Past{}), "hidden too_few")
	check(t, Decide(Rules{}, cells, []Tally{spread(6)}, &Past{}), "shown")
}

// Whoever joins or leaves alone would be told apart by the difference of two
// rounds; five may.
func TestWhoMovesAloneIsNotToldApart(t *testing.T) {
	past := &Past{}
	round := func(from, to int, want string) {
		t.Helper()
		p := people(from, to)
		check(t, Decide(Rules{}, []Cell{{"all", -1, p}}, []Tally{spread(len(p))}, past), want)
	}
	round(0, 20, "shown")
	round(0, 20, "shown")        // the same people
	round(0, 21, "hidden moved") // one came
	round(0, 25, "shown")        // five came
	round(1, 25, "hidden moved") // one left
	round(5, 25, "shown")        // five left
	round(4, 25, "hidden moved") // one came back
	round(0, 25, "shown")        // all five came back
}

// Two steps may not do what one may not: 5 leave, then 4 of them come back.
func TestNoDetourTellsApart(t *testing.T) {
	past := &Past{}
	check(t, Decide(Rules{}, []Cell{{"all", -1, people(0, 20)}}, []Tally{spread(20)}, past), "shown")
	check(t, Decide(Rules{}, []Cell{{"all", -1, people(5, 20)}}, []Tally{spread(15)}, past), "shown")
	check(t, Decide(Rules{}, []Cell{{"all", -1, people(1, 20)}}, []Tally{spread(19)}, past), "hidden moved")
}

func TestUnanimityIsNotTold(t *testing.T) {
	one := []Cell{{"all", -1, people(0, 10)}}
	check(t, Decide(Rules{}, one, []Tally{{10, 0, 0}}, &Past{}), "band")
	check(t, Decide(Rules{}, one, []Tally{{8, 1, 1}}, &Past{}), "band")
	check(t, Decide(Rules{}, one, []Tally{{7, 2, 1}}, &Past{}), "shown")

	// What is left of the whole would all say the same.
	cells := []Cell{{"all", -1, people(0, 12)}, {"a", 0, people(0, 6)}, {"b", 0, people(6, 12)}}
	got := Decide(Rules{}, cells, []Tally{{8, 2, 2}, {2, 2, 2}, {6, 0, 0}}, &Past{})
	check(t, got, "shown", "hidden remainder", "band")
}

func TestCommentsStandInOnePlaceOnly(t *testing.T) {
	cells := []Cell{{"all", -1, people(0, 30)}, {"a", 0, people(0, 12)}, {"b", 0, people(12, 30)}}
	tallies := []Tally{spread(30), spread(12), spread(18)}
	got := Decide(Rules{}, cells, tallies, &Past{})
	for i, want := range []bool{true, false, false} {
		if got[i].Comments != want {
			t.Errorf("comments of %s: %t", cells[i].ID, got[i].Comments)
		}
	}
	got = Decide(Rules{}, cells[:1], []Tally{spread(9)}, &Past{})
	if got[0].Verdict != Shown || got[0].Comments {
		t.Errorf("nine people: %+v", got[0])
	}
}

func TestThePastIsKept(t *testing.T) {
	past := &Past{}
	Decide(Rules{}, []Cell{{"all", -1, people(0, 20)}, {"a", 0, people(0, 10)}}, []Tally{spread(20), spread(10)}, past)
	b, err := json.Marshal(past)
	if err != nil {
		t.Fatal(err)
	}
	again := &Past{}
	if err := json.Unmarshal(b, again); err != nil {
		t.Fatal(err)
	}
	for _, p := range [][]string{people(0, 10), people(0, 11), people(10, 20), people(0, 25), people(0, 24)} {
		if past.splits(p, 5) != again.splits(p, 5) {
			t.Errorf("%d people are judged in another way", len(p))
		}
	}
	again.Forget("p003", "gone-1")
	if !again.splits(append(people(0, 3), people(4, 10)...), 5) {
		t.Error("who shared the fate of an erased person is told apart from it")
	}
}
