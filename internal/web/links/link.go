package links

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/link"
	"github.com/eslabon/eslabon/internal/org"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/promises"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// linkView is the page of one link.
type linkView struct {
	link.Link
	From, To   org.Node
	By         string       // who overrode the relation
	Computed   org.Relation // what the tree says
	MayRelate  bool
	MayPropose bool
	Figures    handoff.LinkFigures
	Promises   promises.Args
	Carried    []carried
	Idle       []carried // what could travel and does not
	Versions   []version
	Bars       []ui.ParetoBar
	Returns    int // all that the bars count
	Course     ui.ControlArgs
	ByTime     bool // the course is of times, not of shares
	Bounce     handoff.Bounce
	Last       []handoff.Handoff
	Form       ui.Form
	Voice      templ.Component // nil for nothing
}

// carried is a service that travels on a link, with what holds and what it did.
type carried struct {
	link.Offer
	Holds    link.Terms
	Agreed   *link.Agreement // nil while the default of the service holds
	Proposal *version        // what waits for an answer
	Figures  handoff.Figures
	Lines    []link.Item // what "well done" means on this link
}

// version is one version of an agreement as people read it.
type version struct {
	link.Agreement
	Service             string
	Side                string // the name of the node that proposed it
	By, Decider         string
	Review              string
	MayDecide, MayTake  bool
	Before              link.Terms // what holds now
	BeforeDays          int        // that the customer has to answer now; 0 for those of the company
	Lines, Added, Taken []string   // requirements that stay, come and go
}

// link shows one link.
func (p pages) link(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.linkPage(r, a, nil)
}

// linkPage shows the link of the address, with what went wrong, if anything.
func (p pages) linkPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	f, err := p.Handoffs.LinkFigures(ctx, a, id.Link(r.PathValue("link")), promises.Since(ctx))
	if err != nil {
		return web.Result{}, err
	}
	l, t := f.Link, f.Around
	v := linkView{Link: l, Figures: f, Bounce: f.Course.Bounce, MayRelate: link.CanRelate(a, l), MayPropose: link.CanPropose(a, l), Computed: t.Relation(l.Supplier, l.Customer)}
	v.From, _ = t.Node(l.Supplier)
	v.To, _ = t.Node(l.Customer)
	v.Form = web.FormAgain(r, wrong)
	v.Promises.See = func(see string) string { return URL(l.ID) + "/pases?ver=" + see }
	v.Promises.Promises = f.Promises
	v.bars()
	if err := p.course(r, a, &v); err != nil {
		return web.Result{}, err
	}
	if err := p.agreed(r, a, t, &v); err != nil {
		return web.Result{}, err
	}
	last, err := p.Handoffs.List(ctx, a, handoff.Filter{Link: l.ID, Limit: 5})
	if err != nil {
		return web.Result{}, err
	}
	v.Last = last.Rows
	if p.Voice != nil {
		if v.Voice, err = p.Voice(ctx, a, l); err != nil {
			return web.Result{}, err
		}
	}
	return web.Show(web.Page{
		Title:   i18n.T(ctx, "linkpage.link.title", i18n.Args{"From": v.From.Name, "To": v.To.Name}),
		Section: layout.Catalog, Crumbs: linkCrumbs(ctx, ui.Crumb{Label: v.From.Name + " → " + v.To.Name}), Body: linkPage(v),
	}), wrong
}

// pushed reports whether all that travelled was handed on without being asked,
// as on a production line: then there is no time from asking to tell.
func (v linkView) pushed() bool { return v.Figures.All.Asked == 0 && v.Figures.All.Delivered > 0 }

// bars draws the reasons for return, the most frequent first.
func (v *linkView) bars() {
	const most = 8
	for i, b := range stat.Pareto(v.Figures.Reasons, func(r handoff.Reason) int { return r.Count }) {
		v.Returns += b.N
		if i < most {
			q := url.Values{"ver": {seeReturned}, "servicio": {string(b.Item.Service)}, "motivo": {b.Item.Item.ID}}
			v.Bars = append(v.Bars, ui.ParetoBar{
				Label: b.Item.Item.Text, N: b.N, Share: b.Share, Sum: b.Sum, URL: URL(v.ID) + "/pases?" + q.Encode(),
			})
		}
	}
}

// agreed adds the services with what both ends agreed about them.
func (p pages) agreed(r *http.Request, a authz.Actor, t org.Tree, v *linkView) error {
	ctx := r.Context()
	offers, err := p.Links.OffersOf(ctx, a, v.Supplier)
	if err != nil {
		return err
	}
	all, err := p.Links.Agreements(ctx, a, v.ID)
	if err != nil {
		return err
	}
	people := []id.Person{v.RelatedBy}
	for _, g := range all {
		people = append(people, g.ProposedBy, g.DecidedBy)
	}
	names, err := p.Org.Names(ctx, a, people...)
	if err != nil {
		return err
	}
	v.By = names[v.RelatedBy]
	for _, o := range offers {
		did, moved := v.Figures.ByService[o.ID]
		of := slices.DeleteFunc(slices.Clone(all), func(g link.Agreement) bool { return g.Service != o.ID })
		if o.Node != v.Supplier || o.Archived() && !moved && len(of) == 0 {
			continue
		}
		c := carried{Offer: o, Holds: o.Terms, Figures: did, Lines: link.Current(o.Requirements)}
		for _, g := range of {
			if g.State == link.Accepted {
				c.Agreed, c.Holds, c.Lines = &g, g.Terms, link.Current(g.Requirements)
			}
		}
		for _, g := range of {
			x := said(ctx, *v, t, a, c, g, names)
			if g.State == link.Proposed {
				c.Proposal = &x
			}
			v.Versions = append(v.Versions, x)
		}
		if moved || len(of) > 0 {
			v.Carried = append(v.Carried, c)
		} else {
			v.Idle = append(v.Idle, c)
		}
	}
	slices.SortStableFunc(v.Carried, func(x, y carried) int { return y.Figures.Delivered - x.Figures.Delivered })
	slices.SortStableFunc(v.Versions, func(x, y version) int { return y.ProposedAt.Compare(x.ProposedAt.Time) })
	return nil
}

// said is version g as a may read it, beside what holds now.
func said(ctx context.Context, v linkView, t org.Tree, a authz.Actor, c carried, g link.Agreement, names map[id.Person]string) version {
	x := version{
		Agreement: g, Service: c.Name, Side: v.From.Name, By: names[g.ProposedBy], Decider: names[g.DecidedBy],
		MayDecide: link.CanDecide(a, t, v.Link, g), MayTake: link.CanWithdraw(a, t, v.Link, g), Before: c.Holds, BeforeDays: daysOf(c.Agreed),
	}
	if g.Side == link.CustomerSide {
		x.Side = v.To.Name
	}
	x.Review = i18n.LongDate(ctx, g.ReviewOn)
	has := func(list []link.Item, text string) bool {
		return slices.ContainsFunc(list, func(it link.Item) bool { return it.Text == text })
	}
	now := link.Current(g.Requirements)
	for _, it := range now {
		if has(c.Lines, it.Text) {
			x.Lines = append(x.Lines, it.Text)
		} else {
			x.Added = append(x.Added, it.Text)
		}
	}
	for _, it := range c.Lines {
		if !has(now, it.Text) {
			x.Taken = append(x.Taken, it.Text)
		}
	}
	return x
}

// firstTime is the share that was right first time, and opens what it counts.
func (v linkView) firstTime(ctx context.Context) ui.StatArgs {
	s := ui.ShareStat(ctx, i18n.T(ctx, "linkpage.first_time"), v.Figures.All.FirstTime, handoff.MinN)
	s.URL = URL(v.ID) + "/pases?ver=" + seeAccepted
	return s
}

// counts are what was done on the link, each with what it counts behind it.
func (v linkView) counts(ctx context.Context) []ui.Tab {
	f := v.Figures.All
	var out []ui.Tab
	for _, c := range []struct {
		see, code string
		n         int
	}{
		{seeAsked, "asked", f.Asked},
		{seeDelivered, "delivered", f.Delivered},
		{seeAccepted, "accepted", f.Accepted},
		{seeRemarked, "remarked", f.Remarked},
		{seeReturned, "returned", f.Returned},
		{seeDeclined, "declined", f.Declined},
		{seeCancelled, "cancelled", f.Cancelled},
	} {
		if c.n > 0 {
			out = append(out, ui.Tab{Label: i18n.T(ctx, "linkpage.count."+c.code, i18n.Args{"N": c.n}), URL: URL(v.ID) + "/pases?ver=" + c.see})
		}
	}
	return out
}
