package chain

import (
	"strings"
	"unicode"
)

// State is what an event says of the work from then until the next event.
type State string

// The states. Accepted is whatever follows acceptance: accept, work and waiting
// for somebody outside.
const (
	Arrive       State = "arrive"        // it lies in the receiver's queue
	Accept       State = "accept"        // somebody has it, and does not work on it
	Work         State = "work"          // somebody works on it
	WaitExternal State = "wait_external" // it waits for somebody outside the chain
	Return       State = "return"        // it was sent back
	Done         State = "done"          // it is done, perhaps not yet closed
)

// States are all of them, in the order in which work meets them.
var States = []State{Arrive, Accept, Work, WaitExternal, Return, Done}

// accepted reports whether the receiver has the work in hand.
func (s State) accepted() bool { return s == Accept || s == Work || s == WaitExternal }

// StateRule gives the events with an activity, and with a lifecycle unless that
// is empty, a state. The first rule that fits counts.
type StateRule struct {
	Activity  string `json:"activity"`
	Lifecycle string `json:"lifecycle,omitempty"`
	State     State  `json:"state"`
}

func (r StateRule) fits(activity, lifecycle string) bool {
	return r.Activity == activity && (r.Lifecycle == "" || r.Lifecycle == lifecycle)
}

// transitions are the values of lifecycle:transition in the XES standard: they
// say how a step goes on, not how the case stands.
var transitions = map[string]bool{
	"schedule": true, "assign": true, "reassign": true, "start": true, "suspend": true, "resume": true, "complete": true,
	"withdraw": true, "autoskip": true, "manualskip": true, "ate_abort": true, "pi_abort": true, "unknown": true,
}

// stateWords are beginnings of words that tell a state, the surest first.
var stateWords = []struct {
	state State
	words []string
}{
	{Return, []string{"return", "reject", "reopen", "devuel", "rechaz", "reabier"}},
	{Done, []string{"complete", "resolv", "close", "cancel", "done", "finish", "resuel", "cerrad", "terminad", "finaliz"}},
	{Arrive, []string{"queue", "await", "cola", "encola", "recibid", "received", "submitted"}},
	{WaitExternal, []string{"wait", "hold", "pending", "suspend", "espera", "pendiente", "pausa"}},
	{Work, []string{"progress", "working", "curso", "proceso", "trabaj"}},
	{Accept, []string{"accept", "acknowledg", "aceptad", "tomad"}},
	{Arrive, []string{"assign", "asignad", "new", "nuev", "open", "abiert"}},
}

// GuessState returns the state that the words of an activity and its lifecycle
// suggest, or "" if none does. It is a guess to be shown, in Spanish and English.
func GuessState(activity, lifecycle string) State {
	if transitions[strings.ToLower(lifecycle)] {
		lifecycle = ""
	}
	words := strings.FieldsFunc(strings.ToLower(activity+" "+lifecycle), func(r rune) bool { return !unicode.IsLetter(r) })
	for _, s := range stateWords {
		for _, begin := range s.words {
			for _, w := range words {
				if strings.HasPrefix(w, begin) {
					return s.state
				}
			}
		}
	}
	return ""
}

// GuessStates returns a model for the steps of a log, or nil if what it would be
// is no model: it must know most of them, and without arriving and accepting
// there is no queue.
func GuessStates(steps []Step) []StateRule {
	var out []StateRule
	arrives, accepts := false, false
	for _, s := range steps {
		if g := GuessState(s.Activity, s.Lifecycle); g != "" {
			out = append(out, StateRule{s.Activity, s.Lifecycle, g})
			arrives, accepts = arrives || g == Arrive, accepts || g.accepted()
		}
	}
	if !arrives || !accepts || 2*len(out) < len(steps) {
		return nil
	}
	return out
}

// Step is an activity with a lifecycle, and the time that cases spend after it
// until their next event.
type Step struct {
	Activity  string `json:"activity"`
	Lifecycle string `json:"lifecycle,omitempty"`
	State     State  `json:"state,omitempty"` // by the model
	N         int    `json:"n"`
	Seconds   Float  `json:"s"`
	Share     Float  `json:"share"` // of the duration of all cases
}
