package handoff

import (
	"math"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/org"
)

// Ask is what a customer fills in, and what a supplier fills in who hands on
// without being asked.
type Ask struct {
	Service    id.Service
	Customer   id.Node // for which of its nodes somebody asks; the receiver of a push
	Title      string
	Detail     string
	Answers    map[string]string
	Order      string
	Quantity   float64
	Unit       string // empty for the unit of the service
	Priority   Priority
	NeedBy     time.Time
	Tags       []string
	Watchers   []id.Person
	Assignee   id.Person
	Files      []Upload
	HappenedAt time.Time // if it was asked before it is written down; else zero

	unattended bool // nobody is there to answer the questions of the service
}

const (
	mostTitle    = 200
	mostDetail   = 4000
	mostOrder    = 100
	mostUnit     = 30
	mostNote     = 4000
	mostTags     = 12
	mostTag      = 40
	mostWatchers = 50
	mostQuantity = 1e12
	mostYearsAgo = 1 // of what is written down late; older work is imported
)

func (in *Ask) clean() {
	in.Title, in.Order, in.Unit = org.CleanName(in.Title), org.CleanName(in.Order), org.CleanName(in.Unit)
	in.Detail = strings.TrimSpace(in.Detail)
	in.Tags = cleanTags(in.Tags)
	for k, v := range in.Answers {
		if in.Answers[k] = strings.TrimSpace(v); in.Answers[k] == "" {
			delete(in.Answers, k)
		}
	}
}

func cleanTags(tags []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, t := range tags {
		t = strings.ToLower(org.CleanName(strings.Trim(t, " #,")))
		if t != "" && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

func (in Ask) check(now time.Time) errs.Bad {
	bad := errs.Bad{}
	bad.Required("service", string(in.Service))
	bad.Required("customer", string(in.Customer))
	bad.Required("title", in.Title)
	bad.Text("title", in.Title, mostTitle)
	bad.Text("detail", in.Detail, mostDetail)
	bad.Text("order_ref", in.Order, mostOrder)
	bad.Text("unit", in.Unit, mostUnit)
	checkQuantity(bad, in.Quantity)
	errs.OneOf(bad, "priority", in.Priority, Normal, High, Urgent)
	checkTags(bad, in.Tags)
	bad.Add(len(in.Watchers) <= mostWatchers, "watchers", "handoff.err.too_many_watchers")
	bad.Add(!in.HappenedAt.After(now), "happened_at", "err.future")
	bad.Add(in.HappenedAt.IsZero() || in.HappenedAt.After(now.AddDate(-mostYearsAgo, 0, 0)), "happened_at", "handoff.err.too_long_ago")
	bad.Add(in.NeedBy.IsZero() || in.NeedBy.After(now), "need_by", "handoff.err.need_by_past")
	checkFiles(bad, in.Files)
	return bad
}

func checkQuantity(bad errs.Bad, q float64) {
	bad.Add(!math.IsNaN(q) && q >= 0, "quantity", "handoff.err.negative")
	bad.Add(q <= mostQuantity, "quantity", "handoff.err.too_many")
}

func checkTags(bad errs.Bad, tags []string) {
	bad.Add(len(tags) <= mostTags, "tags", "handoff.err.too_many_tags")
	for _, t := range tags {
		bad.Text("tags", t, mostTag)
		bad.Add(!strings.ContainsAny(t, ",;"), "tags", "handoff.err.tag_comma")
	}
}

// Step is what somebody fills in to move a handoff.
type Step struct {
	Handoff     id.Handoff
	Version     int64    // the one on the page; 0 if the caller does not care
	Quantity    float64  // delivered or returned; 0 for all
	Reason      string   // of a return: an item of the service
	Note        string   // a remark, or why
	Checks      []string // requirements that are met
	Files       []Upload
	Behalf      Behalf
	ConfirmTime bool      // an acceptance confirms when the supplier says it delivered
	HappenedAt  time.Time // if it happened before it is written down; else zero
}

// NeedsNote reports whether the step to s must say why in words.
func (s State) NeedsNote() bool { return s == AcceptedWithRemark || s == Declined }

func (in *Step) clean() { in.Note = strings.TrimSpace(in.Note) }

func (in Step) check(to State, now time.Time) errs.Bad {
	bad := errs.Bad{}
	errs.OneOf(bad, "to", to, States...)
	if to.NeedsNote() {
		bad.Required("note", in.Note)
	}
	bad.Text("note", in.Note, mostNote)
	checkQuantity(bad, in.Quantity)
	bad.Add(in.Quantity == 0 || to == Delivered || to == Returned, "quantity", "handoff.err.no_quantity_here")
	bad.Text("behalf", in.Behalf.Name, mostTitle)
	bad.Add(!in.HappenedAt.After(now), "happened_at", "err.future")
	checkFiles(bad, in.Files)
	return bad
}

// Upload is a file that somebody attaches.
type Upload struct {
	Field   string // the question of the form that it answers, if any
	Name    string
	Content []byte
}

// The most that people may attach.
const (
	MostFileMB = 10
	mostFiles  = 10
	mostFile   = MostFileMB << 20
)

func checkFiles(bad errs.Bad, files []Upload) {
	bad.Add(len(files) <= mostFiles, "files", "handoff.err.too_many_files")
	for _, f := range files {
		at := "files"
		if f.Field != "" {
			at = "answers." + f.Field
		}
		bad.Add(len(f.Content) <= mostFile, at, "handoff.err.file_too_large")
		bad.Add(len(f.Content) > 0, at, "handoff.err.file_empty")
		bad.Add(fileType(f) != "", at, "handoff.err.file_type")
	}
}
