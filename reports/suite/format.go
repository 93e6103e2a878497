package suite

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Format is a way to write a suite.
type Format struct {
	Name    string
	Doc     string // one line for help texts
	FileExt string // with its dot
}

// kind is a format with what writes it.
type kind struct {
	Format
	fill func(*bytes.Buffer, *Suite) error
}

func kinds() []kind {
	return []kind{
		{Format{"pretty", "text for people, failures last", ".txt"}, func(b *bytes.Buffer, s *Suite) error {
			writePretty(b, s, palette{})
			return nil
		}},
		{Format{"progress", "a character for each step, then the failures", ".txt"}, writeProgress},
		{Format{"junit", "JUnit XML for Jenkins, GitLab and their like", ".xml"}, writeJUnit},
		{Format{"cucumber", "Cucumber JSON for older Cucumber tools", ".json"}, writeCucumber},
		{Format{"messages", "Cucumber Messages for newer Cucumber tools", ".ndjson"}, writeMessages},
		{Format{"github", "annotations of a GitHub workflow", ".txt"}, writeGitHub},
		{Format{"summary", "job summary of a GitHub workflow, Markdown", ".md"}, writeSummary},
		{Format{"html", "one page that needs nothing but itself", ".html"}, writeHTML},
		{Format{"json", "everything, and what merge reads", ".json"}, writeJSON},
	}
}

// Formats are all ways to write a suite.
func Formats() []Format {
	var all []Format
	for _, k := range kinds() {
		all = append(all, k.Format)
	}
	return all
}

// Write writes a suite in a format of Formats. The same suite gives the same bytes; suites that differ in
// nothing but Environment give bytes that differ where times, version and command stand.
func Write(name string, w io.Writer, s *Suite) error {
	all := kinds()
	i := slices.IndexFunc(all, func(k kind) bool { return k.Name == name })
	if i < 0 {
		var names []string
		for _, k := range all {
			names = append(names, k.Name)
		}
		return fmt.Errorf("unknown format %q (want %s)", name, strings.Join(names, ", "))
	}
	var b bytes.Buffer
	s, err := asRead(s)
	if err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if err := all[i].fill(&b, s); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing %s: %w", name, err)
	}
	return nil
}
