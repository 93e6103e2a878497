package engine

import (
	"encoding/json"
	"fmt"
)

// state is all that changes while the engine runs, DIS-16. Fields are exported for encoding/json
// only. What can be computed from Config is not here.
type state struct {
	Now         Time
	Environment string
	CallSeq     uint64 // of the last call sent
	MailSeq     int64  // of the last mail decided

	Conns []conn
	Flows []flow
	Jobs  []job
	Apps  []app
	Calls []call // slots; a call's slot is in the low bits of its ID
	Free  []int32

	Timers    timers
	Wakes     []int32 // calls that waited for a refresh which has ended
	Tests     []int32 // connections that the sweep of this instant still has to test
	Queue     []waiting
	Scan      bool    // something changed that may let a waiting run start
	Firsts    []int32 // jobs whose first poll after enable is due
	Starts    []start // calls that go out together and are still to start
	SweepAt   Time    // Never while nothing is offline
	SweptAt   Time    // the instant whose sweep is over
	SummaryAt Time    // Never while there is no news
	SummedAt  Time    // of the last summary

	Outbox []Mail // decided, not yet delivered
}

// waiting is a run in the queue, OUT-07.
type waiting struct {
	Frozen bool
	Entry  Time
	Flow   int32
}

// start is a poll of a parallel tick, or a page of a run that handles several at once, whose call is still
// to start.
type start struct {
	Task        task
	Owner, Slot int32
}

// State takes the engine's whole state out. It may be taken between any two steps.
func (e *Engine) State() ([]byte, error) {
	b, err := json.Marshal(&e.st)
	if err != nil {
		return nil, fmt.Errorf("engine state: %w", err)
	}
	return b, nil
}

// Restore makes an engine that continues as if the one whose State it was had never stopped. The
// Config must be the same.
func Restore(cfg Config, data []byte) (*Engine, error) {
	e, err := New(cfg)
	if err != nil {
		return nil, err
	}
	var st state
	if err := json.Unmarshal(data, &st); err != nil {
		return nil, fmt.Errorf("engine state: %w", err)
	}
	if len(st.Conns) != len(e.st.Conns) || len(st.Flows) != len(e.st.Flows) ||
		len(st.Jobs) != len(e.st.Jobs) || len(st.Apps) != len(e.st.Apps) {
		return nil, fmt.Errorf("engine state: it is of another configuration")
	}
	e.st = st
	return e, nil
}
