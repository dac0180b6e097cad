package handoff

import (
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/id"
)

// Kept is one figure of the promises, as lists filter by it.
type Kept string

// The figures whose handoffs a list may show.
const (
	KeptInTime  Kept = "in_time" // delivered, or passed on, in time
	KeptLate    Kept = "late"
	TakenInTime Kept = "taken_in_time"
	TakenLate   Kept = "taken_late"
	KeptRework  Kept = "rework"
	KeptAuto    Kept = "auto"
	KeptDropped Kept = "dropped"
)

// legs are our own conditions on the legs of a figure.
var legs = map[Kept]string{
	KeptInTime:  `l.counts_as IN ('own', 'passed') AND l.result = 'met'`,
	KeptLate:    `l.counts_as IN ('own', 'passed') AND l.result = 'missed'`,
	TakenInTime: `l.counts_as IN ('own', 'passed') AND l.take_result = 'met'`,
	TakenLate:   `l.counts_as IN ('own', 'passed') AND l.take_result = 'missed'`,
	KeptRework:  `l.counts_as = 'rework'`,
	KeptAuto:    `l.counts_as = 'auto'`,
	KeptDropped: `l.counts_as = 'dropped'`,
}

// Behind says which legs a list shows the handoffs of.
type Behind struct {
	Kept  Kept
	Whose Whose
	Since time.Time // ended since then
	Until time.Time // and before then, if that is not zero
}

func (b Behind) cond(c id.Company) (text string, args []any) {
	of, args := b.Whose.on("l")
	when := span{since: db.At(b.Since)}
	if !b.Until.IsZero() {
		when.before = db.At(b.Until)
	}
	ended, moments := when.on("l")
	return ` AND h.id IN (SELECT l.handoff FROM handoff_leg l WHERE l.company = ?` + of + ended + ` AND ` +
		legs[b.Kept] + `)`, append(prepend(args, c), moments...)
}
