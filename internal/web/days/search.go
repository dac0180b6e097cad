package days

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// found is the page of a search.
type found struct {
	query
	path   string
	lines  []line
	next   string
	lacks  int64 // the number that was asked for, and that no handoff has
	bad    string
	offers []ui.Option
}

// numberIn reads "1042" or "#1042": the number by which people call a handoff.
func numberIn(text string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimPrefix(text, "#"), 10, 64)
	return n, err == nil && n > 0
}

// search finds handoffs by their words or their number, in the whole company.
func (p pages) search(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	f := found{query: parse(r.URL.Query(), false), path: r.URL.Path}
	if n, ok := numberIn(f.text); ok {
		if _, err := p.Handoffs.ByNumber(ctx, a, n); err == nil {
			return web.Go(handoffs.URL(n)), nil
		} else if errs.KindOf(err) != errs.NotFound {
			return web.Result{}, err
		}
		f.lacks = n
	}
	listed, err := p.Handoffs.List(ctx, a, f.filter(nil, i18n.Zone(ctx)))
	if err != nil && errs.KindOf(err) != errs.Invalid {
		return web.Result{}, err
	}
	if err != nil {
		f.bad = i18n.T(ctx, "team.bad_filter")
	}
	left, workErr := p.Handoffs.WorkLeft(ctx, a)
	if workErr != nil {
		return web.Result{}, workErr
	}
	f.lines = lines(a, listed.Rows, left, "")
	if listed.Next != "" {
		next := f.query
		next.cursor = listed.Next
		f.next = next.url(f.path)
	}
	if f.offers, err = p.allOffers(ctx, a, err); err != nil && f.bad == "" {
		return web.Result{}, err
	}
	return web.Show(f.page(ctx)), err
}

// allOffers are the services of the company by supplier; the error that came
// before goes on.
func (p pages) allOffers(ctx context.Context, a authz.Actor, before error) ([]ui.Option, error) {
	tree, err := p.Org.Tree(ctx, a)
	if err != nil {
		return nil, err
	}
	offers, err := p.Links.Offers(ctx, a)
	if err != nil {
		return nil, err
	}
	out := make([]ui.Option, len(offers))
	for i, o := range offers {
		out[i] = ui.Option{Value: string(o.ID), Label: o.Name, Group: tree.Name(o.Node)}
	}
	return out, before
}

func (f found) title(ctx context.Context) string {
	switch {
	case f.text != "":
		return i18n.T(ctx, "team.search.of", i18n.Args{"Words": f.text})
	case f.order != "":
		return i18n.T(ctx, "team.search.order", i18n.Args{"Order": f.order})
	default:
		return i18n.T(ctx, "team.search.title")
	}
}

func (f found) begin() string {
	if f.cursor == "" {
		return ""
	}
	return f.with(func(*query) {}).url(f.path)
}

func (f found) page(ctx context.Context) web.Page {
	return web.Page{Title: f.title(ctx), Body: searchPage(f), Part: results(f)}
}
