package api

import (
	"encoding/base64"
	"slices"

	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// mostRows is the longest page.
const mostRows = 200

// page is one page of a list.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty" doc:"The cursor of the next page; left out on the last."`
}

// Paging is how a list is asked for.
type Paging struct {
	Cursor string `query:"cursor" doc:"Where the page before ended: its next."`
	Limit  int    `query:"limit" default:"50" doc:"The most items, 200 at most."`
}

// check notes what is wrong with the asking for a list whose cursors are ids.
func (p Paging) check(bad errs.Bad) {
	bad.Add(p.Limit > 0 && p.Limit <= mostRows, "limit", "api.err.limit")
	bad.Add(p.Cursor == "" || id.Valid(p.Cursor), "cursor", "api.err.cursor")
}

// pageOf returns a page of a list that was read one longer than it is shown.
func pageOf[T, B any](all []T, limit int, key func(T) string, show func(T) B) page[B] {
	b := page[B]{Items: each(all[:min(len(all), limit)], show)}
	if len(all) > limit {
		b.Next = key(all[limit-1])
	}
	return b
}

// cut returns one page of a list that was read whole. The lists that are, are
// those that people write by hand: nodes, people, services, links.
func cut[T, B any](all []T, p Paging, key func(T) string, show func(T) B) (*out[page[B]], error) {
	bad := errs.Bad{}
	bad.Add(p.Limit > 0 && p.Limit <= mostRows, "limit", "api.err.limit")
	begin := 0
	if p.Cursor != "" {
		last, err := base64.RawURLEncoding.DecodeString(p.Cursor)
		begin = 1 + slices.IndexFunc(all, func(v T) bool { return key(v) == string(last) })
		bad.Add(err == nil && begin > 0, "cursor", "api.err.cursor")
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	end := min(len(all), begin+p.Limit)
	b := page[B]{Items: each(all[begin:end], show)}
	if end < len(all) {
		b.Next = base64.RawURLEncoding.EncodeToString([]byte(key(all[end-1])))
	}
	return &out[page[B]]{b}, nil
}
