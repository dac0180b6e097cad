package report

import (
	"context"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/i18n"
)

// Sentence says a finding as one says it to a colleague.
func Sentence(ctx context.Context, f chain.Finding) string {
	w := words{ctx}
	return w.t("found."+f.Kind, i18n.Args{
		"Supplier": f.Supplier, "Customer": f.Customer, "Value": f.Value, "Count": w.n(f.N), "Times": w.n(f.K),
		"Share": w.share(f.Share), "Low": w.share(f.Low), "High": w.share(f.High),
		"Median": w.time(f.Median), "P90": w.time(f.P90), "Total": w.time(f.Total),
	})
}

// Question asks what a hint asks.
func Question(ctx context.Context, h chain.Hint) string {
	w := words{ctx}
	return w.t("hint."+h.Kind, i18n.Args{"Column": h.Column, "Value": h.Value, "Count": w.n(h.N), "N": h.N})
}
