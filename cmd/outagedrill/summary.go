package main

import (
	"encoding/json"
	"io"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// writeSummary writes summary.json.
func writeSummary(w io.Writer, s *journal.Summary) error { return writeJSON(w, s) }

// writeJSON writes a value for programs and people: indented, nothing escaped that need not be.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// writeSummaries writes what --json prints: the summary of one, an array for several.
func writeSummaries(w io.Writer, summaries []*journal.Summary, several bool) error {
	if !several {
		if len(summaries) == 0 {
			return nil
		}
		return writeSummary(w, summaries[0])
	}
	return writeJSON(w, summaries)
}
