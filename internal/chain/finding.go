package chain

// Finding is one thing that matters, to be said in a sentence. What it needs
// depends on its kind; the rest is empty or unknown.
type Finding struct {
	Kind      string `json:"kind"`
	Dimension string `json:"dimension,omitempty"`
	Supplier  string `json:"supplier,omitempty"`
	Customer  string `json:"customer,omitempty"`
	Value     string `json:"value,omitempty"` // post, or activity
	N         int    `json:"n"`               // of so many
	K         int    `json:"k"`               // so many
	Share     Float  `json:"share"`           // K ÷ N, or of the cases, with its 95 % interval
	Low       Float  `json:"low"`
	High      Float  `json:"high"`
	Median    Float  `json:"median_s"`
	P90       Float  `json:"p90_s"`
	Total     Float  `json:"total_s"`
}

// newFinding is one of which no more than the kind is known yet.
func newFinding(kind string) Finding {
	return Finding{Kind: kind, Share: unknown, Low: unknown, High: unknown, Median: unknown, P90: unknown, Total: unknown}
}

// The kinds of findings.
const (
	FoundReturn  = "return"  // K of N handovers of a link come straight back
	FoundQueue   = "queue"   // N handovers wait at Value until they are accepted
	FoundGap     = "gap"     // N handovers of a link take the sender so long
	FoundAbsence = "absence" // K of N cases pass Value
	FoundRework  = "rework"  // in K of N cases the activity Value is done again
	FoundWaiting = "outside" // cases spend this share waiting for somebody outside
)

// fewest is how many handovers a link must have to be a finding.
const fewest = 20

// found looks for what matters, and cuts the rows of links and posts to most
// then, if that is not 0.
func (r *Result) found(most int) {
	for i := range r.Dimensions {
		d := &r.Dimensions[i]
		d.found = d.lookThrough()
		if most > 0 {
			d.Links, d.Posts = head(d.Links, most), head(d.Posts, most)
		}
	}
	r.Findings = r.FindingsIn(0)
	for i := 1; i < len(r.Dimensions) && r.Dimensions[i-1].Handovers.N == 0; i++ {
		r.Findings = r.FindingsIn(i)
	}
}

// FindingsIn picks at most three findings of a dimension of the result, and of its
// steps: what comes back, where it waits, on whom it depends; where one of these
// is not there, what is done twice, and what waits outside. Result.Findings are
// those of the first dimension in which work passes on.
func (r *Result) FindingsIn(dimension int) []Finding {
	out := []Finding{}
	if dimension < len(r.Dimensions) {
		out = append(out, r.Dimensions[dimension].found...)
	}
	if f, ok := mostReworked(r); ok {
		out = append(out, f)
	}
	if share, ok := r.Flow.Shares[WaitExternal]; ok && share > 0 {
		f := newFinding(FoundWaiting)
		f.Share, f.N = share, r.Cases
		out = append(out, f)
	}
	return head(out, 3)
}

// lookThrough finds what matters in a dimension in which work passes on.
func (d *Dimension) lookThrough() (out []Finding) {
	if d.Handovers.N == 0 {
		return nil
	}
	for _, look := range []func(*Dimension) (Finding, bool){worstReturn, longestWait, mostNeeded} {
		if f, ok := look(d); ok {
			out = append(out, f)
		}
	}
	return out
}

// worstReturn is the link with the most returns that are surely there: n times
// the lower bound of their share.
func worstReturn(d *Dimension) (f Finding, ok bool) {
	worst := Float(0)
	for i := range d.Links {
		l := &d.Links[i]
		if sure := Float(l.N) * (1 - l.FTRNextHigh); l.N >= fewest && l.ReturnedNext > 0 && sure > worst {
			worst = sure
			f = newFinding(FoundReturn)
			f.Dimension, f.Supplier, f.Customer, f.N, f.K = d.Name, l.Supplier, l.Customer, l.N, l.ReturnedNext
			f.Share, f.Low, f.High = 1-l.FTRNext, 1-l.FTRNextHigh, 1-l.FTRNextLow
		}
	}
	return f, worst > 0
}

// longestWait is the receiver whose queue costs the most time in all, or without
// a state model the link on which the sender takes the most.
func longestWait(d *Dimension) (f Finding, ok bool) {
	most := Float(0)
	for i := range d.Posts {
		p := &d.Posts[i]
		if total := p.Queue.Mean * Float(p.Queue.N); p.Queue.N >= fewest && p.Queue.P90 > 0 && total > most {
			most = total
			f = newFinding(FoundQueue)
			f.Dimension, f.Value, f.N, f.Median, f.P90, f.Total = d.Name, p.Value, p.Queue.N, p.Queue.Median, p.Queue.P90, total
		}
	}
	if most > 0 {
		return f, true
	}
	for i := range d.Links {
		l := &d.Links[i]
		if total := l.Gap.Mean * Float(l.N); l.N >= fewest && l.Gap.P90 > 0 && total > most {
			most = total
			f = newFinding(FoundGap)
			f.Dimension, f.Supplier, f.Customer, f.N = d.Name, l.Supplier, l.Customer, l.N
			f.Median, f.P90, f.Total = l.Gap.Median, l.Gap.P90, total
		}
	}
	return f, most > 0
}

// mostNeeded is the value that most cases pass. Among fewer than three it would
// say nothing.
func mostNeeded(d *Dimension) (f Finding, ok bool) {
	f = newFinding(FoundAbsence)
	for i := range d.Posts {
		if p := &d.Posts[i]; p.Cases > f.K {
			f.Dimension, f.Value, f.K, f.Share = d.Name, p.Value, p.Cases, p.CaseShare
		}
	}
	for _, n := range d.Handovers.PerCase {
		f.N += n
	}
	return f, d.Values > 2 && f.K > 0
}

func mostReworked(r *Result) (f Finding, ok bool) {
	if len(r.Activity.Rework.CasesPerActivity) == 0 {
		return f, false
	}
	a := r.Activity.Rework.CasesPerActivity[0]
	f = newFinding(FoundRework)
	f.Value, f.K, f.N, f.Share = a.Name, a.N, r.Cases, ratio(int64(a.N), int64(r.Cases))
	return f, true
}
