package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// formatNow is the version of the data that is written and read.
const formatNow = 1

// writeJSON writes the suite itself.
func writeJSON(b *bytes.Buffer, s *Suite) error { return indented(b, s) }

// asRead is a copy of the suite as reading it gives it: its scenarios in the order of the selection, U+FFFD
// for bytes that are no UTF-8. Results that went through a file and those that did not are written alike.
func asRead(s *Suite) (*Suite, error) {
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	out := &Suite{}
	if err := json.Unmarshal(text, out); err != nil {
		return nil, err
	}
	all := make([]Scenario, 0, len(out.Scenarios))
	for _, sc := range out.ordered() {
		if sc.Steps == nil {
			sc.Steps = []Step{}
		}
		all = append(all, *sc)
	}
	out.Scenarios, out.History = all, s.History
	return out, nil
}

// Read reads the format json. It takes nothing that it does not know or that cannot be the result of a run;
// errors say the line where the JSON itself is broken.
func Read(r io.Reader) (*Suite, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var s Suite
	if err := d.Decode(&s); err != nil {
		return nil, notResults(text, err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("line %d: more after the end of the results", lineAt(text, d.InputOffset()))
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return &s, nil
}

// notResults words an error of the decoder, with its line where that is known.
func notResults(text []byte, err error) error {
	const want = "(want the results of a test run, as --format json writes them)"
	if broken, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("line %d: %w %s", lineAt(text, broken.Offset), err, want)
	}
	if of, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("line %d: %s is a %s %s", lineAt(text, of.Offset), of.Field, of.Value, want)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("line %d: the results end too soon %s", lineAt(text, int64(len(text))), want)
	}
	return fmt.Errorf("%s %s", strings.TrimPrefix(err.Error(), "json: "), want)
}

func lineAt(text []byte, offset int64) int {
	return 1 + bytes.Count(text[:min(offset, int64(len(text)))], []byte("\n"))
}

// check refuses what no run can come to.
func (s *Suite) check() error {
	switch {
	case s.Format != formatNow:
		return fmt.Errorf("the results are of format %d (want %d)", s.Format, formatNow)
	case s.Repeat < 1:
		return fmt.Errorf("repeat is %d (want 1 or more)", s.Repeat)
	case s.Selected < 0 || s.Selected > s.Found:
		return fmt.Errorf("%d scenarios of %d are selected", s.Selected, s.Found)
	}
	if d := s.Shard; d != nil && (d.Of < 1 || d.Index < 1 || d.Index > d.Of || d.Plan == "") {
		return fmt.Errorf("the results are of shard %d/%d, plan %q (want 1/N to N/N, and a plan)",
			d.Index, d.Of, d.Plan)
	}
	seen := map[place]bool{}
	for i := range s.Scenarios {
		sc := &s.Scenarios[i]
		if err := s.checkScenario(sc); err != nil {
			return fmt.Errorf("scenario %s: %w", sc.at(), err)
		}
		if seen[sc.place()] {
			return fmt.Errorf("scenario %s: %s is there twice", sc.at(), sc.place())
		}
		seen[sc.place()] = true
	}
	return nil
}

func (s *Suite) checkScenario(sc *Scenario) error {
	switch {
	case sc.Position < 0:
		return fmt.Errorf("its position is %d (want 0 or more)", sc.Position)
	case sc.Attempt < 1 || sc.Attempt > s.Repeat:
		return fmt.Errorf("its attempt is %d (want 1 to %d)", sc.Attempt, s.Repeat)
	case !sc.Status.known():
		return fmt.Errorf("its status is %q (want %s)", sc.Status, statusWords)
	}
	if sc.Strip != nil {
		if err := sc.Strip.Check(); err != nil {
			return err
		}
	}
	for i := range sc.Steps {
		step := &sc.Steps[i]
		if !step.Status.known() {
			return fmt.Errorf("its step %d has status %q (want %s)", i+1, step.Status, statusWords)
		}
		if step.Failure != nil && !step.Failure.Cause.known() {
			return fmt.Errorf("its step %d has cause %q (want %s, %s or none)",
				i+1, step.Failure.Cause, CauseInvariant, CauseFault)
		}
	}
	return nil
}

const statusWords = "passed, failed, undefined, ambiguous or skipped"

func (s Status) known() bool {
	return slices.Contains([]Status{Passed, Failed, Undefined, Ambiguous, Skipped}, s)
}

func (c Cause) known() bool { return c == CauseStep || c == CauseInvariant || c == CauseFault }

// place is where a result belongs.
type place struct{ position, attempt int }

func (sc *Scenario) place() place { return place{sc.Position, sc.Attempt} }

func (p place) String() string { return fmt.Sprintf("position %d, attempt %d", p.position, p.attempt) }
