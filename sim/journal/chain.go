package journal

import (
	"cmp"
	"slices"
)

// Chain returns the seqs from an entry back to its root: seq itself, its cause, that one's cause and so on.
// The entries are in order of seq; where some are left out, the chain ends at the last cause that is there.
// It is empty if seq itself is not.
func Chain(entries []Entry, seq int64) []int64 {
	bySeq := func(e Entry, seq int64) int { return cmp.Compare(e.Seq, seq) }
	var chain []int64
	for {
		i, ok := slices.BinarySearchFunc(entries, seq, bySeq)
		if !ok {
			return chain
		}
		chain = append(chain, seq)
		cause := entries[i].Cause
		if cause == nil || *cause >= seq {
			return chain
		}
		seq = *cause
	}
}
