// Mutants proves that the tests bite. It changes package engine in two thousand small ways, each in an
// overlay that leaves the tree alone, and wants the proofs of the rules to notice: see docs/mutants.md.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"os"
	"regexp"
	"slices"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "mutants: error:", err)
		os.Exit(1)
	}
}

// options are the flags.
type options struct {
	n, side         int
	seed            string
	only, json, dir string
	stages          string
	least           time.Duration
	list            bool
}

// reasons is the list of survivors that have a reason, from the root of the module.
const reasons = "hack/mutants/survivors.txt"

// enough is the least share of the killable mutants that must be killed.
const enough = 0.90

func run() error {
	var o options
	flag.IntVar(&o.n, "n", 0, "play a sample of so many mutants beside the planted ones (0: all)")
	flag.StringVar(&o.seed, "seed", "1", "what the sample is drawn from")
	flag.IntVar(&o.side, "p", 2, "mutants side by side")
	flag.StringVar(&o.only, "only", "", "only mutants that match this regular expression")
	flag.StringVar(&o.stages, "stages", "", "only stages that match this regular expression: features, say")
	flag.StringVar(&o.json, "o", "", "write the results as JSON to this file")
	flag.DurationVar(&o.least, "least", time.Minute, "the least time that a stage may take")
	flag.BoolVar(&o.list, "list", false, "list the mutants and play none")
	flag.Parse()
	t, err := read()
	if err != nil {
		return err
	}
	chosen, err := choose(t.mutants, &o)
	if err != nil {
		return err
	}
	if o.list {
		for _, m := range chosen {
			fmt.Println(m.key())
		}
		return nil
	}
	known, err := survivors(reasons)
	if err != nil {
		return err
	}
	if o.dir, err = os.MkdirTemp("", "mutants"); err != nil {
		return err
	}
	defer os.RemoveAll(o.dir) //nolint:errcheck // only in the way
	results, err := t.play(chosen, &o, known)
	if err != nil {
		return err
	}
	if o.json != "" {
		if err := writeJSON(o.json, results); err != nil {
			return err
		}
	}
	report(os.Stdout, results)
	return judge(results, stale(reasons, known, t.mutants, results))
}

// choose draws the sample: the same mutants for the same seed, whatever else there is.
func choose(all []*mutant, o *options) ([]*mutant, error) {
	only, err := regexp.Compile(o.only)
	if err != nil {
		return nil, err
	}
	var list, hand []*mutant
	for _, m := range all {
		switch {
		case !only.MatchString(m.String()):
		case m.Kind == "planted":
			hand = append(hand, m)
		default:
			list = append(list, m)
		}
	}
	if o.n > 0 && o.n < len(list) {
		lot := func(m *mutant) uint64 {
			h := fnv.New64a()
			fmt.Fprintf(h, "%s %s %d", o.seed, m.key(), m.ID)
			return h.Sum64()
		}
		slices.SortFunc(list, func(a, b *mutant) int { return cmp.Compare(lot(a), lot(b)) })
		list = list[:o.n]
		fmt.Printf("a sample of %d mutants, seed %s, beside %d planted ones\n", o.n, o.seed, len(hand))
	}
	return append(list, hand...), nil
}

// play plays the chosen mutants.
func (t *tree) play(chosen []*mutant, o *options, known map[string]*survivor) ([]result, error) {
	overlay, bad, err := t.overlay(o.dir)
	if err != nil {
		return nil, err
	}
	list, err := stagesThat(o.stages)
	if err != nil {
		return nil, err
	}
	if err := build(list, overlay, o); err != nil {
		return nil, err
	}
	var viable []*mutant
	var results []result
	for _, m := range chosen {
		if why := bad[m.ID]; why != "" {
			results = append(results, result{mutant: m, Status: statusUnviable, Reason: why})
			continue
		}
		viable = append(viable, m)
	}
	playAll(list, viable, o.side, func(r result) {
		if s := known[r.key()]; s != nil && r.Status == statusSurvived {
			r.Reason = s.reason
		}
		results = append(results, r)
		if r.Status != statusKilled {
			fmt.Printf("%s  %s\n", r.Status, r)
		}
	})
	slices.SortFunc(results, func(a, b result) int { return a.ID - b.ID })
	return results, nil
}

func writeJSON(file string, results []result) error {
	text, err := json.MarshalIndent(results, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// tally counts mutants by what became of them.
type tally struct {
	killed, survived, reasoned, timedOut, unviable int
	seconds                                        float64
}

func (c *tally) add(r *result) {
	c.seconds += r.Seconds
	switch {
	case r.Status == statusKilled:
		c.killed++
	case r.Status == statusTimedOut:
		c.timedOut++
	case r.Status == statusUnviable:
		c.unviable++
	case r.Reason != "":
		c.reasoned++
	default:
		c.survived++
	}
}

// report prints the figures by kind and by stage, then who lives.
func report(w io.Writer, results []result) {
	kinds, byStage := map[string]*tally{}, map[string]int{}
	var all tally
	for i := range results {
		r := &results[i]
		if kinds[r.Kind] == nil {
			kinds[r.Kind] = &tally{}
		}
		kinds[r.Kind].add(r)
		all.add(r)
		if r.Status == statusKilled {
			byStage[r.Stage]++
		}
	}
	line := func(name string, c *tally) {
		fmt.Fprintf(w, "%-12s %6d %8d %8d %9d %10d %8.0f\n",
			name, c.killed, c.survived, c.reasoned, c.timedOut, c.unviable, c.seconds)
	}
	fmt.Fprintf(w, "%-12s %6s %8s %8s %9s %10s %8s\n",
		"kind", "killed", "survived", "reasoned", "timed out", "not viable", "seconds")
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		line(k, kinds[k])
	}
	line("all", &all)
	for _, s := range stages() {
		fmt.Fprintf(w, "killed by %s: %d\n", s.Name, byStage[s.Name])
	}
	for i := range results {
		if r := &results[i]; r.Status == statusSurvived && r.Reason == "" || r.Status == statusTimedOut {
			fmt.Fprintf(w, "%s\n  %s:%d, %s: %s\n", r.key(), r.File, r.Line, r.Func, r.Status)
		}
	}
}

// judge tells whether the tests bite.
func judge(results []result, errs []error) error {
	var all tally
	for i := range results {
		all.add(&results[i])
		if r := &results[i]; r.Kind == "planted" && r.Status != statusKilled {
			errs = append(errs, fmt.Errorf("a planted mutant is not killed but %s: %s", r.Status, r))
		}
	}
	if all.timedOut > 0 {
		errs = append(errs, fmt.Errorf("%d mutants timed out (want none)", all.timedOut))
	}
	if n := all.killed + all.survived; n == 0 || float64(all.killed) < enough*float64(n) {
		errs = append(errs, fmt.Errorf("%d of %d are killed (want %.0f %% at least)",
			all.killed, n, 100*enough))
	}
	return errors.Join(errs...)
}
