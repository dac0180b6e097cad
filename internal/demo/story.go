package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
)

//go:embed story.json
var storyText []byte

// story is what people of the company say, in one language. Each list of the
// file holds pairs: Spanish and English.
type story struct {
	garments                                        []garment
	things                                          map[string][]string // models, fabrics, colours…
	says                                            map[string]speech   // by key of the service
	back, remarks, declines, cancels, redirs, comms []string
	agreed                                          []string
	waits                                           []string // who is waited for, and why
}

// speech is what is said about one service. Back follows the order of the
// reasons for return.
type speech struct {
	titles, done, back []string
	answers            map[string]string
}

type garment struct {
	name    string
	fabric  int   // of the fabrics
	colours []int // in which it is made
}

type pairs [][]string

func (p pairs) in(lang string) []string {
	out := make([]string, len(p))
	for i, words := range p {
		out[i] = words[slices.Index(i18n.Langs, lang)]
	}
	return out
}

var stories = perLang(readStory)

func readStory(lang string) story {
	var raw struct {
		Garments []struct {
			Name    []string
			Fabric  int
			Colours []int
		}
		Fabrics, Colours, Machines, Faults, Trims, Posts                     pairs
		Back, Remarks, Declines, Cancels, Redirects, Comments, Agreed, Waits pairs
		Says                                                                 map[string]struct {
			Titles, Done, Back pairs
			Answers            map[string]string
		}
	}
	if err := json.Unmarshal(storyText, &raw); err != nil {
		panic(err) // it is part of the binary
	}
	s := story{
		things: map[string][]string{
			"fabric": raw.Fabrics.in(lang), "colour": raw.Colours.in(lang),
			"machine": raw.Machines.in(lang), "fault": raw.Faults.in(lang), "trim": raw.Trims.in(lang), "post": raw.Posts.in(lang),
		},
		back: raw.Back.in(lang), remarks: raw.Remarks.in(lang), declines: raw.Declines.in(lang), cancels: raw.Cancels.in(lang),
		redirs: raw.Redirects.in(lang), comms: raw.Comments.in(lang), agreed: raw.Agreed.in(lang), waits: raw.Waits.in(lang), says: map[string]speech{},
	}
	for _, g := range raw.Garments {
		s.garments = append(s.garments, garment{pairs{g.Name}.in(lang)[0], g.Fabric, g.Colours})
	}
	for key, v := range raw.Says {
		s.says[key] = speech{titles: v.Titles.in(lang), done: v.Done.in(lang), back: v.Back.in(lang), answers: v.Answers}
	}
	return s
}

// kind is the key under which a service is spoken of: both sewing lines sew.
func kind(service string) string {
	if slices.Contains(lines, service) {
		return "costura"
	}
	return service
}

// work is what a handoff is about.
type work struct {
	order    string
	customer string            // key
	things   map[string]string // "model" → "Camisa escolar blanca"
	pieces   int
	lot      int
}

// teller makes up what people say and choose.
type teller struct {
	h   *house
	rng *rand.Rand
}

func pick[T any](t teller, list []T) T { return list[t.rng.IntN(len(list))] }

func (t teller) chance(p float64) bool { return t.rng.Float64() < p }

// astray is the customer in whose name the file keeps what is asked of the
// wrong post.
const astray = "astray"

// title says what a leg is about, and which of the usual titles that is.
func (t teller) title(l leg) (string, int) {
	says := t.h.story.says
	for _, key := range []string{kind(l.service) + "@" + l.customer, kind(l.service)} {
		if l.astray {
			key = kind(l.service) + "@" + astray
		}
		if titles := says[key].titles; len(titles) > 0 {
			i := t.rng.IntN(len(titles))
			return t.tell(titles[i], l.about, ""), i
		}
	}
	return t.h.offers[l.service].Name, 0
}

// work makes up something to do for a customer.
func (t teller) work(customer, order string, pieces int) work {
	g, known := pick(t, t.h.story.garments), t.h.story.things
	w := work{order: order, customer: customer, pieces: pieces, lot: 1, things: map[string]string{
		"model": g.name, "fabric": known["fabric"][g.fabric], "colour": known["colour"][pick(t, g.colours)],
	}}
	for _, k := range []string{"machine", "fault", "trim", "post"} {
		w.things[k] = pick(t, known[k])
	}
	return w
}

// quantity returns how much a leg is about; 0 for what nobody counts.
func (t teller) quantity(l leg) float64 {
	switch {
	case !habits[kind(l.service)].counted:
		return 0
	case l.service == "tela" || l.service == "surtido":
		return float64(metres(l.about))
	}
	return float64(l.about.pieces)
}

// metres is the fabric that so many pieces take.
func metres(w work) int { return w.pieces*3/2 + 10 }

// tell fills the blanks of a text with what the work is about.
func (t teller) tell(text string, w work, title string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	blanks := []string{
		"{title}", title, "{customer}", t.h.called[w.customer], "{supplier}", t.h.called["textiles"], "{qty}", strconv.Itoa(w.pieces),
		"{lot}", strconv.Itoa(w.lot), "{metres}", strconv.Itoa(metres(w)), "{amount}", strconv.Itoa(500 + 250*t.rng.IntN(70)),
		"{sizes}", sizes(t.h.lang, w.pieces),
	}
	for k, v := range w.things {
		blanks = append(blanks, "{"+k+"}", v)
	}
	return strings.NewReplacer(blanks...).Replace(text)
}

// sizes splits pieces over the usual sizes.
func sizes(lang string, pieces int) string {
	labels := []string{"CH", "M", "G", "XG"}
	if lang == "en" {
		labels = []string{"S", "M", "L", "XL"}
	}
	small := pieces / 5
	return fmt.Sprintf("%s %d, %s %d, %s %d, %s %d", labels[0], small, labels[1], pieces-3*small, labels[2], small, labels[3], small)
}

// answers fills in the form of a service; what nobody must answer is often
// left out. nth is the place of the title among the usual ones.
func (t teller) answers(l leg, title string, nth int, at time.Time) map[string]string {
	out := map[string]string{}
	for _, f := range t.h.offers[l.service].Form {
		text, known := t.h.story.says[kind(l.service)].answers[f.ID]
		if !f.Required && !known && t.chance(0.5) {
			continue
		}
		switch {
		case f.Type == link.Choice:
			out[f.ID] = t.choose(f.Options, text, nth)
		case known:
			out[f.ID] = t.tell(text, l.about, title)
		case f.Type == link.Date:
			out[f.ID] = at.AddDate(0, 0, 3+t.rng.IntN(12)).Format(time.DateOnly)
		case f.Type == link.Number:
			out[f.ID] = strconv.Itoa(l.about.pieces)
		case f.Type == link.Person:
			out[f.ID] = string(pick(t, t.h.team))
		case f.Type == link.Text && f.Required:
			out[f.ID] = title
		}
	}
	return out
}

// choose picks an option: "#" is the one that goes with the title, "#0-1" any
// of the first two.
func (t teller) choose(options []string, rule string, nth int) string {
	var from, to int
	switch _, err := fmt.Sscanf(rule, "#%d-%d", &from, &to); {
	case err == nil && from <= to && to < len(options):
		return options[from+t.rng.IntN(to-from+1)]
	case rule == "#" && nth < len(options):
		return options[nth]
	}
	return pick(t, options)
}

// reason picks why something comes back, the first reason most often, and what
// is said with it.
func (t teller) reason(service string, reasons []link.Item, first float64) (string, string) {
	i := 0
	if !t.chance(first) {
		i = t.rng.IntN(len(reasons))
	}
	notes := t.h.story.says[kind(service)].back
	if i < len(notes) {
		return reasons[i].ID, notes[i]
	}
	return reasons[i].ID, pick(t, t.h.story.back)
}

// checks ticks the requirements; now and then one is forgotten.
func (t teller) checks(items []link.Item) []string {
	var out []string
	for _, it := range items {
		if !it.Gone && t.chance(0.93) {
			out = append(out, it.ID)
		}
	}
	return out
}

// comment says something to one of the people, and returns whom it names.
func (t teller) comment(to id.Person) (string, []id.Person) {
	text := pick(t, t.h.story.comms)
	if !strings.Contains(text, "{name}") {
		return text, nil
	}
	first, _, _ := strings.Cut(t.h.names[to], " ")
	return strings.ReplaceAll(text, "{name}", first), []id.Person{to}
}
