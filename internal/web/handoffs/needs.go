package handoffs

import (
	"context"
	"net/http"
	"strconv"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/route"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// forWhat is the field in which a form says for which handoff something is
// asked: its supplier needs it.
const forWhat = "para"

// served returns the handoff for which something is asked, if any: the number
// stands in the address, or in the form.
func (p pages) served(r *http.Request, a authz.Actor) (*handoff.Detail, error) {
	n, err := strconv.ParseInt(r.FormValue(forWhat), 10, 64)
	if err != nil || p.Handoffs == nil {
		return nil, nil //nolint:nilerr // most things are asked for nothing in particular
	}
	d, err := p.Handoffs.ByNumber(r.Context(), a, n)
	if err != nil {
		return nil, err
	}
	if !handoff.CanServe(a, d.Handoff) || d.WaitsFor() != handoff.ForSupplier {
		return nil, errs.New(errs.Forbidden, "handoff.err.forbidden")
	}
	return &d, nil
}

// suffix carries on for which handoff something is asked.
func suffix(d *handoff.Detail) string {
	if d == nil {
		return ""
	}
	return "?" + forWhat + "=" + strconv.FormatInt(d.Number, 10)
}

// needed says for what something is asked.
func needed(ctx context.Context, d *handoff.Detail) string {
	return i18n.T(ctx, "handoff.need.for", i18n.Args{"Number": d.Number, "Title": d.Title})
}

// mayNeed reports whether the person may ask others for what it needs.
func (v pass) mayNeed() bool {
	return v.me.MustWrite() == nil && handoff.CanServe(v.me, v.Handoff) && v.WaitsFor() == handoff.ForSupplier
}

// mayUnneed reports whether the person may note that it waits for others no
// longer.
func (v pass) mayUnneed() bool {
	return v.me.MustWrite() == nil && handoff.CanServe(v.me, v.Handoff)
}

func (v pass) chained() bool { return len(v.Needs.Up)+len(v.Needs.Down) > 0 }

// riskWords says what endangers a handoff.
func riskWords(ctx context.Context, r handoff.Risk) string {
	key := "after"
	switch {
	case r.Lost != "":
		key = string(r.Lost)
	case r.Late:
		key = "late"
	}
	return i18n.T(ctx, "handoff.risk."+key, i18n.Args{"Number": r.Number, "When": i18n.Moment(ctx, r.DueAt.Time)})
}

// placeWords says which step of which piece a handoff is.
func placeWords(ctx context.Context, p route.Place) string {
	args := i18n.Args{"Number": p.Number, "Route": p.Route, "Step": p.Step, "Of": p.Of, "Lot": p.Lot}
	if p.Lot > 0 {
		return i18n.T(ctx, "handoff.place.lot", args)
	}
	return i18n.T(ctx, "handoff.place.whole", args)
}

func pieceURL(n int64) string { return "/trabajos/" + strconv.FormatInt(n, 10) }

// wait notes that a handoff waits for another one that was asked before, or no
// longer.
func (p pages) wait(r *http.Request, a authz.Actor, h handoff.Handoff, on bool) error {
	ctx := r.Context()
	n, err := strconv.ParseInt(r.PostFormValue("number"), 10, 64)
	if err != nil {
		return errs.Field("number", "err.not_a_number")
	}
	other, err := p.Handoffs.ByNumber(ctx, a, n)
	if errs.KindOf(err) == errs.NotFound {
		return errs.Field("number", "handoff.err.no_upstream")
	}
	if err != nil {
		return err
	}
	if on {
		err = p.Handoffs.WaitFor(ctx, a, h.ID, other.ID)
	} else {
		err = p.Handoffs.WaitNoMore(ctx, a, h.ID, other.ID)
	}
	if key := errs.FieldsOf(err)["upstream"]; key != "" {
		return errs.Field("number", key)
	}
	return err
}

// place reads where the handoff stands on the way of a piece.
func (p pages) place(ctx context.Context, a authz.Actor, h id.Handoff) (*route.Place, error) {
	if p.Routes == nil {
		return nil, nil
	}
	found, err := p.Routes.PlacesOf(ctx, a, h)
	if x, ok := found[h]; ok {
		return &x, err
	}
	return nil, err
}

func (v pass) waitField(ctx context.Context) ui.FieldArgs {
	return v.field("espera", ui.FieldArgs{Name: "number", Label: i18n.T(ctx, "handoff.need.number"), Hint: "numeric", Auto: "off"})
}
