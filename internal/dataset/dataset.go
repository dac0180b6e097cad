// Package dataset keeps event logs that were brought in from elsewhere, learns
// from people what their columns mean, and shows the chain that is in them.
package dataset

import (
	"slices"

	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/i18n"
	"github.com/eslabon/eslabon/internal/id"
)

// State is where a dataset stands.
type State string

// The states of a dataset.
const (
	Arriving State = "arriving" // its file is being stored; nobody sees it yet
	Waiting  State = "waiting"  // to be looked at
	Asking   State = "asking"   // for what its columns mean
	Queued   State = "queued"   // to be analysed
	Ready    State = "ready"
	Failed   State = "failed" // see Problem; another mapping may help
)

// next is the whole life of a dataset.
var next = map[State][]State{
	Arriving: {Waiting},
	Waiting:  {Asking, Failed},
	Asking:   {Queued},
	Queued:   {Queued, Ready, Failed},
	Ready:    {Queued},
	Failed:   {Queued},
}

// may reports whether a dataset may go from s to.
func (s State) may(to State) bool { return slices.Contains(next[s], to) }

// Busy reports whether the program works on it.
func (s State) Busy() bool { return s == Arriving || s == Waiting || s == Queued }

// Dataset is one event log.
type Dataset struct {
	ID        id.Dataset
	Name      string
	File      string // name of the file that it came in
	Size      int64  // bytes of the file
	SHA256    string
	Parts     int
	State     State
	Version   int64    // grows with every mapping
	Done      int      // of the work under way, in percent
	Problem   *Problem // why it failed
	Preview   Preview
	Mapping   Mapping
	Cases     int // analysed
	Events    int
	Everybody bool // the whole company may see it
	AddedBy   id.Person
	AddedAt   db.Time
	MappedBy  id.Person
	ReadyAt   db.Time

	AddedName string // filled by what reads it to show it
	Mine      bool   // the reader may change it
}

// Problem is why a file could not be read or analysed, as a sentence of the
// catalogue, and where.
type Problem struct {
	Key   string         `json:"key"`
	Args  map[string]any `json:"args,omitempty"`
	Line  int64          `json:"line,omitempty"`
	Field string         `json:"field,omitempty"`
}

// Sentence is the key of what people read of the problem.
func (p Problem) Sentence() string {
	if i18n.Has(p.Key) {
		return p.Key
	}
	return "dataset.err.unreadable"
}

// Saved is a mapping that has a name, to be used for the next file.
type Saved struct {
	ID      id.Mapping
	Name    string
	Mapping Mapping
	SavedAt db.Time
}

// MostMB is how large a file may be. Packed, it holds ten times as much.
const MostMB = 100

const (
	mostBytes = MostMB << 20
	mostName  = 120
	mostList  = 500 // datasets of a company, and saved mappings
)
