// Package setting keeps what a company decides about itself: its name, its
// language and place, its working time.
package setting

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// Company is one company of this installation.
type Company struct {
	ID         id.Company
	Name       string
	Lang       string // "es" or "en"
	Country    string // ISO 3166-1, two letters, or empty
	Zone       string // IANA, "America/Mexico_City"
	Trade      string // the template it began with, or empty
	Calendar   json.RawMessage
	AcceptDays int // working days that a delivery may wait for somebody to look at it
	FoundedAt  db.Time
}

// Location returns the time zone of the company.
func (c Company) Location() *time.Location {
	if l, ok := zones.Load(c.Zone); ok {
		return l.(*time.Location)
	}
	l, err := time.LoadLocation(c.Zone)
	if err != nil {
		return time.UTC // checked when it was saved; the zone data may have changed since
	}
	zones.Store(c.Zone, l)
	return l
}

// zones keeps the time zones that were loaded: each is read from a file.
var zones sync.Map

const (
	mostName       = 120
	mostAcceptDays = 60
)

func (c Company) check() errs.Bad {
	bad := errs.Bad{}
	bad.Required("name", c.Name)
	bad.Text("name", c.Name, mostName)
	bad.Add(slices.Contains(i18n.Langs, c.Lang), "lang", "err.unknown")
	bad.Add(c.Country == "" || isCountry(c.Country), "country", "err.unknown")
	_, err := time.LoadLocation(c.Zone)
	bad.Add(err == nil && c.Zone != "" && c.Zone != "Local", "zone", "setting.err.zone")
	bad.Add(c.AcceptDays > 0 && c.AcceptDays <= mostAcceptDays, "accept_days", "setting.err.accept_days")
	return bad
}

func isCountry(s string) bool {
	return len(s) == 2 && strings.ToUpper(s) == s && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}
