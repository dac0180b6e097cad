package demo

import (
	"context"
	"encoding/csv"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/eslabon/eslabon/internal/chain"
	"github.com/eslabon/eslabon/internal/dataset"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/i18n"
)

// samples are what the program that the company used for its samples wrote down:
// each is drawn, its pattern is made, it is sewn and looked at. Patterns go back
// to who drew them far too often, and samples wait for who sews them.
type samples struct {
	teller
	ctx  context.Context //nolint:containedctx // for the words of one file
	zone *time.Location
	out  *csv.Writer
	name string
	t    time.Time
	err  error
}

const (
	samplesMade   = 300
	samplesBack   = 0.45 // of the patterns
	samplesMonths = 3
)

// record brings a log of that program in, unless somebody brought one.
func (h *house) record(ctx context.Context, d *db.DB, now time.Time) error {
	owner, err := h.actor(ctx, d, "carmen")
	if err != nil {
		return err
	}
	service := dataset.New(d)
	if has, err := service.List(ctx, owner); err != nil || len(has) > 0 {
		return err
	}
	ctx = i18n.With(ctx, h.lang)
	file, err := h.samples(ctx, now)
	if err != nil {
		return err
	}
	team := i18n.T(ctx, "demo.log.team")
	v, err := service.Upload(ctx, owner, dataset.Upload{
		Name: i18n.T(ctx, "demo.log"), File: i18n.T(ctx, "demo.log.file"), Content: strings.NewReader(file),
		Mapping: &dataset.Mapping{
			Case: i18n.T(ctx, "demo.log.case"), Activity: i18n.T(ctx, "demo.log.step"), Time: i18n.T(ctx, "demo.log.time"),
			Zone: zone, Dimensions: []string{team}, States: []dataset.StateRule{
				{Activity: i18n.T(ctx, "demo.log.queued"), State: string(chain.Arrive)},
				{Activity: i18n.T(ctx, "demo.log.taken"), State: string(chain.Accept)},
				{Activity: i18n.T(ctx, "demo.log.done"), State: string(chain.Done)},
			},
		},
	})
	if err != nil {
		return err
	}
	return service.Share(ctx, owner, v.ID, true, nil)
}

// samples returns the log as CSV: some months of it, up to now.
func (h *house) samples(ctx context.Context, now time.Time) (string, error) {
	var b strings.Builder
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return "", err
	}
	s := &samples{
		teller: teller{h, rand.New(rand.NewPCG(seed, samplesMade))}, //nolint:gosec // a story needs the same chance each time, not a secret one
		ctx:    ctx, zone: loc, out: csv.NewWriter(&b),
	}
	s.row("demo.log.case", "demo.log.team", "demo.log.step", "demo.log.time")
	first := now.AddDate(0, -samplesMonths-1, 0).Truncate(time.Hour)
	for i := range samplesMade {
		s.name = "M-" + strconv.Itoa(1001+i)
		s.t = first.Add(time.Duration(i) * samplesMonths * 30 * 24 * time.Hour / samplesMade)
		s.tell()
	}
	s.out.Flush()
	return b.String(), s.err
}

// tell writes the story of one sample.
func (s *samples) tell() {
	s.visit("demo.log.sales", 0.5, 0.5)
	s.visit("demo.log.design", 2, 5)
	s.visit("demo.log.pattern", 3, 3)
	for range 3 {
		if !s.chance(samplesBack) {
			break
		}
		s.visit("demo.log.design", 2, 2)
		s.visit("demo.log.pattern", 3, 2)
	}
	s.visit("demo.log.sewing", 26, 6)
	s.visit("demo.log.checking", 1.5, 1)
	if s.chance(0.1) {
		s.visit("demo.log.sewing", 14, 2)
		s.visit("demo.log.checking", 1.5, 1)
	}
	s.event("demo.log.sales", "demo.log.done")
}

// visit is one stay with a team, which waits and then works so many hours.
func (s *samples) visit(team string, wait, work float64) {
	s.event(team, "demo.log.queued")
	s.pass(wait)
	s.event(team, "demo.log.taken")
	s.pass(work)
}

// pass lets about so many working hours pass.
func (s *samples) pass(hours float64) {
	const spread = 0.6
	d := time.Duration(hours * math.Exp(spread*s.rng.NormFloat64()) * float64(time.Hour))
	t, err := s.h.cal.Add(s.t, max(time.Minute, d))
	if err != nil && s.err == nil {
		s.err = err
	}
	s.t = t
}

func (s *samples) event(team, step string) {
	s.write(s.name, i18n.T(s.ctx, team), i18n.T(s.ctx, step), s.t.In(s.zone).Format("2006-01-02 15:04:05"))
}

func (s *samples) row(keys ...string) {
	for i, k := range keys {
		keys[i] = i18n.T(s.ctx, k)
	}
	s.write(keys...)
}

func (s *samples) write(cells ...string) {
	if err := s.out.Write(cells); err != nil && s.err == nil {
		s.err = err
	}
}
