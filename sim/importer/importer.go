// Package importer turns real incident histories into timeline files.
//
// Each format has one reader, which yields Records: what the source tells, with the candidates for
// a start and an end already chosen. The shared part judges every Record by stated rules, so that
// each becomes exactly one window or exactly one note, and writes the windows as a timeline.
// docs/import.md is the manual; the rules have their IDs in rules.go.
package importer

import (
	"bytes"
	"fmt"
	"io"
	"time"
)

// MaxBytes is the largest input that Import reads, 256 MiB.
const MaxBytes = 256 << 20

// Options adjust an import. The zero value detects the format, keeps the whole period and writes
// a workload of its own.
type Options struct {
	// Format is a name of Formats, or "" to detect it from the content.
	Format string
	// Application names the application that fails. Default: that of the workload when it has only
	// one, else the page's name, else the file's.
	Application string
	// Workload is a timeline file that lends everything but its name, period, events and
	// expectations; nil writes a small workload. WorkloadFile is its path, for messages.
	Workload     []byte
	WorkloadFile string
	// From and To cut the period [From, To); a zero instant does not cut.
	From, To time.Time
	// AsOf ends what the source leaves open (I-OPEN); when zero, open records are listed.
	AsOf time.Time
	// Status maps the source's severity words (and a CSV's causes) to faults, on top of the default
	// table: "partial_outage": "down:timeout". ParseFault tells the spelling.
	Status map[string]string
	// Components maps component names to resources, on top of the default (lower case, dashes).
	// "*" is the whole application, "" not used.
	Components map[string]string
	// Name is the timeline's name; default: the page's name and the period.
	Name string
	// Source is where the history comes from, for the comment on top; default: the page's address.
	Source string
}

// Result is an import that succeeded. Records == Windows + len(Listed) always holds.
type Result struct {
	Format   string // of Formats, as forced or detected
	Timeline []byte // YAML, ready for replay
	Records  int    // in the source
	Windows  int    // made of them, before the union
	Events   int    // written, after the union of windows that overlap or touch
	Listed   []Note // records that became no window, in order of the source
	Adjusted []Note // records that became a window by a stated rule; one record may have several
	Remarks  []string
}

// Note says which rule met a record, and why.
type Note struct {
	Rule   Rule   `json:"rule"`
	ID     string `json:"id,omitempty"`
	Name   string `json:"name,omitempty"` // of the incident or component, as the source words it
	Where  string `json:"where"`          // "line 7" or "incidents[3]"
	Reason string `json:"reason"`
}

// Import reads an incident history and writes it as a timeline file. file is the path as the user
// gave it, for messages and default names. Errors name the file and, where known, line and column.
func Import(file string, r io.Reader, opt Options) (*Result, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%s: larger than 256 MiB (import it in parts)", file)
	}
	if !opt.From.IsZero() && !opt.To.IsZero() && !opt.From.Before(opt.To) {
		return nil, fmt.Errorf("the period from %s to %s is empty (want from before to)",
			opt.From.Format(time.RFC3339), opt.To.Format(time.RFC3339))
	}
	data = decodeText(data)
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, fmt.Errorf("%s: empty: a snapshot that failed tells nothing, "+
			"neither up nor down (want an incident history)", file)
	}
	table, err := newFaultTable(opt.Status)
	if err != nil {
		return nil, err
	}
	work, err := lendWorkload(opt)
	if err != nil {
		return nil, err
	}
	f, h, err := read(source{file: file, data: data}, opt.Format)
	if err != nil {
		return nil, err
	}
	return assemble(file, f.name, settle(h, table, opt), work)
}
