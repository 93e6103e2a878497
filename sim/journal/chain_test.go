package journal_test

import (
	"testing"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// TestChain explains entries of a story back to the fault that began it.
func TestChain(t *testing.T) {
	whole := story(1)
	byKind := map[journal.Kind]int64{}
	for _, e := range whole {
		byKind[e.Kind] = e.Seq
	}
	var withoutFailures []journal.Entry
	for _, e := range whole {
		if e.Kind != journal.CallsFailed {
			withoutFailures = append(withoutFailures, e)
		}
	}
	for _, c := range []struct {
		name    string
		entries []journal.Entry
		seq     int64
		want    string
	}{
		{"a root", whole, byKind[journal.FaultBegan], "[2]"},
		{"a paused flow", whole, byKind[journal.FlowPaused], "[5 4 3 2]"},
		{"a mail", whole, byKind[journal.NotificationDelivered], "[8 7 6 2]"},
		{"an entry left out of the list", withoutFailures, byKind[journal.FlowPaused], "[5 4]"},
		{"no such entry", whole, 1000, "[]"},
		{"no entries", nil, 1, "[]"},
	} {
		if got := seqs(journal.Chain(c.entries, c.seq)); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestChainEnds: a list that no reader lets through does not hang it.
func TestChainEnds(t *testing.T) {
	one, two := int64(1), int64(2)
	circle := []journal.Entry{{Seq: 1, Cause: &two}, {Seq: 2, Cause: &one}}
	if got := seqs(journal.Chain(circle, 2)); got != "[2 1]" {
		t.Errorf("%s, want [2 1]", got)
	}
}
