package links

import (
	"context"
	"net/http"
	"time"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/handoff"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/stat"
	"github.com/eslabon/eslabon/internal/web/handoffs"
	"github.com/eslabon/eslabon/internal/web/ui"
)

// course adds how the link went over time: its shares week by week or, if the
// address asks for it, the times of its latest deliveries.
func (p pages) course(r *http.Request, a authz.Actor, v *linkView) error {
	ctx := r.Context()
	v.ByTime = r.URL.Query().Get("carta") == "tiempo" && !v.pushed()
	if !v.ByTime {
		v.Course = weekly(ctx, v, v.Figures.Course)
		return nil
	}
	s, err := p.Handoffs.Singles(ctx, a, v.ID)
	v.Course = singly(ctx, s)
	return err
}

func weekly(ctx context.Context, v *linkView, c handoff.Course) ui.ControlArgs {
	out := chartOf(ctx, c.Chart, i18n.Percent(ctx, c.Chart.Center))
	out.Top, out.TopWord = 1, i18n.Percent(ctx, 1)
	out.Heads = []ui.Head{
		{Label: i18n.T(ctx, "course.week")},
		{Label: i18n.T(ctx, "linkpage.first_time"), Number: true},
		{Label: i18n.T(ctx, "course.of"), Number: true},
		{Label: i18n.T(ctx, "course.said")},
	}
	for i, w := range c.Weeks {
		pt := pointOf(ctx, c.Chart, i)
		pt.Label = i18n.Day(ctx, onWall(ctx, w.Monday))
		pt.Value, pt.N = i18n.Percent(ctx, pt.At), i18n.T(ctx, "course.k_of_n", i18n.Args{"K": w.First.K, "N": w.First.N})
		pt.URL = URL(v.ID) + "/pases?ver=" + seeAccepted + "&semana=" + w.Monday.Format(time.DateOnly)
		out.Points = append(out.Points, pt)
	}
	return out
}

// onWall is the same date where the reader is: weeks begin in UTC.
func onWall(ctx context.Context, t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, i18n.Zone(ctx))
}

func singly(ctx context.Context, s handoff.Singles) ui.ControlArgs {
	out := chartOf(ctx, s.Chart, i18n.WorkTime(ctx, ui.Hours(s.Chart.Center)))
	out.Heads = []ui.Head{{Label: i18n.T(ctx, "course.handoff")}, {Label: i18n.T(ctx, "course.time"), Number: true}, {Label: i18n.T(ctx, "course.said")}}
	most := 0.0
	for i, n := range s.Numbers {
		pt := pointOf(ctx, s.Chart, i)
		pt.Label = i18n.T(ctx, "linkpage.number", i18n.Args{"Number": n}) + " · " + i18n.Day(ctx, s.At[i].Time)
		pt.Value, pt.URL = i18n.WorkTime(ctx, ui.Hours(pt.At)), handoffs.URL(n)
		most = max(most, pt.At, pt.High)
		out.Points = append(out.Points, pt)
	}
	out.Top = ui.NiceTop(most)
	out.TopWord = i18n.WorkTime(ctx, ui.Hours(out.Top))
	return out
}

// chartOf says what a chart finds, and by which limits.
func chartOf(ctx context.Context, c stat.Chart, center string) ui.ControlArgs {
	out := ui.ControlArgs{Center: c.Center, Limits: c.Kind != stat.Run, Empty: i18n.T(ctx, "course.none")}
	args := i18n.Args{"Center": center, "N": len(c.Points)}
	beyond, side := 0, 0
	for _, p := range c.Points {
		if p.Signal&stat.Beyond != 0 {
			beyond++
		}
		if p.Signal&stat.Side != 0 {
			side++
		}
	}
	switch {
	case len(c.Points) < 2:
		out.Title = i18n.T(ctx, "course.none")
		return out
	case beyond > 0:
		out.Title = i18n.T(ctx, "course.beyond", i18n.Args{"N": beyond})
	case side > 0:
		out.Title = i18n.T(ctx, "course.side")
	case c.Kind == stat.Run:
		out.Title = i18n.T(ctx, "course.run", args)
	default:
		out.Title = i18n.T(ctx, "course.steady", args)
	}
	out.About = i18n.T(ctx, "course.about."+string(c.Kind), args)
	return out
}

func pointOf(ctx context.Context, c stat.Chart, i int) ui.ControlPoint {
	p := c.Points[i]
	out := ui.ControlPoint{At: p.Value, Low: p.Low, High: p.High, Beyond: p.Signal&stat.Beyond != 0, Side: p.Signal&stat.Side != 0}
	switch {
	case out.Beyond:
		out.Word = i18n.T(ctx, "course.word.beyond")
	case out.Side:
		out.Word = i18n.T(ctx, "course.word.side")
	}
	return out
}
