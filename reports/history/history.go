// Package history keeps what runs came to, a line of JSON each, in a file that grows: for trends, and to
// notice what should not be, the same input with another outcome.
package history

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// formatNow is the version of the lines.
const formatNow = 1

// Line is one run.
type Line struct {
	Format  int       `json:"format"` // 1
	At      time.Time `json:"at"`     // when it began, wall time in UTC
	Kind    string    `json:"kind"`   // replay or test
	Name    string    `json:"name"`   // of the timeline; of a test the command that repeats it
	Where   string    `json:"where"`  // the environment; of a test the driver, or the target's URL
	Program string    `json:"program"`
	// Inputs identifies all that decides what a replay comes to, its seed among it; "" of a test, whose
	// scenarios have their own.
	Inputs  string `json:"inputs,omitempty"`
	Seed    uint64 `json:"seed,omitempty"`
	Verdict string `json:"verdict"` // good, warn or bad
	// Outcome identifies what it came to, to the last figure; of a test it is "".
	Outcome string   `json:"outcome,omitempty"`
	Figures []Figure `json:"figures"`
	// Scenarios of a test, by their status: ID.CONTENT, where CONTENT changes with the steps.
	Passed  []string `json:"passed,omitempty"`
	Failed  []string `json:"failed,omitempty"`
	Skipped []string `json:"skipped,omitempty"`
	// Names are what scenarios that failed are called, the first of them, by the first part of their keys.
	Names map[string]string `json:"names,omitempty"`
	// Foreign is set where the platform is not ours, so that an outcome that changes is not a fault of ours.
	Foreign bool `json:"foreign,omitempty"`
}

// Figure is a figure of a run.
type Figure struct {
	Name  string  `json:"name"` // in words: records lost
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"` // "" for a number, % or s
	Open  bool    `json:"open,omitempty"` // it did not come by the end of the run, and has no value
}

// Log is the lines of a file, in its order.
type Log struct {
	Lines []Line
	// Left are the numbers of lines, from 1, that are none: torn ones, and those of later versions.
	Left []int
}

// Parse reads the text of a file. A line that cannot be read is left out: a machine that lost its power tears
// one. A file with something in it and no line of a history is refused, since it is something else.
func Parse(text []byte) (*Log, error) {
	log := &Log{}
	n := 0
	for text := range bytes.Lines(text) {
		n++
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		var l Line
		if json.Unmarshal(text, &l) != nil || l.Format != formatNow || !l.known() {
			log.Left = append(log.Left, n)
			continue
		}
		l.clean()
		log.Lines = append(log.Lines, l)
	}
	if len(log.Left) > 0 && len(log.Lines) == 0 && len(bytes.TrimSpace(text)) > 0 && !torn(text) {
		return nil, fmt.Errorf("line %d: this is no history (want what --history wrote)", log.Left[0])
	}
	return log, nil
}

// known tells whether a line is of a kind of run that there is, and came to a verdict that there is.
func (l *Line) known() bool {
	return (l.Kind == "replay" || l.Kind == "test") && slices.Contains(verdicts(), l.Verdict)
}

// SetName keeps what a scenario that failed is called, by its key, cut short; of many it keeps the first.
func (l *Line) SetName(key, name string) {
	const most, longest = 50, 100
	if l.Names == nil {
		l.Names = map[string]string{}
	}
	if runes := []rune(name); len(runes) > longest {
		name = string(runes[:longest-1]) + "…"
	}
	if len(l.Names) < most {
		l.Names[ID(key)] = name
	}
}

// clean takes out of the texts what is not meant to be read: a file may have been written by anybody.
func (l *Line) clean() {
	l.Name, l.Where, l.Program = plain(l.Name), plain(l.Where), plain(l.Program)
	for i := range l.Figures {
		l.Figures[i].Name = plain(l.Figures[i].Name)
	}
	for id, name := range l.Names {
		l.Names[id] = plain(name)
	}
}

// plain has a space for control characters and white space, and none of the marks that turn text around.
func plain(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.IsControl(r), unicode.IsSpace(r):
			return ' '
		}
		return r
	}, s))
}

// torn tells whether a text is the beginning of a first line.
func torn(text []byte) bool {
	const begin = `{"format":1,`
	return !bytes.Contains(text, []byte("\n")) &&
		(bytes.HasPrefix(text, []byte(begin)) || strings.HasPrefix(begin, string(text)))
}

// Until is the log up to the last line that is of the same run as a line: its inputs and its outcome. It is
// what the page of an old journal showed; without such a line it is the log without those of later runs of
// the same thing.
func (g *Log) Until(l *Line) *Log {
	for i, other := range slices.Backward(g.Lines) {
		if other.Inputs == l.Inputs && other.Outcome == l.Outcome && l.sameThing(&other) {
			return &Log{Lines: g.Lines[:i+1], Left: g.Left}
		}
	}
	return &Log{Left: g.Left}
}

// sameThing tells whether two lines are of one series.
func (l *Line) sameThing(other *Line) bool {
	return l.Kind == other.Kind && l.Name == other.Name && l.Where == other.Where
}

// Series are the lines of what the last line is of, that one among them; nil of an empty log.
func (g *Log) Series() []Line {
	if len(g.Lines) == 0 {
		return nil
	}
	last := &g.Lines[len(g.Lines)-1]
	var series []Line
	for i := range g.Lines {
		if last.sameThing(&g.Lines[i]) {
			series = append(series, g.Lines[i])
		}
	}
	return series
}

// All are the series of the log, in the order of their first lines.
func (g *Log) All() []*Log {
	var all []*Log
	for i := range g.Lines {
		l := &g.Lines[i]
		k := slices.IndexFunc(all, func(s *Log) bool { return s.Lines[0].sameThing(l) })
		if k < 0 {
			k, all = len(all), append(all, &Log{})
		}
		all[k].Lines = append(all[k].Lines, *l)
	}
	return all
}
