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

// Play is a road: it plays a timeline and hands out the journal. sim.Run is one, PlayLive another.
type Play func(ctx context.Context, tl *timeline.Timeline, opt sim.Options, sink func(*journal.Entry) error) (
	*journal.Summary, error)

// SameJournal plays a timeline on the simulator and on another road and tells where their journals part.
func SameJournal(ctx context.Context, tl *timeline.Timeline, opt sim.Options, road Play) error {
	want, err := written(ctx, tl, opt, sim.Run)
	if err != nil {
		return fmt.Errorf("on the simulator: %w", err)
	}
	got, err := written(ctx, tl, opt, road)
	if err != nil {
		return fmt.Errorf("on the other driver: %w", err)
	}
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
			return &Parting{Line: i + 1, Sim: a[i], Other: other}
		}
	}
	return &Parting{Line: len(a), Sim: "nothing\n", Other: b[len(a)-1]}
}

// Parting is where two journals of one timeline part.
type Parting struct {
	Line       int // of the journal, from 1
	Sim, Other string
}

func (p *Parting) Error() string {
	const form = "T-02: the journals part at line %d\nsimulator:    %sother driver: %s"
	return fmt.Sprintf(form, p.Line, p.Sim, p.Other)
}

func written(ctx context.Context, tl *timeline.Timeline, opt sim.Options, play Play) ([]byte, error) {
	var text []byte
	_, err := play(ctx, tl, opt, func(e *journal.Entry) error {
		text = append(e.AppendJSON(text), '\n')
		return nil
	})
	return text, err
}
