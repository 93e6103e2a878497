// Package journal is what happened in a run: one entry a happening, each with its cause, written one JSON
// object a line. The simulator and the live driver write it, and every figure and picture is computed from
// it alone.
//
// A Writer writes entries and Read streams them back, refusing what is no journal. A Fold turns entries
// into the figures of summary.json, one at a time, so that a run can be asked for its figures at any
// instant; Summarize does the same from a file. Chain follows the causes of an entry back to its root.
//
// The manual of the format is docs/journal.md.
package journal
