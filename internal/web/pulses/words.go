package pulses

import (
	"context"
	"math"
	"strconv"

	"github.com/eslabon/eslabon/internal/anon"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/pulse"
)

func question(ctx context.Context, code string) string {
	i, _ := pulse.Find(code)
	return i18n.T(ctx, i.Key())
}

// figure is how a result is said.
type figure struct {
	says  string // the figure with its meaning, or why there is none
	short string // the figure alone, for a table
	sure  string // its interval and n
	split string // how many of each class
	why   string // why it is hidden
	trend pulse.Trend
	same  bool // there was one before, and chance may be all that moved it
}

var classWords = []string{"against", "between", "favour"}

// figureOf says what may be shown of a result among so many who were asked.
func figureOf(ctx context.Context, r pulse.Result, asked int) figure {
	item, _ := pulse.Find(r.Item)
	scale := "pulsepage." + string(item.Scale)
	n := i18n.Args{"N": r.N, "Count": r.N}
	if r.Verdict == pulse.Hidden {
		return figure{says: i18n.T(ctx, "pulsepage.hidden"), short: "–", why: i18n.T(ctx, whyKey(r.Why))}
	}
	sure := i18n.T(ctx, "pulsepage.n", n)
	if item.Scale == pulse.Words || len(r.Classes) != pulse.Classes {
		return figure{says: sure, short: sure}
	}
	if r.Verdict == pulse.Band {
		for i, c := range r.Classes {
			if c > 0 {
				return figure{
					says: i18n.T(ctx, scale+".band."+classWords[i]), short: i18n.T(ctx, "pulsepage.band_short."+classWords[i]), sure: sure,
				}
			}
		}
	}
	f := figure{trend: r.Trend(), same: r.Before != nil && r.Before.Verdict == pulse.Shown && r.Trend() == pulse.Same}
	f.split = i18n.T(ctx, scale+".split", i18n.Args{"Against": r.Classes[0], "Between": r.Classes[1], "Favour": r.Classes[2]})
	if item.Scale == pulse.Score {
		net, in := r.Net(asked)
		f.short = signed(net)
		f.sure = i18n.T(ctx, "pulsepage.between", i18n.Args{"Low": signed(in.Low), "High": signed(in.High), "N": r.N, "Count": r.N})
	} else {
		share := r.Favour()
		f.short = i18n.Percent(ctx, share.Value())
		f.sure = i18n.T(ctx, "pulsepage.between", i18n.Args{
			"Low": i18n.Percent(ctx, share.Low), "High": i18n.Percent(ctx, share.High), "N": r.N, "Count": r.N,
		})
	}
	f.says = i18n.T(ctx, scale+".says", i18n.Args{"Figure": f.short})
	return f
}

func whyKey(w anon.Why) string {
	if w == anon.None {
		w = anon.TooFew
	}
	return "pulsepage.why." + string(w)
}

// signed writes a score as people do: "+23", "−5", "0".
func signed(f float64) string {
	n := int(math.Round(f))
	switch {
	case n > 0:
		return "+" + strconv.Itoa(n)
	case n < 0:
		return "−" + strconv.Itoa(-n)
	}
	return "0"
}

func isWords(code string) bool {
	i, _ := pulse.Find(code)
	return i.Scale == pulse.Words
}
