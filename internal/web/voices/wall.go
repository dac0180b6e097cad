package voices

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/thanks"
	"github.com/eslabon/eslabon/internal/web"
	"github.com/eslabon/eslabon/internal/web/layout"
	"github.com/eslabon/eslabon/internal/web/ui"
)

const aPage = 40

// audienceIcons mark the thanks that not everybody reads.
var audienceIcons = map[thanks.Audience]string{thanks.Team: "users", thanks.Private: "lock"}

// wall is a list of thanks with what the reader may do.
type wall struct {
	tabs  []ui.Tab
	rows  []thanks.Thanks
	next  string
	left  thanks.Allowance
	off   bool
	owner bool
	mine  bool
	hints []thanks.Suggestion
}

func (p pages) wall(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.list(r, a, "/gracias", p.Thanks.Wall)
}

func (p pages) mine(r *http.Request, a authz.Actor) (web.Result, error) {
	return p.list(r, a, "/gracias/mias", p.Thanks.Mine)
}

func (p pages) list(r *http.Request, a authz.Actor, here string, read func(context.Context, authz.Actor, id.Thanks, int) ([]thanks.Thanks, error)) (web.Result, error) {
	ctx := r.Context()
	rows, err := read(ctx, a, id.Thanks(r.URL.Query().Get("antes")), aPage+1)
	if err != nil {
		return web.Result{}, err
	}
	w := wall{tabs: Tabs(ctx, a, Thanks), rows: rows, owner: a.Owner, mine: here != "/gracias"}
	if len(rows) > aPage {
		w.rows = rows[:aPage]
		w.next = here + "?" + url.Values{"antes": {string(rows[aPage-1].ID)}}.Encode()
	}
	if w.left, err = p.Thanks.Left(ctx, a); err != nil {
		return web.Result{}, err
	}
	if w.off, err = p.Thanks.Off(ctx, a); err != nil {
		return web.Result{}, err
	}
	if w.hints, err = p.Thanks.Suggest(ctx, a, 3); err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "voice.wall"), Lead: i18n.T(ctx, "voice.wall_lead"), Section: layout.Voice, Body: wallPage(w), Actions: wallActions(w),
	}), nil
}

func (p pages) one(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	t, err := p.Thanks.Get(ctx, a, id.Thanks(r.PathValue("thanks")))
	if err != nil {
		return web.Result{}, err
	}
	title := i18n.T(ctx, "voice.thanks_to", i18n.Args{"Who": t.GiverName, "To": t.ToName})
	return web.Show(web.Page{Title: title, Section: layout.Voice, Crumbs: thanksCrumbs(ctx, title), Body: onePage(t, a.Owner)}), nil
}

func thanksCrumbs(ctx context.Context, here string) []ui.Crumb {
	return []ui.Crumb{{Label: i18n.T(ctx, "voice.wall"), URL: "/gracias"}, {Label: here}}
}

func (p pages) hide(r *http.Request, a authz.Actor) (web.Result, error) {
	if err := p.Thanks.Hide(r.Context(), a, id.Thanks(r.PathValue("thanks")), r.PostFormValue("why")); err != nil {
		return web.Result{}, err
	}
	return web.Go("/gracias").Say(i18n.T(r.Context(), "voice.hidden")), nil
}

func (p pages) stayOff(r *http.Request, a authz.Actor) (web.Result, error) {
	if err := p.Thanks.StayOff(r.Context(), a, r.PostFormValue("fuera") != ""); err != nil {
		return web.Result{}, err
	}
	return web.Go("/gracias").Say(i18n.T(r.Context(), "voice.saved")), nil
}

// sheet is the wall of the last weeks, to be printed and hung up.
func (p pages) sheet(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	rows, err := p.Thanks.Sheet(ctx, a, aPage)
	if err != nil {
		return web.Result{}, err
	}
	return web.Show(web.Page{
		Title: i18n.T(ctx, "voice.wall"), Section: layout.Voice, Crumbs: thanksCrumbs(ctx, i18n.T(ctx, "voice.sheet")), Body: sheetPage(rows),
	}), nil
}

// flow is how thanks run, for owners, with the values of the company.
type flow struct {
	thanks.Flow
	values string
	form   ui.Form
}

func (p pages) flow(r *http.Request, a authz.Actor) (web.Result, error) { return p.flowPage(r, a, nil) }

func (p pages) flowPage(r *http.Request, a authz.Actor, wrong error) (web.Result, error) {
	ctx := r.Context()
	f, err := p.Thanks.Flow(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	values, err := p.Thanks.Values(ctx, a)
	if err != nil {
		return web.Result{}, err
	}
	v := flow{Flow: f}
	names := make([]string, len(values))
	for i, x := range values {
		names[i] = x.Name
	}
	v.values = strings.Join(names, "\n")
	v.form = web.FormAgain(r, wrong)
	title := i18n.T(ctx, "voice.flow")
	return web.Show(web.Page{
		Title: title, Lead: i18n.T(ctx, "voice.flow_lead"), Section: layout.Voice, Crumbs: thanksCrumbs(ctx, title), Body: flowPage(v),
	}), wrong
}

func (v flow) field(ctx context.Context) ui.FieldArgs {
	return v.form.Fill(ui.FieldArgs{
		Name: "values", Label: i18n.T(ctx, "voice.values"), Help: i18n.T(ctx, "voice.values_help"), Type: "textarea", Rows: 7, Value: v.values, Blank: true,
	})
}

func (p pages) values(r *http.Request, a authz.Actor) (web.Result, error) {
	err := p.Thanks.SetValues(r.Context(), a, strings.Split(strings.ReplaceAll(r.PostFormValue("values"), "\r", ""), "\n"))
	if web.Again(err) {
		return p.flowPage(r, a, err)
	}
	if err != nil {
		return web.Result{}, err
	}
	return web.Go("/gracias/como-van").Say(i18n.T(r.Context(), "voice.saved")), nil
}
