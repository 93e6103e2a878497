package suite

import (
	"bytes"
	"fmt"
	"strings"
)

// maxAnnotations is how many errors of a step GitHub shows; it drops the rest without a word.
const maxAnnotations = 10

// writeGitHub writes workflow commands, which GitHub turns into annotations at FILE:LINE.
func writeGitHub(b *bytes.Buffer, s *Suite) error {
	n := 0
	for _, sc := range s.ordered() {
		for _, t := range sc.troubles() {
			if n++; n > maxAnnotations {
				continue
			}
			lines := append([]string{t.Message}, t.details()...)
			annotate(b, "error", t.File, t.Line, s.Title(sc), strings.Join(append(lines, s.again(sc)), "\n"))
		}
	}
	if n > maxAnnotations {
		annotate(b, "notice", "", 0, "outagedrill", fmt.Sprintf("and %d more", n-maxAnnotations))
	}
	if skipped := s.skips(); len(skipped) > 0 && !s.DryRun {
		var reasons []string
		for _, k := range skipped {
			reasons = append(reasons, fmt.Sprintf("%d × %s", k.Count, k.Reason))
		}
		title := scenarios(s.Tally().Skipped) + " skipped"
		annotate(b, "warning", "", 0, title, cut(strings.Join(reasons, "\n"), maxSummaryText))
	}
	if !s.Green() && n == 0 {
		annotate(b, "error", "", 0, "outagedrill", s.verdict())
	}
	return nil
}

// annotate writes one workflow command; without a file it stands for the whole run.
func annotate(b *bytes.Buffer, level, file string, at int, title, message string) {
	fmt.Fprintf(b, "::%s ", level)
	if file != "" {
		fmt.Fprintf(b, "file=%s,line=%d,", property(line(file)), at)
	}
	fmt.Fprintf(b, "title=%s::%s\n", property(cut(line(title), 200)), data(block(message)))
}

// data escapes the text of a workflow command.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes a property of a workflow command.
func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s))
}
