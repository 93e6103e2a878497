package main

import (
	"cmp"
	"maps"
	"slices"

	"github.com/outagedrill/outagedrill/sim/importer"
)

// listedMost is how many records of one rule are listed, unless all are asked for.
const listedMost = 20

// tellImport says what became of the records: the sum, what was listed, and how often each rule adjusted one.
func tellImport(con *console, path string, res *importer.Result, all bool) {
	con.warn("%s: %s: %d in = %s out + %d listed; %s written", shownPath(path), res.Format,
		res.Records, plural(res.Windows, "window"), len(res.Listed), plural(res.Events, "event"))
	tellListed(con, res.Listed, all)
	adjusted := map[importer.Rule]int{}
	for _, note := range res.Adjusted {
		adjusted[note.Rule]++
	}
	for _, rule := range slices.Sorted(maps.Keys(adjusted)) {
		con.warn("adjusted: %s: %s", rule, plural(adjusted[rule], "record"))
	}
	for _, remark := range res.Remarks {
		con.warn("%s", remark)
	}
	if res.Windows == 0 {
		con.warn("warning: no record became a window: nothing fails in this timeline")
	}
}

// tellListed lists records in the order of the source: at most listedMost of each rule, and of those outside
// the period, which the user cut away, only the number; or all.
func tellListed(con *console, notes []importer.Note, all bool) {
	var rules []importer.Rule // in order of appearance
	count := map[importer.Rule]int{}
	for _, note := range notes {
		if count[note.Rule] == 0 {
			rules = append(rules, note.Rule)
		}
		count[note.Rule]++
		if all || note.Rule != importer.RuleOutside && count[note.Rule] <= listedMost {
			name := cmp.Or(note.Name, note.ID, "unnamed")
			con.warn("listed: %s: %s: %s: %s", note.Where, note.Rule, name, note.Reason)
		}
	}
	if all {
		return
	}
	for _, rule := range rules {
		n := count[rule]
		switch {
		case rule == importer.RuleOutside && n == 1:
			con.warn("listed: 1 record lies outside the period (%s)", rule)
		case rule == importer.RuleOutside:
			con.warn("listed: %d records lie outside the period (%s)", n, rule)
		case n > listedMost:
			con.warn("listed: %s: and %d more (--list-all lists them)", rule, n-listedMost)
		}
	}
}
