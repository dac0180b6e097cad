package days

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/httpx"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
	"github.com/eslabon/eslabon/internal/web"
)

// outcome is what became of an act on several rows: how many it reached, and
// which it did not, and why.
type outcome struct {
	did     string // a sentence; empty if nothing was done
	refused []refusal
}

type refusal struct {
	number int64 // 0 if the handoff could not be found
	title  string
	why    string // a sentence
}

// some reports whether there is anything to say.
func (o outcome) some() bool { return o.did != "" || len(o.refused) > 0 }

// doing takes one step of one row, on the version that the reader saw.
type doing func(ctx context.Context, h id.Handoff, version int64) (handoff.Handoff, error)

// bulk does one thing with several rows, each by its own use case, so that one
// that cannot be done holds up no other.
func (p pages) bulk(r *http.Request, a authz.Actor) (web.Result, error) {
	ctx := r.Context()
	what, rows := r.PostFormValue("hacer"), r.PostForm["pase"]
	if one, h, alone := strings.Cut(r.PostFormValue("uno"), " "); alone { // the button of one row
		what, rows = one, []string{h}
	}
	rows = rows[:min(len(rows), handoff.MostRows)]
	if what == "typed" {
		what = typed(r)
	}
	do, err := p.doing(a, what, r)
	if err == nil && len(rows) == 0 {
		err = errs.New(errs.Invalid, "team.err.none_ticked")
	}
	var outs outcome
	if err == nil {
		outs = each(ctx, rows, do)
		if n := len(rows) - len(outs.refused); n > 0 {
			outs.did = i18n.T(ctx, "team.did."+what, i18n.Args{"N": n})
		}
	} else if errs.KindOf(err) == errs.Invalid {
		outs.refused = []refusal{{why: sentenceOf(ctx, err)}}
	} else {
		return web.Result{}, err
	}
	t, readErr := p.readTeam(r, a)
	if readErr != nil {
		return web.Result{}, readErr
	}
	t.outs = outs
	return web.Show(t.page(ctx)), err
}

// typed is what the Enter key means: what was filled in.
func typed(r *http.Request) string {
	switch {
	case strings.TrimSpace(r.PostFormValue("etiqueta")) != "":
		return "tagged"
	case r.PostFormValue("persona") != "":
		return "assigned"
	default:
		return ""
	}
}

// sentenceOf is what a person may read of err: of its fields, if it names any.
func sentenceOf(ctx context.Context, err error) string {
	for _, s := range httpx.FieldSentences(ctx, err) {
		return s
	}
	return httpx.Sentence(ctx, err)
}

// doing is what the reader wants done with each row.
func (p pages) doing(a authz.Actor, what string, r *http.Request) (doing, error) {
	switch what {
	case "taken", "delivered", "accepted":
		return func(ctx context.Context, h id.Handoff, version int64) (handoff.Handoff, error) {
			return p.Handoffs.Move(ctx, a, handoff.State(what), handoff.Step{Handoff: h, Version: version})
		}, nil
	case "assigned":
		to := r.PostFormValue("persona")
		if to == "" {
			return nil, errs.Field("persona", "team.err.no_person")
		}
		return func(ctx context.Context, h id.Handoff, _ int64) (handoff.Handoff, error) {
			return p.Handoffs.Assign(ctx, a, h, id.Person(to))
		}, nil
	case "tagged":
		tag := strings.TrimSpace(r.PostFormValue("etiqueta"))
		if tag == "" {
			return nil, errs.Field("etiqueta", "team.err.no_tag")
		}
		return func(ctx context.Context, h id.Handoff, _ int64) (handoff.Handoff, error) {
			d, err := p.Handoffs.Get(ctx, a, h)
			if err != nil {
				return handoff.Handoff{}, err
			}
			tags := append(slices.Clone(d.Tags), tag)
			v, err := p.Handoffs.Change(ctx, a, h, handoff.Change{Tags: &tags})
			if v.Number == 0 {
				v = d.Handoff // refused before it was read
			}
			return v, err
		}, nil
	case "":
		return nil, errs.New(errs.Invalid, "team.err.no_act")
	default:
		return nil, errs.New(errs.Invalid, "ui.err.form")
	}
}

// each does it row by row.
func each(ctx context.Context, rows []string, do doing) outcome {
	var out outcome
	for _, s := range rows {
		h, version := ticked(s)
		v, err := do(ctx, h, version)
		if err == nil {
			continue
		}
		if errs.KindOf(err) == errs.Internal {
			slog.ErrorContext(ctx, "row of several failed", "id", httpx.RequestID(ctx), "handoff", h, "err", err)
		}
		out.refused = append(out.refused, refusal{v.Number, v.Title, sentenceOf(ctx, err)})
	}
	return out
}

// ticked reads what the box of a row sent.
func ticked(s string) (id.Handoff, int64) {
	h, v, _ := strings.Cut(s, ".")
	version, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		version = -1 // no handoff has it: it is refused as stale
	}
	return id.Handoff(h), version
}
