package run

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/outagedrill/outagedrill/reports/suite"
)

// Last is what a run leaves for --last-failed.
type Last struct {
	Format int      `json:"format"` // 1
	Paths  []string `json:"paths"`
	Failed []Key    `json:"failed"`
}

// Key finds a scenario again after its file was edited: by its names, since lines move, or else by its line,
// since it may have a new name.
type Key struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Rule string `json:"rule,omitempty"`
	Name string `json:"name"`
	// Nth counts those of a file that are alike in all that: rows of an outline, from 1.
	Nth int `json:"nth"`
}

// ReadLast reads what a run left.
func ReadLast(r io.Reader) (*Last, error) {
	var l Last
	if err := json.NewDecoder(r).Decode(&l); err != nil {
		return nil, fmt.Errorf("this is not what a run leaves: %w", err)
	}
	if l.Format != 1 {
		return nil, fmt.Errorf("it has format %d (want 1)", l.Format)
	}
	return &l, nil
}

// Write writes what a run leaves.
func (l *Last) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(l)
}

// number gives the cases of a file their keys.
func number(found []*Case) {
	seen := map[Key]int{}
	for _, c := range found {
		k := Key{File: c.File, Rule: c.Rule, Name: c.Name}
		seen[k]++
		c.key = k
		c.key.Nth = seen[k]
		c.key.Line = c.Line
	}
}

// among finds the cases that failed.
func (l *Last) among(all []*Case) []*Case {
	var found []*Case
	for _, k := range l.Failed {
		i := slices.IndexFunc(all, func(c *Case) bool {
			named := c.key
			named.Line = k.Line
			return named == k
		})
		if i < 0 {
			i = slices.IndexFunc(all, func(c *Case) bool { return c.File == k.File && c.Line == k.Line })
		}
		if i >= 0 && !slices.Contains(found, all[i]) {
			found = append(found, all[i])
		}
	}
	return found
}

// Left is what a run of the plan leaves. What failed the last time and was not played this time is still
// taken for failed.
func (p *Plan) Left(s *suite.Suite) *Last {
	l := &Last{Format: 1, Paths: p.opt.Paths, Failed: []Key{}}
	if l.Paths == nil {
		l.Paths = []string{}
	}
	bad := map[int]bool{} // by position
	for i := range s.Scenarios {
		sc := &s.Scenarios[i]
		skippedAgain := sc.Status == suite.Skipped && p.opt.Last != nil
		if sc.Status != suite.Passed && sc.Status != suite.Skipped || skippedAgain {
			bad[sc.Position] = true
		}
	}
	for _, c := range p.cases {
		if bad[c.Position] {
			l.Failed = append(l.Failed, c.key)
		}
	}
	return l
}
