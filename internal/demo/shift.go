package demo

import (
	"context"
	"encoding/json"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/calendar"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/setting"
)

// shifted is who works two shifts while the workshop works one: machines break
// down at any hour.
const shifted = "mantenimiento"

// shift gives the example company its second working time.
func (h *house) shift(ctx context.Context, d *db.DB, owner authz.Actor) error {
	s := setting.New(d)
	there, err := s.Calendars(ctx, owner)
	if err != nil {
		return err
	}
	spec, err := calendar.Parse(h.company.Calendar)
	if err != nil {
		return err
	}
	var name string
	for _, p := range calendar.Patterns() {
		if p.Code == "two_shifts" {
			spec.Week, name = p.Week, i18n.T(i18n.With(ctx, h.lang), "demo.shift")
		}
	}
	text, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	c := setting.Calendar{Name: name, Spec: text}
	if len(there) > 0 { // an earlier run was broken off
		c = there[0]
	} else if c, err = s.AddCalendar(ctx, owner, c); err != nil {
		return err
	}
	return s.Assign(ctx, owner, h.nodes[shifted], c.ID)
}
