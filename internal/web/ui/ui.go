// Package ui is the design system: the parts of which every page is made. A
// part takes values, never a service, and says nothing that is not in the
// catalogue or given to it.
package ui

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/stat"

	"github.com/a-h/templ"
)

// Kind is how loud a button is.
type Kind string

// The kinds of button. A page has one Primary.
const (
	Plain   Kind = ""
	Primary Kind = "primary"
	Quiet   Kind = "quiet"
	Danger  Kind = "danger"
)

// ButtonArgs is a button, or with URL a link that looks like one.
type ButtonArgs struct {
	Label string
	Icon  string // see Icon
	Kind  Kind
	Large bool   // the one action where the thumb is
	Wide  bool   // the whole width on a phone
	URL   string // for LinkButton
	Type  string // submit (default) or button
	Name  string // of what it sends
	Value string
	Opens string           // id of the dialog that it opens
	Key   string           // keyboard shortcut, e.g. "n" or "g d"
	Attrs templ.Attributes // hx-post, form, disabled…
}

func (b ButtonArgs) class() string {
	c := "btn " + map[Kind]string{Plain: "btn-plain", Primary: "btn-primary", Quiet: "btn-quiet", Danger: "btn-danger"}[b.Kind]
	if b.Large {
		c += " btn-large"
	}
	if b.Wide {
		c += " btn-block-phone"
	}
	return c
}

func (b ButtonArgs) kind() string {
	if b.Type == "" {
		return "submit"
	}
	return b.Type
}

func (b ButtonArgs) attrs() templ.Attributes {
	out := templ.Attributes{}
	for k, v := range b.Attrs {
		out[k] = v
	}
	for k, v := range map[string]string{"name": b.Name, "value": b.Value, "data-opens": b.Opens, "data-key": b.Key} {
		if v != "" {
			out[k] = v
		}
	}
	return out
}

// Option is one choice of a select or of a group of radio buttons.
type Option struct {
	Value string
	Label string
	Help  string // under a radio button
	Group string // heading in a select; options of a group stand together
}

// FieldArgs is one field of a form: label above, help below, error beside.
type FieldArgs struct {
	Name     string
	Label    string
	Help     string
	Type     string // text (default), email, password, number, date, datetime-local, time, search, tel, url, file, textarea, select, checkbox, radio, hidden
	Value    string // for a checkbox what it sends (default "1")
	Checked  bool   // of a checkbox
	Error    string // a sentence
	Optional bool   // says so beside the label; otherwise the field is required
	Blank    bool   // may stay empty, which goes without saying
	Options  []Option
	Rows     int    // of a textarea
	Accept   string // of a file
	Multiple bool
	Auto     string // autocomplete, e.g. "email", "current-password"
	Min, Max string
	Step     string
	Hint     string // inputmode: numeric, decimal
	ID       string // default: "f-" + Name
	Attrs    templ.Attributes
}

func (f FieldArgs) id() string {
	if f.ID != "" {
		return f.ID
	}
	return fieldID(f.Name)
}

func fieldID(name string) string {
	return "f-" + strings.NewReplacer("[", "-", "]", "", ".", "-", " ", "-").Replace(name)
}

func (f FieldArgs) attrs() templ.Attributes {
	out := templ.Attributes{}
	for k, v := range f.Attrs {
		out[k] = v
	}
	set := func(name, v string) {
		if v != "" {
			out[name] = v
		}
	}
	set("autocomplete", f.Auto)
	set("min", f.Min)
	set("max", f.Max)
	set("step", f.Step)
	set("inputmode", f.Hint)
	set("accept", f.Accept)
	var about []string
	if f.Help != "" {
		about = append(about, f.id()+"-help")
	}
	if f.Error != "" {
		about = append(about, f.id()+"-error")
		out["aria-invalid"] = "true"
	}
	set("aria-describedby", strings.Join(about, " "))
	if !f.Optional && !f.Blank && f.Type != "checkbox" && f.Type != "radio" {
		out["aria-required"] = "true"
	}
	if f.Multiple {
		out["multiple"] = true
	}
	return out
}

func (f FieldArgs) kind() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

// choose is what the button of a file says.
func (f FieldArgs) choose() string {
	if f.Multiple {
		return "ui.file.choose_many"
	}
	return "ui.file.choose"
}

func (f FieldArgs) value() string {
	if f.Type == "checkbox" && f.Value == "" {
		return "1"
	}
	return f.Value
}

func (f FieldArgs) rows() int {
	if f.Rows == 0 {
		return 4
	}
	return f.Rows
}

// groups are the headings of a select, in their order; "" comes first.
func (f FieldArgs) groups() []string {
	var out []string
	seen := map[string]bool{}
	for _, o := range f.Options {
		if !seen[o.Group] {
			seen[o.Group] = true
			out = append(out, o.Group)
		}
	}
	return out
}

// Form is what a person sent, and what is wrong with it: see web.FormOf.
type Form struct {
	Values url.Values
	Errors map[string]string // field → sentence
	Whole  string            // sentence about the whole form, if no field is to blame
}

// Value returns what was sent, or or if nothing was sent yet.
func (f Form) Value(name, or string) string {
	if _, sent := f.Values[name]; sent {
		return f.Values.Get(name)
	}
	return or
}

// Fill returns field with what the person sent and what is wrong with it.
func (f Form) Fill(field FieldArgs) FieldArgs {
	if field.Type == "checkbox" {
		if f.Values != nil {
			field.Checked = f.Values.Has(field.Name)
		}
	} else if field.Type != "password" && field.Type != "file" {
		field.Value = f.Value(field.Name, field.Value)
	}
	field.Error = f.Errors[field.Name]
	return field
}

// Bad reports whether anything is wrong.
func (f Form) Bad() bool { return len(f.Errors) > 0 || f.Whole != "" }

// wrong are the fields at fault: the given ones in their order, then the rest.
func (f Form) wrong(fields []FieldArgs) []FieldArgs {
	var out []FieldArgs
	left := maps.Clone(f.Errors)
	for _, x := range fields {
		if x.Error = left[x.Name]; x.Error != "" {
			out = append(out, x)
			delete(left, x.Name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(left)) {
		out = append(out, FieldArgs{Name: name, Error: left[name]})
	}
	return out
}

// Tab is one of several views of a page.
type Tab struct {
	Label string
	URL   string
	Here  bool
	Count int // shown if not 0
}

// Crumb is one step of the way to a page; the last one has no URL.
type Crumb struct {
	Label string
	URL   string
}

// Head is the head of one column; with URL it sorts.
type Head struct {
	Label  string
	Unit   string
	Number bool   // to the right
	URL    string // the same page, sorted by this column
	Sorted string // ascending, descending or ""
	Hidden bool   // only for screen readers
}

func (h Head) sorted() string {
	if h.URL != "" && h.Sorted == "" {
		return "none"
	}
	return h.Sorted
}

func (h Head) icon() string {
	switch h.Sorted {
	case "ascending":
		return "arrow-up"
	case "descending":
		return "arrow-down"
	default:
		return "arrow-up-down"
	}
}

// RowArgs is one line of a list: who → whom, what, until when, state, and the
// one likely next action.
type RowArgs struct {
	ID       string // id of the element
	From, To string // names of the nodes
	Title    string
	URL      string
	Number   int64 // 0: not shown
	Who      string
	State    string
	Priority int
	Tags     []string
	Side     templ.Component // Due, When or Quantity
	Action   templ.Component // one Button, in its form
	Attrs    templ.Attributes
}

// StatArgs is one figure with its certainty. With N under Least it says that
// there is not enough to tell.
type StatArgs struct {
	Label    string
	Figure   string // e.g. i18n.Percent(ctx, share)
	Unit     string
	Low      string // the 95 % interval, empty if there is none
	High     string
	N        int
	Least    int    // fewest cases for a figure; 0: none needed
	URL      string // the cases behind it
	NoSample bool   // a plain count: without interval and n
	Others   bool   // N counts other things than handoffs
}

// sample says of how many s is, with its interval if it has one.
func (s StatArgs) sample(ctx context.Context) string {
	key := "ui.stat.n"
	switch {
	case s.Low != "" && s.Others:
		key = "ui.stat.between_others"
	case s.Low != "":
		key = "ui.stat.between"
	case s.Others:
		key = "ui.stat.n_others"
	}
	return i18n.T(ctx, key, i18n.Args{"Low": s.Low, "High": s.High, "N": s.N})
}

func (s StatArgs) enough() bool { return s.N >= s.Least }

// initials are the first letters of the first two words of a name.
func initials(name string) string {
	out := ""
	for _, w := range strings.Fields(name) {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLetter(r) && utf8.RuneCountInString(out) < 2 {
			out += string(unicode.ToUpper(r))
		}
	}
	if out == "" {
		return "·"
	}
	return out
}

// ShareStat is a share with its certainty; least is the fewest cases about which
// it says something.
func ShareStat(ctx context.Context, label string, s stat.Share, least int) StatArgs {
	return StatArgs{
		Label: label, Figure: i18n.Percent(ctx, s.Value()), Low: i18n.Percent(ctx, s.Low), High: i18n.Percent(ctx, s.High), N: s.N, Least: least,
	}
}

// ShareOf is ShareStat of other things than handoffs: needs, thanks.
func ShareOf(ctx context.Context, label string, s stat.Share, least int) StatArgs {
	out := ShareStat(ctx, label, s, least)
	out.Others = true
	return out
}

// States are the states of a handoff, in the order of its life.
var States = []string{"asked", "taken", "delivered", "accepted", "accepted_with_remark", "returned", "declined", "cancelled"}

// StateWord says a state.
func StateWord(ctx context.Context, state string) string { return i18n.T(ctx, "ui.state."+state) }

func stateIcon(state string) string { return stateIcons[state] }

var stateIcons = map[string]string{
	"asked": "circle-dashed", "taken": "circle-play", "delivered": "package-check", "accepted": "circle-check",
	"accepted_with_remark": "message-square-text", "returned": "undo-2", "declined": "ban", "cancelled": "circle-x",
}

// soon is how long before the moment a promise begins to look urgent.
const soon = 2 * time.Hour

// DueArgs is a promise: when it is due, and how it stands.
type DueArgs struct {
	At   time.Time
	Left time.Duration // working time left, if Work; negative is late
	Work bool          // Left counts working time; otherwise the clock decides
	Done time.Time     // when it was kept or broken; zero while it runs
}

// stand is what a Due shows.
type stand struct{ icon, class, words string }

func (d DueArgs) stand(ctx context.Context) stand {
	if !d.Done.IsZero() {
		if d.Done.After(d.At) {
			return stand{"clock-alert", "due due-late", i18n.T(ctx, "ui.due.was_late", i18n.Args{"Long": i18n.Duration(ctx, d.Done.Sub(d.At))})}
		}
		return stand{"check", "due", i18n.T(ctx, "ui.due.in_time")}
	}
	left, say := d.At.Sub(i18n.Now(ctx)), i18n.Duration
	if d.Work {
		left, say = d.Left, i18n.WorkTime
	}
	a := i18n.Args{"Long": say(ctx, left), "When": i18n.Relative(ctx, d.At)}
	switch {
	case left < 0 && d.Work:
		return stand{"clock-alert", "due due-late", i18n.T(ctx, "ui.due.late_work", a)}
	case left < 0:
		return stand{"clock-alert", "due due-late", i18n.T(ctx, "ui.due.late", a)}
	case left < soon:
		return stand{"hourglass", "due due-soon", i18n.T(ctx, dueKey(d.Work), a)}
	default:
		return stand{"clock", "due", i18n.T(ctx, dueKey(d.Work), a)}
	}
}

func dueKey(work bool) string {
	if work {
		return "ui.due.left_work"
	}
	return "ui.due.left"
}

func moment(t time.Time) string { return t.UTC().Format(time.RFC3339) }
