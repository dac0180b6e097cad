package trail

import (
	"io"
	"time"

	"github.com/eslabon/eslabon/internal/sheet"
)

// CaseColumn heads the column of the case in CSV.
const CaseColumn = "case:concept:name"

// csvLog is a table of events. A text that a spreadsheet would run as a formula
// gets an apostrophe before it.
type csvLog struct {
	*sheet.Writer
	keys []Key
	name string
}

func newCSV(to io.Writer, h Head) (*csvLog, error) {
	head := []string{CaseColumn, Name, Timestamp}
	for _, k := range h.Keys {
		head = append(head, k.Name)
	}
	w, err := sheet.NewWriter(to, sheet.CSV, time.UTC, head)
	return &csvLog{Writer: w, keys: h.Keys}, err
}

// Object satisfies [Writer].
func (c *csvLog) Object(Object) error { return nil }

// Case satisfies [Writer].
func (c *csvLog) Case(name string) error {
	c.name = name
	return nil
}

// Event satisfies [Writer].
func (c *csvLog) Event(e Event) error {
	row := []any{c.name, e.Activity, stamp(e.At)}
	i := 0
	for _, k := range c.keys {
		if i < len(e.Attrs) && e.Attrs[i].Key == k.Name {
			row = append(row, say(e.Attrs[i].Value))
			i++
			continue
		}
		row = append(row, nil)
	}
	return c.Row(row...)
}
