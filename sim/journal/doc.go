// Package journal is what happened in a run: one entry a happening, each with its cause, written one JSON
// object a line. The simulator and the live driver write it, and every figure and picture is computed from
// it alone.
//
// A Writer writes entries, and a Decoder reads them again, a line at a time; whoever reads a whole journal
// says what order and which gaps it puts up with. A Fold turns entries into the figures of summary.json, one
// at a time, so that a run can be asked for its figures at any instant.
//
// The manual of the format is docs/journal.md.
package journal
