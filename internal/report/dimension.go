package report

import (
	"slices"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/stat"
)

// dimension tells who passes work to whom in one dimension.
func (w words) dimension(d *chain.Dimension, queues bool) []part {
	head := part{title: w.t("dimension", i18n.Args{"Name": d.Name}), level: 2, rows: w.sums(d, queues)}
	if d.Handovers.N == 0 {
		head.says = []string{w.t("no_handoffs")}
		return []part{head, w.posts(d, queues)}
	}
	head.says = []string{w.t("inferred")}
	return []part{
		head,
		{title: w.t("map"), level: 3, links: d},
		w.links(d, queues), w.bounces(d), w.posts(d, queues),
		w.relations(d), w.routes(d), w.besides(d),
	}
}

func (w words) sums(d *chain.Dimension, queues bool) *table {
	t := &table{heads: []string{w.t("what"), w.t("value")}, names: 2}
	h, p, y := d.Handovers, d.PingPong, d.Yield
	cases := 0
	for _, n := range h.PerCase {
		cases += n
	}
	tally := func(x chain.Tally) string {
		return w.t("in_cases", i18n.Args{"N": x.Cases, "Times": w.n(x.N), "Cases": w.n(x.Cases)})
	}
	t.add(w.t("values"), w.n(d.Values))
	t.add(w.t("without_value"), w.n(d.MissingEvents))
	t.add(w.t("handoffs"), w.t("handoffs_value", i18n.Args{"N": h.Links, "Handoffs": w.n(h.N), "Links": w.n(h.Links), "Cases": w.n(h.Cases), "All": w.n(cases)}))
	t.add(w.t("immediate"), tally(p.Immediate))
	t.add(w.t("any_return"), tally(p.AnyReturn))
	t.add(w.t("double"), tally(p.Double))
	t.add(w.t("alternating", i18n.Args{"Count": p.Alternate.Minimum}), tally(chain.Tally{Cases: p.Alternate.Cases, N: p.Alternate.N}))
	right := stat.Wilson(h.N-p.Immediate.N, h.N)
	t.add(w.t("right_first"), w.rate(h.N, d.FirstTimeRight.NotReturnedNext, chain.Float(right.Low), chain.Float(right.High)))
	never := stat.Wilson(h.N-p.AnyReturn.N, h.N)
	t.add(w.t("never_back"), w.rate(h.N, d.FirstTimeRight.NeverReturned, chain.Float(never.Low), chain.Float(never.High)))
	t.add(w.t("clean_cases"), w.share(y.RTYCase))
	t.add(w.t("returns_per_case"), w.number(y.DPU))
	t.add(w.t("dpmo"), w.number(y.DPMO))
	t.add(w.t("sender_time"), w.t("median_p90", i18n.Args{"Median": w.time(d.Gap.Median), "P90": w.time(d.Gap.P90)}))
	if d.WorkingGap != nil {
		t.add(w.t("sender_time_work"), w.t("median_p90", i18n.Args{"Median": w.time(d.WorkingGap.Median), "P90": w.time(d.WorkingGap.P90)}))
	}
	if queues {
		t.add(w.t("queue"), w.t("median_p90", i18n.Args{"Median": w.time(d.Queue.Median), "P90": w.time(d.Queue.P90)}))
		t.add(w.t("never_accepted"), w.n(d.Queue.NeverAccepted))
	}
	return t
}

func (w words) links(d *chain.Dimension, queues bool) part {
	t := &table{heads: []string{
		w.t("supplier"), w.t("customer"), w.t("handoffs_n"), w.t("cases_n"), w.t("back_n"), w.t("right_first"),
		w.t("sender_median"), w.t("sender_p90"),
	}, names: 2}
	if queues {
		t.heads = append(t.heads, w.t("queue_median"))
	}
	for i := range d.Links {
		if i == most {
			break
		}
		t.rows = append(t.rows, w.link(&d.Links[i], queues))
	}
	return part{title: w.t("links"), level: 3, rows: t, says: []string{w.t("links_lead", i18n.Args{"N": d.Handovers.Links, "Count": w.n(d.Handovers.Links)})}}
}

func (w words) link(l *chain.Link, queues bool) []string {
	row := []string{
		l.Supplier, l.Customer, w.n(l.N), w.n(l.Cases), w.n(l.ReturnedNext), w.rate(l.N, l.FTRNext, l.FTRNextLow, l.FTRNextHigh),
		w.time(l.Gap.Median), w.time(l.Gap.P90),
	}
	if queues {
		row = append(row, w.time(l.Queue.Median))
	}
	return row
}

// bounces are the links that come back most.
func (w words) bounces(d *chain.Dimension) part {
	const rows = 8
	t := &table{heads: []string{w.t("supplier"), w.t("customer"), w.t("back_n"), w.t("handoffs_n"), w.t("right_first")}, names: 2}
	var back []*chain.Link
	for i := range d.Links {
		if d.Links[i].ReturnedNext > 0 {
			back = append(back, &d.Links[i])
		}
	}
	slices.SortStableFunc(back, func(a, b *chain.Link) int { return b.ReturnedNext - a.ReturnedNext })
	for i, l := range back {
		if i == rows {
			break
		}
		t.add(l.Supplier, l.Customer, w.n(l.ReturnedNext), w.n(l.N), w.rate(l.N, l.FTRNext, l.FTRNextLow, l.FTRNextHigh))
	}
	return part{title: w.t("bounces"), level: 3, rows: t}
}

func (w words) posts(d *chain.Dimension, queues bool) part {
	t := &table{heads: []string{
		w.t("post"), w.t("visits"), w.t("cases_n"), w.t("of_cases"), w.t("between"), w.t("right_first"), w.t("stay_median"),
	}, names: 1}
	if queues {
		t.heads = append(t.heads, w.t("queue_median"), w.t("never_accepted"))
	}
	for i, p := range d.Posts {
		if i == most {
			break
		}
		row := []string{
			p.Value, w.n(p.Visits), w.n(p.Cases), w.share(p.CaseShare), w.share(p.Betweenness),
			w.rate(p.Visits, p.FTY, p.FTYLow, p.FTYHigh), w.time(p.Sojourn.Median),
		}
		if queues {
			row = append(row, w.time(p.Queue.Median), w.n(p.Queue.NeverAccepted))
		}
		t.rows = append(t.rows, row)
	}
	return part{title: w.t("posts"), level: 3, rows: t, says: []string{w.t("posts_lead")}}
}

func (w words) relations(d *chain.Dimension) part {
	t := &table{heads: []string{w.t("relation"), w.t("links_n"), w.t("handoffs_n"), w.t("back_n"), w.t("right_first")}, names: 1}
	for _, r := range d.Relations {
		t.add(w.t("relation."+r.Relation), w.n(r.Links), w.n(r.N), w.n(r.ReturnedNext), w.rate(r.N, r.FTRNext, r.FTRNextLow, r.FTRNextHigh))
	}
	return part{title: w.t("relations"), level: 3, rows: t}
}

func (w words) routes(d *chain.Dimension) part {
	return part{
		title: w.t("routes"), level: 3, rows: w.ways(d.Routes.Variants),
		says: []string{w.t("routes_lead", i18n.Args{"N": d.Routes.N, "Count": w.n(d.Routes.N), "Single": w.n(d.Routes.Single)})},
	}
}

// besides says the rest: what is done again, given out, done together, in heaps.
func (w words) besides(d *chain.Dimension) part {
	p := part{title: w.t("besides"), level: 3}
	a := d.Again
	p.list = append(p.list, w.t("again", i18n.Args{
		"LoopSame": w.n(a.SelfLoopRepeat), "LoopOther": w.n(a.SelfLoopRedo), "LaterSame": w.n(a.RepetitionRepeat), "LaterOther": w.n(a.RepetitionRedo),
	}))
	if len(a.Referral.Top) > 0 {
		x := a.Referral.Top[0]
		p.list = append(p.list, w.t("referral", i18n.Args{"From": x.From, "To": x.To, "Times": w.n(x.N)}))
	}
	if s := d.Subcontracting; s.N > 0 {
		p.list = append(p.list, w.t("subcontracting", i18n.Args{"N": s.N, "Times": w.n(s.N), "From": s.Top[0].From, "To": s.Top[0].To, "Most": w.n(s.Top[0].N)}))
	}
	if t := d.WorkingTogether; len(t.Top) > 0 {
		x := t.Top[0]
		p.list = append(p.list, w.t("together", i18n.Args{"A": x.A, "B": x.B, "N": x.N, "Cases": w.n(x.N), "ShareA": w.share(x.ShareA), "ShareB": w.share(x.ShareB)}))
	}
	if b := d.Batching; b.N > 0 {
		p.list = append(p.list, w.t("batching", i18n.Args{"N": b.N, "Batches": w.n(b.N), "Share": w.share(b.Share), "Value": b.Top[0].Value, "Activity": b.Top[0].Activity, "Largest": w.n(b.Top[0].Largest)}))
	}
	return p
}
