package whatif

import "github.com/outagedrill/outagedrill/sim/journal"

// Witness looks at the entries of a run and keeps the numbers of those on which advice may rest.
type Witness struct {
	disabled  map[string]int64 // first disablement by the platform, by job
	offline   map[string]int64 // last time offline, by connection
	opened    map[string]int64 // first intermittent errors, by flow
	lost      map[string]int64 // first loss, by flow or job
	published map[moment]int64 // what a status page told, by application
	delivered map[journal.Time]int64
}

// moment is an instant of one application.
type moment struct {
	application string
	at          journal.Time
}

// NewWitness returns a Witness that has seen nothing.
func NewWitness() *Witness {
	return &Witness{
		disabled: map[string]int64{}, offline: map[string]int64{}, opened: map[string]int64{},
		lost: map[string]int64{}, published: map[moment]int64{}, delivered: map[journal.Time]int64{},
	}
}

// See takes the next entry.
func (w *Witness) See(e *journal.Entry) {
	switch e.Kind {
	case journal.JobDisabled:
		if e.By == "platform" {
			first(w.disabled, e.Job, e.Seq)
		}
	case journal.ConnectionOffline:
		w.offline[e.Connection] = e.Seq
	case journal.ErrorOpened:
		if e.ErrorClass == "intermittent" {
			first(w.opened, e.Flow, e.Seq)
		}
	case journal.RecordLost:
		first(w.lost, e.Flow+e.Job, e.Seq)
	case journal.StatusPublished:
		if e.State == "open" {
			first(w.published, moment{e.Application, e.At}, e.Seq)
		}
	case journal.NotificationDelivered:
		if len(e.To) > 0 {
			first(w.delivered, e.At, e.Seq)
		}
	default: // no advice rests on it
	}
}

func first[K comparable](seqs map[K]int64, key K, seq int64) {
	if seqs[key] == 0 {
		seqs[key] = seq
	}
}
