package ui

import (
	"maps"
	"net/url"
)

// PagerOf leads on from a page of a list whose address is at with the query q;
// next is the cursor of the page after it, empty on the last.
func PagerOf(at string, q url.Values, next string) PagerArgs {
	const cursor = "desde"
	var out PagerArgs
	with := func(value string) string {
		c := maps.Clone(q)
		if c.Del(cursor); value != "" {
			c.Set(cursor, value)
		}
		if len(c) == 0 {
			return at
		}
		return at + "?" + c.Encode()
	}
	if next != "" {
		out.Next = with(next)
	}
	if q.Get(cursor) != "" {
		out.First = with("")
	}
	return out
}
