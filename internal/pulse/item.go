package pulse

import "slices"

// Scale is how a question is answered.
type Scale string

// The scales.
const (
	Agree Scale = "agree" // 1 "not at all" … 5 "entirely"
	Score Scale = "score" // 0 … 10, as would you recommend
	Words Scale = "words" // in one's own words
)

// Range returns the lowest and the highest choice of a scale.
func (s Scale) Range() (low, high int) {
	switch s {
	case Agree:
		return 1, 5
	case Score:
		return 0, 10
	case Words:
	}
	return 0, 0
}

// Class returns into which of three classes a choice falls: 0 against, 1 in
// between, 2 in favour. For a Score they are the detractors (0–6), passives
// (7–8) and promoters (9–10) of Reichheld, HBR 81(12), 2003.
func (s Scale) Class(choice int) int {
	low, high := 2, 4
	if s == Score {
		low, high = 6, 9
	}
	switch {
	case choice <= low:
		return 0
	case choice >= high:
		return 2
	}
	return 1
}

// Classes is how many classes answers fall into.
const Classes = 3

// Driver is what a question is about.
type Driver string

// The drivers: the nine categories of needs, and what they serve.
const (
	Tools       Driver = "tools"
	Training    Driver = "training"
	Safety      Driver = "safety"
	Information Driver = "information"
	Recognition Driver = "recognition"
	Development Driver = "development"
	Support     Driver = "support"
	Policies    Driver = "policies"
	Workload    Driver = "workload"
	Internal    Driver = "service" // what this post gets from the others
	Team        Driver = "team"
	Change      Driver = "change"
	Loyalty     Driver = "loyalty"
)

// Item is a question of the bank.
type Item struct {
	Code   string
	Driver Driver
	Scale  Scale
	About  bool // it is about one node, for those it served
}

// Key is where the words of the question stand in the catalogues.
func (i Item) Key() string { return "pulse.item." + i.Code }

func agree(d Driver, codes ...string) (out []Item) {
	for _, c := range codes {
		out = append(out, Item{Code: string(d) + "." + c, Driver: d, Scale: Agree})
	}
	return out
}

func about(codes ...string) (out []Item) {
	for _, c := range codes {
		out = append(out, Item{Code: "served." + c, Driver: Internal, Scale: Agree, About: true})
	}
	return out
}

// Bank is every question that may be asked. A code is never given to another
// question: results of years stand under it.
var Bank = slices.Concat(
	[]Item{
		{Code: "loyalty.recommend", Driver: Loyalty, Scale: Score},
		{Code: "loyalty.why", Driver: Loyalty, Scale: Words},
		{Code: "open.better", Driver: Change, Scale: Words},
		{Code: "open.stop", Driver: Policies, Scale: Words},
		{Code: "open.thanks", Driver: Recognition, Scale: Words},
	},
	agree(Loyalty, "stay", "proud", "effort"),
	agree(Internal, "complete", "ontime", "first", "explained", "answered", "cared", "fixed"),
	agree(Tools, "have", "work", "repaired", "place"),
	agree(Training, "enough", "new", "teach", "time"),
	agree(Safety, "place", "stop", "gear", "speak", "respect"),
	agree(Information, "know", "intime", "changes", "why", "expect"),
	agree(Recognition, "thanked", "fair", "noticed"),
	agree(Development, "grow", "talk", "strengths"),
	agree(Support, "listens", "helps", "example", "decides", "mistakes"),
	agree(Policies, "sense", "decide", "permission"),
	agree(Workload, "doable", "breaks", "shared", "home"),
	agree(Team, "help", "trust", "others"),
	agree(Change, "ideas", "tried", "told", "better"),
	about("right", "ontime", "explained", "answered", "courteous", "understands"),
	[]Item{{Code: "served.words", Driver: Internal, Scale: Words, About: true}},
)

// Find returns the question with a code.
func Find(code string) (Item, bool) {
	i := slices.IndexFunc(Bank, func(i Item) bool { return i.Code == code })
	if i < 0 {
		return Item{}, false
	}
	return Bank[i], true
}

// Template is a set of questions that belong together; plans take them in
// turns.
type Template struct {
	Name  string
	Items []string
}

// Key is where the name of the template stands in the catalogues.
func (t Template) Key() string { return "pulse.template." + t.Name }

// Templates lists the sets, the commonest first.
var Templates = []Template{
	{"first", []string{"loyalty.recommend", "service.ontime", "tools.have", "safety.place", "open.better"}},
	{"service", codesOf(Internal, false)},
	{"care", append(codesOf(Safety, false), codesOf(Workload, false)...)},
	{"lead", append(codesOf(Support, false), codesOf(Recognition, false)...)},
	{"grow", append(codesOf(Training, false), codesOf(Development, false)...)},
	{"change", append(codesOf(Change, false), codesOf(Information, false)...)},
	{"whole", everyAgree()},
	{"served", codesOf(Internal, true)},
}

func codesOf(d Driver, about bool) (out []string) {
	for _, i := range Bank {
		if i.Driver == d && i.About == about && (about || i.Scale == Agree) {
			out = append(out, i.Code)
		}
	}
	return out
}

func everyAgree() []string {
	out := []string{"loyalty.recommend"}
	for _, i := range Bank {
		if i.Scale == Agree && !i.About {
			out = append(out, i.Code)
		}
	}
	return out
}
