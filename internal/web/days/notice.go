package days

import (
	"context"
	"net/http"
	"net/url"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/notify"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/handoffs"

	"github.com/a-h/templ"
)

// notesAPage is how many lines of the bell one page shows.
const notesAPage = 50

// bell is the page of what somebody was told.
type bell struct {
	url    string
	groups []noteGroup
	unread int       // at most 100, on all pages
	last   id.Notice // the newest on the page
	next   string
	first  string
}

// note is one line of the bell in words.
type note struct {
	notify.Notice
	says  string
	about string // what it is about, if says does not name it
	url   string
}

// noteGroup is what the lines of one page say about one thing: what happened to
// a handoff stands together.
type noteGroup struct {
	subject string
	title   string // of what it is about, if that has one
	notes   []note
	unread  bool
}

// grouped puts the notes together by what they are about, in the order of the
// newest of each.
func grouped(ctx context.Context, notes []note) []noteGroup {
	at := map[string]int{}
	var out []noteGroup
	for _, n := range notes {
		i, known := at[n.Subject]
		if !known {
			i = len(out)
			at[n.Subject] = i
			g := noteGroup{subject: n.Subject, title: n.Title}
			if n.Number > 0 {
				g.title = i18n.T(ctx, "notice.see_group", i18n.Args{"Number": n.Number, "Title": n.Title})
			}
			out = append(out, g)
		}
		out[i].notes = append(out[i].notes, n)
		out[i].unread = out[i].unread || n.ReadAt.IsZero()
	}
	return out
}

// NoticeURL is the address of the page of what a notice is about.
func NoticeURL(k notify.Kind, subject string, number int64) string {
	switch {
	case number > 0:
		return handoffs.URL(number)
	case k.About == notify.Agreement:
		return "/eslabones/" + url.PathEscape(subject)
	case k.About == notify.Need:
		return "/necesidades/" + url.PathEscape(subject)
	case k.About == notify.Pulse:
		return "/pulsos/" + url.PathEscape(subject)
	case k.About == notify.Week:
		return "/semana?" + url.Values{"de": {subject}}.Encode()
	case k.About == notify.Thanks:
		return "/gracias/" + url.PathEscape(subject)
	case k.About == notify.Absence:
		return "/personas/" + url.PathEscape(subject)
	default:
		return "/avisos" // what it is about has no page of its own
	}
}

func (p pages) notices(r *http.Request, a authz.Actor) (web.Result, error) {
	b, err := p.bell(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(b.page(r.Context())), nil
}

func (p pages) bell(r *http.Request, a authz.Actor) (bell, error) {
	ctx, before := r.Context(), id.Notice(r.URL.Query().Get("antes"))
	rows, err := notify.List(ctx, p.DB, a, before, notesAPage+1)
	if err != nil {
		return bell{}, err
	}
	b := bell{url: r.URL.RequestURI()}
	if before != "" {
		b.first = "/avisos"
	}
	if len(rows) > notesAPage {
		rows = rows[:notesAPage]
		b.next = "/avisos?" + url.Values{"antes": {string(rows[notesAPage-1].ID)}}.Encode()
	}
	if len(rows) > 0 {
		b.last = rows[0].ID
	}
	links, err := p.linkNames(ctx, a, rows)
	if err != nil {
		return b, err
	}
	var notes []note
	for _, n := range rows {
		notes = append(notes, say(ctx, n, links))
	}
	b.groups = grouped(ctx, notes)
	b.unread, err = notify.Unread(ctx, p.DB, a)
	return b, err
}

// ends are the names of the two ends of a link.
type ends struct{ supplier, customer string }

// linkNames names the links that notices about agreements speak of.
func (p pages) linkNames(ctx context.Context, a authz.Actor, rows []notify.Notice) (map[string]ends, error) {
	out := map[string]ends{}
	for _, n := range rows {
		if k, _ := notify.KindOf(n.Kind); k.About == notify.Agreement {
			out[n.Subject] = ends{}
		}
	}
	if len(out) == 0 {
		return out, nil
	}
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return nil, err
	}
	links, err := p.Links.Map(ctx, a)
	for _, l := range links {
		if _, wanted := out[string(l.ID)]; wanted {
			out[string(l.ID)] = ends{tree.Name(l.Supplier), tree.Name(l.Customer)}
		}
	}
	return out, err
}

// say puts a notice in words, and finds the page that it speaks of.
func say(ctx context.Context, n notify.Notice, links map[string]ends) note {
	k, _ := notify.KindOf(n.Kind)
	out := note{Notice: n, url: NoticeURL(k, n.Subject, n.Number)}
	who := n.ActorName
	if who == "" {
		who = i18n.T(ctx, "notice.nobody")
	}
	args := i18n.Args{
		"Who": who, "Title": n.Title, "Supplier": links[n.Subject].supplier, "Customer": links[n.Subject].customer,
	}
	out.says = i18n.T(ctx, "notify.kind."+n.Kind, args)
	if k.About == notify.Need {
		out.about = n.Title
	}
	return out
}

func (b bell) title(ctx context.Context) string {
	if b.unread == 0 {
		return i18n.T(ctx, "notice.title.none")
	}
	return counted(ctx, "notice.title.some", b.unread)
}

func (b bell) page(ctx context.Context) web.Page {
	title := b.title(ctx)
	return web.Page{Title: title, Body: bellFrame(b), Part: templ.Join(retitle(title), unreadCount(b.unread, true), bellLines(b))}
}

// read marks all lines up to the newest that the reader saw, or those about one
// thing.
func (p pages) read(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx, subject, said := r.Context(), r.PostFormValue("asunto"), "notice.all_read"
	if subject != "" {
		said = "notice.read_these"
	}
	if err := notify.MarkRead(ctx, p.DB, a, id.Notice(r.PostFormValue("hasta")), subject); err != nil {
		return web.Result{}, err
	}
	b, err := p.bell(r, a)
	if err != nil {
		return web.Result{}, err
	}
	return web.Done(b.page(ctx).Part, "/avisos").Say(i18n.T(ctx, said)), nil
}

// unread is the number on the bell, for a page that wants it anew.
func (p pages) unread(r *http.Request, a authz.Actor) (web.Result, error) {
	n, err := notify.Unread(r.Context(), p.DB, a)
	if err != nil {
		return web.Result{}, err
	}
	return web.Part(unreadCount(n, false)), nil
}
