package notify

import (
	"context"
	"slices"
	"time"

	"github.com/eslabon/eslabon/internal/i18n"
)

// Group is a heading under which the kinds stand where people choose.
type Group string

// The groups, in the order in which they are shown.
const (
	ForYou     Group = "for_you"    // what you are asked to do
	Received   Group = "received"   // what comes to you
	Answers    Group = "answers"    // how others take what you gave
	Talk       Group = "talk"       // what is said
	Deadlines  Group = "deadlines"  // what time does
	Needs      Group = "needs"      // what people lack to do their work well
	Agreements Group = "agreements" // what is promised on a link
	Numbers    Group = "numbers"    // how it goes
)

// Groups lists the groups in their order.
var Groups = []Group{ForYou, Received, Answers, Talk, Deadlines, Needs, Agreements, Numbers}

// Kind is a sort of notice. Its sentences are in the catalogue: notify.kind.*
// is the line of the bell, notify.subject.* that of a mail, and notify.choice.*
// what the page says on which people choose.
type Kind struct {
	Code   string
	Group  Group
	Act    bool // the reader has something to do: a substitute hears of it too
	Urgent bool // its mail does not wait for others, if the reader is at work
	Mail   bool // it is mailed, unless the reader decides otherwise

	About About // what its subject is

	Wait time.Duration // before it is mailed, if more than usual: it may be done meanwhile
	Life time.Duration // after which it is not mailed any more, if it ages
}

// About says what the subject of a notice is.
type About string

// The subjects.
const (
	Handoff   About = "" // or a piece of work, which is known by its handoff
	Agreement About = "agreement"
	Absence   About = "absence" // of a person
	Need      About = "need"
	Thanks    About = "thanks"
	Rating    About = "rating" // of a handoff
	Pulse     About = "pulse"
	Week      About = "week" // the date of its Monday
)

// A question about a handoff is mailed if nobody answers it within the hour,
// and not any more when nobody remembers.
const (
	ratingWait = time.Hour
	ratingLife = 7 * 24 * time.Hour
)

// weekLife is how long the figures of a week are news.
const weekLife = 6 * 24 * time.Hour

// Kinds are all the kinds there are. To add one, add a line here and its three
// sentences to the catalogue.
var Kinds = []Kind{
	{Code: "asked", Group: ForYou, Act: true, Mail: true},
	{Code: "assigned", Group: ForYou, Act: true, Mail: true},
	{Code: "redirected", Group: ForYou, Act: true, Mail: true},
	{Code: "covering", Group: ForYou, Mail: true, About: Absence},
	{Code: "changed", Group: ForYou, Mail: true},
	{Code: "recalculated", Group: ForYou, Mail: true},
	{Code: "cancelled", Group: ForYou, Mail: true},
	{Code: "pulse_asked", Group: ForYou, Mail: true, About: Pulse},
	{Code: "pulse_again", Group: ForYou, Mail: true, About: Pulse},
	{Code: "deed_yours", Group: ForYou, Act: true, Mail: true, About: Pulse},
	{Code: "rate_delivery", Group: ForYou, Mail: true, About: Rating, Wait: ratingWait, Life: ratingLife},
	{Code: "rate_request", Group: ForYou, Mail: true, About: Rating, Wait: ratingWait, Life: ratingLife},
	{Code: "delivered", Group: Received, Act: true, Mail: true},
	{Code: "taken", Group: Received},
	{Code: "paused", Group: Received},
	{Code: "resumed", Group: Received},
	{Code: "declined", Group: Received, Act: true, Urgent: true, Mail: true},
	{Code: "returned", Group: Answers, Act: true, Urgent: true, Mail: true},
	{Code: "accepted", Group: Answers},
	{Code: "accepted_with_remark", Group: Answers, Mail: true},
	{Code: "rated_low", Group: Answers, Act: true, Mail: true},
	{Code: "thanked", Group: Talk, Mail: true, About: Thanks},
	{Code: "rating_answered", Group: Talk, Mail: true},
	{Code: "pulse_closed", Group: Talk, Mail: true, About: Pulse},
	{Code: "commented", Group: Talk, Mail: true},
	{Code: "mentioned", Group: Talk, Act: true, Mail: true},
	{Code: "due_soon", Group: Deadlines, Act: true, Mail: true},
	{Code: "due_now", Group: Deadlines, Act: true, Urgent: true, Mail: true},
	{Code: "overdue", Group: Deadlines, Act: true, Urgent: true, Mail: true},
	{Code: "escalated", Group: Deadlines, Act: true, Urgent: true, Mail: true},
	{Code: "accept_soon", Group: Deadlines, Act: true, Mail: true},
	{Code: "auto_accepted", Group: Deadlines, Mail: true},
	{Code: "upstream_met", Group: ForYou, Act: true, Mail: true},
	{Code: "upstream_lost", Group: ForYou, Act: true, Urgent: true, Mail: true},
	{Code: "piece_done", Group: Received, Mail: true},
	{Code: "piece_stopped", Group: Received, Act: true, Urgent: true, Mail: true},
	{Code: "piece_back", Group: Received, Mail: true},
	{Code: "need_stop", Group: Needs, Act: true, Urgent: true, Mail: true, About: Need},
	{Code: "need_red", Group: Needs, Act: true, Urgent: true, Mail: true, About: Need},
	{Code: "need_resumed", Group: Needs, Urgent: true, Mail: true, About: Need},
	{Code: "need_added", Group: Needs, Act: true, Mail: true, About: Need},
	{Code: "need_planned", Group: Needs, Mail: true, About: Need},
	{Code: "need_refused", Group: Needs, Mail: true, About: Need},
	{Code: "need_done", Group: Needs, Act: true, Mail: true, About: Need},
	{Code: "need_open", Group: Needs, Act: true, Mail: true, About: Need},
	{Code: "need_resolved", Group: Needs, About: Need},
	{Code: "need_withdrawn", Group: Needs, About: Need},
	{Code: "agreement_proposed", Group: Agreements, Act: true, Mail: true, About: Agreement},
	{Code: "agreement_accepted", Group: Agreements, Mail: true, About: Agreement},
	{Code: "agreement_rejected", Group: Agreements, Mail: true, About: Agreement},
	{Code: "agreement_withdrawn", Group: Agreements, About: Agreement},
	{Code: "week", Group: Numbers, Mail: true, About: Week, Life: weekLife},
}

// KindOf returns the kind with a code.
func KindOf(code string) (Kind, bool) {
	i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Code == code })
	if i < 0 {
		return Kind{}, false
	}
	return Kinds[i], true
}

// Choice is what the page on which people choose says of k.
func (k Kind) Choice(ctx context.Context) string { return i18n.T(ctx, "notify.choice."+k.Code) }

// Subject is what a mail says of a notice of this kind. args are Who, Supplier,
// Customer, Number, Title and Why.
func (k Kind) Subject(ctx context.Context, args i18n.Args) string {
	return i18n.T(ctx, "notify.subject."+k.Code, args)
}

// Title is the heading of g.
func (g Group) Title(ctx context.Context) string { return i18n.T(ctx, "notify.group."+string(g)) }
