package main

import (
	"slices"

	"github.com/outagedrill/outagedrill/reports"
	"github.com/outagedrill/outagedrill/whatif"
)

// checkCompared refuses what report --compare cannot do.
func checkCompared(flags reportFlags, paths []string) error {
	switch {
	case len(paths) < 2:
		return usagef("--compare with %d journal (want two or more)", len(paths))
	case len(flags.formats) > 0:
		return usagef("--compare with --format (want one of them: " +
			"compare writes compare.html, .md and .json)")
	case flags.history != "":
		return usagef("--compare with --history (want one of them)")
	}
	return nil
}

// compareJournals holds runs that were made before against the first of them.
func compareJournals(con *console, flags reportFlags, journals []*reports.Journal, paths []string) error {
	dir := outputDirs(flags.out, flags.json, []string{"compare"})[0]
	if dir != "" {
		if err := checkOutputs(dir, comparePage, compareMarkdown, compareJSON); err != nil {
			return err
		}
	}
	var runs []whatif.Told
	for i, name := range runNames(journals, paths) {
		j := journals[i]
		runs = append(runs, whatif.Told{Name: name, Threshold: j.Run.Threshold, Summary: j.Summary})
	}
	done := whatif.OfRuns(runs)
	done.Command = shellCommand(append([]string{"outagedrill", "report", "--compare"}, paths...))
	drawn := journals[:min(len(journals), mostDrawn)]
	return tellComparison(con, flags.json, dir, done, [][]*reports.Journal{drawn})
}

// runNames are what tells the runs apart: their names, else their environments, else their files.
func runNames(journals []*reports.Journal, paths []string) []string {
	var names, environments, files []string
	for i, told := range journals {
		names, environments = append(names, told.Run.Name), append(environments, told.Run.Environment)
		files = append(files, shownPath(paths[i]))
	}
	for _, apart := range [][]string{names, environments} {
		if sorted := slices.Sorted(slices.Values(apart)); len(slices.Compact(sorted)) == len(apart) {
			return apart
		}
	}
	return files
}
