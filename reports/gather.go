package reports

import "github.com/outagedrill/outagedrill/sim/journal"

// Gatherer makes a Journal of a run's entries as they are told, without their lines being written and read.
type Gatherer struct{ l *loader }

// NewGatherer makes one that has been told nothing.
func NewGatherer() *Gatherer { return &Gatherer{newLoader()} }

// Add takes the next entry, which may change after the call. What is no journal is an error, as with Load.
func (g *Gatherer) Add(e *journal.Entry) error {
	if !isBulk(e) {
		e = e.Clone()
	}
	_, err := g.l.take(e, 0)
	return err
}

// Journal is what was told. Nothing may be added afterwards.
func (g *Gatherer) Journal() (*Journal, error) { return g.l.journal() }
