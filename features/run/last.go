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

// failed is a scenario that failed the last time.
type failed struct {
	key  Key
	here *Case // nil where no file that was read has it
}

// find finds what failed the last time, each scenario once.
func (l *Last) find(all []*Case) []failed {
	list := make([]failed, 0, len(l.Failed))
	for _, k := range l.Failed {
		i := slices.IndexFunc(all, func(c *Case) bool {
			named := c.key
			named.Line = k.Line
			return named == k
		})
		if i < 0 {
			i = slices.IndexFunc(all, func(c *Case) bool { return c.File == k.File && c.Line == k.Line })
		}
		f := failed{key: k}
		if i >= 0 {
			f = failed{all[i].key, all[i]}
		}
		if !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	return list
}

// gone tells whether a scenario that failed the last time has left its file, or the file is no longer there.
// One whose file was not asked for this time is not gone.
func (p *Plan) gone(f *failed) bool {
	ofFile := func(c *Case) bool { return c.File == f.key.File }
	asked := slices.Equal(p.opt.Paths, p.opt.Last.Paths) || slices.ContainsFunc(p.there, ofFile)
	return f.here == nil && asked
}

// Left is what a run of the plan leaves: what failed and, of what failed the last time where that was asked
// for, all that is still there and did not pass as often as it should.
func (p *Plan) Left(s *suite.Suite) *Last {
	passes, bad := map[int]int{}, map[int]bool{} // by position
	for i := range s.Scenarios {
		switch sc := &s.Scenarios[i]; sc.Status {
		case suite.Passed:
			passes[sc.Position]++
		case suite.Skipped:
		default:
			bad[sc.Position] = true
		}
	}
	l := &Last{Format: 1, Paths: p.opt.Paths, Failed: []Key{}}
	if p.opt.Last != nil {
		l.Paths = p.opt.Last.Paths
	} else {
		for _, c := range p.cases {
			if bad[c.Position] {
				l.Failed = append(l.Failed, c.key)
			}
		}
	}
	for i := range p.last {
		f := &p.last[i]
		played := f.here != nil && slices.Contains(p.cases, f.here)
		if !p.gone(f) && !(played && passes[f.here.Position] == p.opt.Repeat) {
			l.Failed = append(l.Failed, f.key)
		}
	}
	if l.Paths == nil {
		l.Paths = []string{}
	}
	return l
}
