package main

import (
	"fmt"
	"os"
	"strings"
)

// survivor is a mutant that may live, and why.
type survivor struct {
	line   int // of the list
	key    string
	reason string
}

// survivors reads the list: lines of FILE | FUNCTION | SOURCE LINE | CHANGE, one or more, then an indented
// reason.
func survivors(file string) (map[string]*survivor, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	list := map[string]*survivor{}
	var open []*survivor // wait for their reason
	reasoned := false
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.TrimSpace(line) == "", strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, " "):
			if len(open) == 0 {
				const want = "(want FILE | FUNCTION | SOURCE LINE | CHANGE before it)"
				return nil, fmt.Errorf("%s:%d: a reason of nothing %s", file, n, want)
			}
			for _, s := range open {
				s.reason = strings.TrimSpace(s.reason + " " + strings.TrimSpace(line))
			}
			reasoned = true
		case strings.Count(line, " | ") < 3:
			return nil, fmt.Errorf("%s:%d: %q (want FILE | FUNCTION | SOURCE LINE | CHANGE)", file, n, line)
		case list[line] != nil:
			return nil, fmt.Errorf("%s:%d: it stands in line %d already", file, n, list[line].line)
		default:
			if reasoned {
				open, reasoned = nil, false
			}
			list[line] = &survivor{line: n, key: line}
			open = append(open, list[line])
		}
	}
	for _, s := range list {
		if s.reason == "" {
			return nil, fmt.Errorf("%s:%d: no reason is given (want one in the indented line below)",
				file, s.line)
		}
	}
	return list, nil
}

// stale tells which entries of the list are about no mutant that there is, or about one that was killed.
func stale(file string, list map[string]*survivor, all []*mutant, results []result) []error {
	there, killed := map[string]bool{}, map[string]bool{}
	for _, m := range all {
		there[m.key()] = true
	}
	for _, r := range results {
		killed[r.key()] = r.Status == statusKilled || r.Status == statusUnviable
	}
	var errs []error
	for _, s := range list {
		switch {
		case !there[s.key]:
			errs = append(errs, fmt.Errorf("%s:%d: there is no such mutant any more: %s",
				file, s.line, s.key))
		case killed[s.key]:
			errs = append(errs, fmt.Errorf("%s:%d: this mutant is killed: %s", file, s.line, s.key))
		}
	}
	return errs
}
