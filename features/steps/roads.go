package steps

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// SameJournal plays a timeline on the simulator and on another driver and tells where their journals part.
// It is for tests of the roads, as all in this file is.
func SameJournal(ctx context.Context, tl *timeline.Timeline, opt sim.Options, d Driver) error {
	want, err := Simulator().Journal(ctx, tl, opt)
	if err != nil {
		return fmt.Errorf("on the simulator: %w", err)
	}
	got, err := d.Journal(ctx, tl, opt)
	if err != nil {
		return fmt.Errorf("on %s: %w", d.Name, err)
	}
	return Compare(want, got, d.Name)
}

// Compare compares the simulator's journal with another driver's. The error is a *Parting.
func Compare(want, got []byte, driver string) error {
	if bytes.Equal(want, got) {
		return nil
	}
	a, b := strings.SplitAfter(string(want), "\n"), strings.SplitAfter(string(got), "\n")
	for i := range a {
		if i >= len(b) || a[i] != b[i] {
			other := "nothing\n"
			if i < len(b) && b[i] != "" {
				other = b[i]
			}
			return &Parting{Line: i + 1, Sim: a[i], Driver: driver, Other: other}
		}
	}
	return &Parting{Line: len(a), Sim: "nothing\n", Driver: driver, Other: b[len(a)-1]}
}

// Parting is where two journals of one timeline part.
type Parting struct {
	Line   int // of the journal, from 1
	Driver string
	Sim    string // the simulator's line
	Other  string // the driver's
}

func (p *Parting) Error() string {
	const form = "T-02: the journals part at line %d\nsim:  %s%-5s %s"
	return fmt.Sprintf(form, p.Line, p.Sim, p.Driver+":", p.Other)
}

// Journal plays a timeline and returns its journal.
func (d Driver) Journal(ctx context.Context, tl *timeline.Timeline, opt sim.Options) ([]byte, error) {
	var text []byte
	_, err := d.Play(ctx, tl, opt, func(e *journal.Entry) error {
		text = append(e.AppendJSON(text), '\n')
		return nil
	})
	return text, err
}
