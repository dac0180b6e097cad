package handoffs

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
)

// mostLines is how much of a story is shown before somebody asks for all.
const mostLines = 40

// told is one line of the story, ready to be read.
type told struct {
	handoff.Event
	sentence string
	icon     string
	class    string
	at       time.Time
	late     string // when it happened, if it was written down later
	reason   string
	fields   []string // what was changed
	told     string   // who was called
	checked  string   // how many requirements were ticked
	said     bool     // words, not a step
}

// hidden is how many lines of the story are not shown.
func (v pass) hidden() int {
	if v.whole || len(v.Story) <= mostLines {
		return 0
	}
	return len(v.Story) - mostLines
}

func (v pass) lines(ctx context.Context) []told {
	out := make([]told, 0, len(v.Story))
	for _, e := range v.Story[v.hidden():] {
		out = append(out, v.tell(ctx, e))
	}
	return out
}

// writtenLater is how much later than it happened a step must be written down
// for the story to say so.
const writtenLater = time.Minute

func (v pass) tell(ctx context.Context, e handoff.Event) told {
	l := told{
		Event: e, sentence: v.sentence(ctx, e), icon: icons[e.Kind], class: "mark-" + string(e.Kind), at: e.RecordedAt.Time,
		reason: v.reason(e), said: e.Kind == handoff.Commented,
	}
	switch {
	case v.Imported:
		l.at = e.HappenedAt.Time
	case e.RecordedAt.Sub(e.HappenedAt.Time) >= writtenLater:
		key := "handoff.story.happened"
		if e.Kind == handoff.EventKind(handoff.Delivered) {
			key = "handoff.story.says_delivered"
		}
		l.late = i18n.T(ctx, key, i18n.Args{"Who": v.who(ctx, e), "When": i18n.Moment(ctx, e.HappenedAt.Time)})
	}
	if said := v.saidBefore(e); said != nil {
		key := "handoff.story.unconfirmed"
		if e.Data.Confirmed {
			key = "handoff.story.confirmed"
		}
		l.late = i18n.T(ctx, key, i18n.Args{"When": i18n.Moment(ctx, said.HappenedAt.Time), "Noted": i18n.Moment(ctx, said.RecordedAt.Time)})
	}
	if e.Data.Leg == nil { // whose sentence has said it
		for _, f := range e.Data.Fields {
			l.fields = append(l.fields, i18n.T(ctx, "handoff.changed."+f))
		}
	}
	if called := v.called(e.Data.Mentions); len(called) > 0 {
		l.told = i18n.T(ctx, "handoff.story.told", i18n.Args{"Names": strings.Join(called, ", ")})
	}
	if e.Kind == handoff.EventKind(handoff.Delivered) && len(v.Requirements) > 0 {
		met := 0
		for _, it := range v.Requirements {
			if slices.Contains(e.Data.Checks, it.ID) {
				met++
			}
		}
		l.checked = i18n.T(ctx, "handoff.story.checked", i18n.Args{"Met": met, "Of": len(v.Requirements)})
	}
	return l
}

// saidBefore is the delivery that e accepts, if the supplier says that it was
// earlier than it was written down.
func (v pass) saidBefore(e handoff.Event) *handoff.Event {
	if v.Imported || e.Kind != handoff.EventKind(handoff.Accepted) && e.Kind != handoff.EventKind(handoff.AcceptedWithRemark) {
		return nil
	}
	for i := range v.Story {
		if d := &v.Story[i]; d.Kind == handoff.EventKind(handoff.Delivered) && d.Round == e.Round && d.RecordedAt.Sub(d.HappenedAt.Time) >= writtenLater {
			return d
		}
	}
	return nil
}

func (v pass) reason(e handoff.Event) string {
	if e.Reason == "" {
		return ""
	}
	return link.TextOf(v.OfferAt(e).Reasons, e.Reason)
}

// why is the event that says why the handoff stands where it does: what was
// lacking, what was remarked, why it will not be done.
func (v pass) why() *handoff.Event {
	if v.State != handoff.Returned && !v.State.NeedsNote() {
		return nil
	}
	for i := len(v.Story) - 1; i >= 0; i-- {
		if e := &v.Story[i]; e.Kind == handoff.EventKind(v.State) {
			return e
		}
	}
	return nil
}

func (v pass) called(people []id.Person) []string {
	var out []string
	for _, c := range people {
		if i := slices.IndexFunc(v.people, func(x org.Person) bool { return x.ID == c }); i >= 0 {
			out = append(out, v.people[i].Name)
		}
	}
	return out
}

// icons of what a story tells.
var icons = map[handoff.EventKind]string{
	"asked": "circle-dashed", "taken": "circle-play", "delivered": "package-check", "accepted": "circle-check",
	"accepted_with_remark": "message-square-text", "returned": "undo-2", "declined": "ban", "cancelled": "circle-x",
	handoff.Paused: "pause", handoff.Resumed: "play", handoff.AutoAccepted: "circle-check",
	handoff.Commented: "message-square", handoff.Assigned: "user", handoff.Changed: "pencil", handoff.Redirected: "corner-up-left",
}

// who is the person who wrote e down; work that was brought in from elsewhere
// may not say.
func (v pass) who(ctx context.Context, e handoff.Event) string {
	if e.ActorName == "" && v.place != nil && e.Actor == "" {
		return i18n.T(ctx, "handoff.the_route")
	}
	if e.ActorName == "" {
		return i18n.T(ctx, "handoff.somebody")
	}
	return e.ActorName
}

func (v pass) sentence(ctx context.Context, e handoff.Event) string {
	args := i18n.Args{
		"Who": v.who(ctx, e), "Behalf": e.BehalfName, "From": v.Nodes[e.Data.From], "To": v.Nodes[e.Data.To],
		"Supplier": v.SupplierName, "Customer": v.CustomerName,
	}
	key := string(e.Kind)
	switch {
	case e.Kind == handoff.Paused && e.Data.Wait != nil:
		args["Waits"] = v.waitsFor(ctx, e.Data.Wait.On, e.Data.Wait.For())
	case e.Kind == handoff.Resumed && e.Data.Met != nil:
		key, args["Number"] = "resumed_"+ended(*e.Data.Met), e.Data.Met.Number
	case e.Kind == handoff.Assigned && e.Data.Assignee == "":
		key = "unassigned"
	case e.Kind == handoff.Assigned && e.Data.Assignee == e.Actor:
		key = "assigned_self"
	case e.Kind == handoff.Assigned:
		args["To"] = v.Names[e.Data.Assignee]
	case e.Kind == handoff.Changed && e.Data.Leg != nil:
		key = "recalculated"
	case e.Kind == "delivered" && e.Seq == 1:
		key = "handed_on"
	case e.Kind == "delivered" && e.Round > 1:
		key = "delivered_again"
	case e.Behalf.Given():
		key += "_for"
	}
	return i18n.T(ctx, "handoff.event."+key, args)
}

// ended says how a pause for another handoff was over.
func ended(m handoff.Met) string {
	switch {
	case m.State.Open():
		return "dropped"
	case m.State.Lost():
		return "lost"
	}
	return "met"
}

// round says how often it was delivered, and whether that was needed.
func (v pass) round(ctx context.Context) string {
	switch {
	case v.Auto:
		return i18n.T(ctx, "handoff.round.now", i18n.Args{"Round": v.Rounds})
	case v.RightFirstTime():
		return i18n.T(ctx, "handoff.round.right")
	case v.State == handoff.Accepted, v.State == handoff.AcceptedWithRemark:
		return i18n.T(ctx, "handoff.round.after", i18n.Args{"Round": v.Rounds})
	case v.State == handoff.Returned && v.Returned > 0:
		return i18n.T(ctx, "handoff.round.back", i18n.Args{"Amount": v.amount(ctx, v.Returned)})
	case v.State == handoff.Delivered && v.Delivered > 0:
		return i18n.T(ctx, "handoff.round.amount", i18n.Args{"Round": v.Rounds, "Amount": v.amount(ctx, v.Delivered)})
	default:
		return i18n.T(ctx, "handoff.round.now", i18n.Args{"Round": v.Rounds})
	}
}

// amount says a quantity with the unit of the handoff.
func (v pass) amount(ctx context.Context, q float64) string {
	return strings.TrimSpace(i18n.Number(ctx, q) + " " + v.Unit)
}

// began names who began the handoff.
func (v pass) began() string {
	if v.Kind == handoff.Push {
		return "handoff.fact.handed_on"
	}
	return "handoff.fact.asked_by"
}

// isPicture reports whether a browser can show it in a page.
func isPicture(kind string) bool {
	return slices.Contains([]string{"image/png", "image/jpeg", "image/gif", "image/webp"}, kind)
}

// fileURL is where a file is: to keep, or to look at.
func fileURL(f id.File, look bool) string {
	if look {
		return "/archivos/" + string(f) + "?ver=1"
	}
	return "/archivos/" + string(f)
}

const (
	kilobyte = 1 << 10
	megabyte = 1 << 20
)

func size(ctx context.Context, bytes int64) string {
	if bytes < megabyte {
		return i18n.T(ctx, "handoff.size.kb", i18n.Args{"Size": i18n.Number(ctx, float64(max(1, bytes/kilobyte)))})
	}
	return i18n.T(ctx, "handoff.size.mb", i18n.Args{"Size": i18n.Number(ctx, float64(bytes*10/megabyte)/10)})
}
