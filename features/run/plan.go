package run

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// Options say which scenarios to play, in which order.
type Options struct {
	Paths  []string       // files, folders, FILE:LINE; none: the rule book
	Tags   string         // a tag expression, or ""
	Name   *regexp.Regexp // that names have to match, or nil
	Last   *Last          // to play what failed then, or nil
	Order  Order
	Repeat int          // how often each is played, 1 or more
	Shard  *suite.Shard // the part to play, or nil; without its plan
}

// Plan is the scenarios to play, in their order.
type Plan struct {
	// Problems are the mistakes in the scenarios: no step, a step that no pattern matches, or more than one,
	// or that has a table. Such a scenario is not played and does not pass.
	Problems problem.Errors
	Found    int // cases in the files
	Selected int // of them
	Gone     int // that failed the last time and are no longer there
	Shard    *suite.Shard
	opt      Options
	lib      *steps.Library
	matches  map[string][]string // patterns, by the text of a step
	there    []*Case             // in the files that were read
	last     []failed            // with Options.Last
	cases    []*Case             // of this shard
}

// Make reads the features and selects. What is wrong with the files or with the selection is an error, a
// *Nothing where nothing is left to play.
func Make(lib *steps.Library, opt Options) (*Plan, error) {
	opt.Repeat = max(opt.Repeat, 1)
	p := &Plan{opt: opt, lib: lib, matches: map[string][]string{}}
	all, err := p.read(opt.Paths)
	if err != nil {
		return nil, err
	}
	chosen, err := p.choose(all)
	if err != nil {
		return nil, err
	}
	switch {
	case len(chosen) > 0:
	case opt.Last != nil && len(opt.Last.Failed) == 0:
		return nil, nothing("nothing failed the last time")
	case opt.Last != nil && p.Gone == len(opt.Last.Failed):
		return nil, nothing("what failed the last time is not there any more")
	default:
		return nil, nothing(fmt.Sprintf("no scenario of %d is selected by %s", p.Found, p.selection()))
	}
	opt.Order.arrange(chosen)
	p.Selected = len(chosen)
	for i, c := range chosen {
		c.Position = i
	}
	p.cases = chosen
	if s := opt.Shard; s != nil {
		p.Shard = &suite.Shard{Index: s.Index, Of: s.Of, Plan: p.fingerprint()}
		elsewhere := func(c *Case) bool { return c.Position%s.Of != s.Index-1 }
		p.cases = slices.DeleteFunc(slices.Clone(chosen), elsewhere)
	}
	p.judgeAll()
	return p, nil
}

// read reads the cases of files, those at the lines that were asked for.
func (p *Plan) read(paths []string) ([]*Case, error) {
	sources, err := readSources(paths)
	if err != nil {
		return nil, err
	}
	var all []*Case
	var wrong, nowhere problem.Errors
	for _, s := range sources {
		d, bad := parse(s)
		if len(bad) > 0 {
			wrong = append(wrong, bad...)
			continue
		}
		var found []*Case
		if d.feature != nil {
			found = cases(d)
			wrong = append(wrong, lost(d, func(text string) bool { return len(p.matching(text)) > 0 })...)
		}
		if len(found) == 0 {
			nowhere = append(nowhere, problem.Problem{
				File: s.name, What: "no scenario in this file", Want: "at least one",
			})
			continue
		}
		number(found)
		p.Found += len(found)
		p.there = append(p.there, found...)
		found, err := at(d, found)
		if err != nil {
			wrong = append(wrong, problem.Problem{File: s.name, What: err.Error()})
		}
		all = append(all, found...)
	}
	return all, verdict(wrong, nowhere)
}

// at selects the cases at the lines that were asked for.
func at(d *document, found []*Case) ([]*Case, error) {
	if len(d.lines) == 0 {
		return found, nil
	}
	var errs []error
	for _, line := range d.lines {
		covers := func(c *Case) bool { return c.covers(line) }
		if !slices.ContainsFunc(found, covers) {
			errs = append(errs, fmt.Errorf("no scenario at line %d of %d", line, len(d.rows)))
		}
	}
	elsewhere := func(c *Case) bool { return !slices.ContainsFunc(d.lines, c.covers) }
	return slices.DeleteFunc(slices.Clone(found), elsewhere), errors.Join(errs...)
}

// choose selects by tags, name and the last run.
func (p *Plan) choose(all []*Case) ([]*Case, error) {
	chosen := all
	keep := func(is func(c *Case) bool) {
		chosen = slices.DeleteFunc(slices.Clone(chosen), func(c *Case) bool { return !is(c) })
	}
	if p.opt.Tags != "" {
		meant, named, err := parseTags(p.opt.Tags)
		if err == nil {
			err = unknownTags(named, all)
		}
		if err != nil {
			return nil, err
		}
		keep(func(c *Case) bool { return meant(c.Tags) })
	}
	if p.opt.Name != nil {
		keep(func(c *Case) bool { return p.opt.Name.MatchString(c.Name) })
	}
	if p.opt.Last != nil {
		p.last = p.opt.Last.find(p.there)
		for i := range p.last {
			if p.gone(&p.last[i]) {
				p.Gone++
			}
		}
		keep(func(c *Case) bool {
			return slices.ContainsFunc(p.last, func(f failed) bool { return f.here == c })
		})
	}
	return chosen, nil
}

// selection words what was asked for; "" is all.
func (p *Plan) selection() string {
	var words []string
	for _, path := range p.opt.Paths {
		if _, lines, err := splitLines(path); err == nil && len(lines) > 0 {
			words = append(words, path)
		}
	}
	if p.opt.Tags != "" {
		words = append(words, "tags "+p.opt.Tags)
	}
	if p.opt.Name != nil {
		words = append(words, fmt.Sprintf("name %q", p.opt.Name))
	}
	if p.opt.Last != nil {
		words = append(words, "--last-failed")
	}
	return strings.Join(words, ", ")
}

// fingerprint identifies the selection in its order, down to the steps: shards of another one, or of other
// files, have another.
func (p *Plan) fingerprint() string {
	h := sha256.New()
	e := json.NewEncoder(h)
	e.Encode([]any{p.opt.Order.String(), p.opt.Repeat}) //nolint:errcheck // a hash takes all
	for _, c := range p.cases {
		e.Encode(c.Scenario) //nolint:errcheck // a hash takes all
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Order is the order of a run: that of the files, or a random one.
type Order struct {
	Random bool
	Seed   uint64
}

// String is file or random:SEED.
func (o Order) String() string {
	if o.Random {
		return "random:" + strconv.FormatUint(o.Seed, 10)
	}
	return "file"
}

// arrange orders cases.
func (o Order) arrange(cases []*Case) {
	if o.Random {
		r := rand.New(rand.NewPCG(o.Seed, 0))
		r.Shuffle(len(cases), func(i, j int) { cases[i], cases[j] = cases[j], cases[i] })
	}
}

// ParseOrder reads file, random or random:SEED; drawn is the seed of random.
func ParseOrder(text string, drawn uint64) (Order, error) {
	kind, seed, given := strings.Cut(text, ":")
	switch {
	case text == "file":
		return Order{}, nil
	case text == "random":
		return Order{Random: true, Seed: drawn}, nil
	case kind == "random" && given:
		if n, err := strconv.ParseUint(seed, 10, 64); err == nil {
			return Order{Random: true, Seed: n}, nil
		}
	}
	return Order{}, fmt.Errorf("--order is %q (want file, random or random:SEED)", text)
}

// ParseShard reads INDEX/COUNT.
func ParseShard(text string) (*suite.Shard, error) {
	index, of, ok := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, err2 := strconv.Atoi(of)
	if !ok || err != nil || err2 != nil || i < 1 || i > n {
		const want = "INDEX/COUNT such as 1/3, the index from 1 to the count"
		return nil, fmt.Errorf("--shard is %q (want %s)", text, want)
	}
	return &suite.Shard{Index: i, Of: n}, nil
}
