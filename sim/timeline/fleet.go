package timeline

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/internal/yamlfile"
)

// fleetColumns are the columns of a fleet in the order in which the manual tells them, those required first.
func fleetColumns() []string {
	return []string{
		"name", "application", "resources", "every",
		"to", "connection", "phase", "auth", "owner", "auto_resolve", "records", "latency", "dialect",
	}
}

// fleetRequired is how many of fleetColumns must be there, with a value in every line.
const fleetRequired = 4

// cell is one value of a fleet with its place; an empty one says nothing.
type cell struct {
	text      string
	line, col int
}

// node is the cell as a value of a timeline.
func (c cell) node() *yaml.Node {
	tag := "!!str"
	if c.text == "true" || c.text == "false" {
		tag = "!!bool"
	}
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: tag, Value: c.text, Line: c.line, Column: c.col}
}

// row is one line of a fleet by its columns.
type row map[string]cell

// fleet turns the lines of a CSV file into the sections of a timeline, whose reader then judges every value
// at the place that it has in the file.
type fleet struct {
	file         string
	lines        [][]byte
	columns      []string
	problems     Errors
	names        map[string]int // line of each job and flow
	said         map[said]*yaml.Node
	applications section
	connections  section
	flows        section
	jobs         section
}

// said is a key of an entry that several lines may speak of.
type said struct {
	entry *yaml.Node
	key   string
}

// section is a mapping that grows: entries by name, in order of first mention.
type section struct {
	node    *yaml.Node
	entries map[string]*yaml.Node
}

// loadFleet reads a fleet: a header, and one line a polling job or flow. What is wrong with a line is a
// problem, and what is returned has the rest of it, so that that can be judged too.
func loadFleet(file string, data []byte) (*yaml.Node, Errors) {
	if len(data) > maxBytes {
		return nil, yamlfile.TooLarge(file, maxBytes)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if errs := yamlfile.CheckText(file, data); errs != nil {
		return nil, errs
	}
	f := &fleet{
		file: file, lines: bytes.Split(data, []byte{'\n'}),
		names: map[string]int{}, said: map[said]*yaml.Node{},
	}
	for _, s := range []*section{&f.applications, &f.connections, &f.flows, &f.jobs} {
		*s = section{&yaml.Node{Kind: yaml.MappingNode, Line: 1, Column: 1}, map[string]*yaml.Node{}}
	}
	f.read(data)
	if f.columns == nil {
		return nil, f.problems
	}
	return f.root(), f.problems
}

// root is the whole workload.
func (f *fleet) root() *yaml.Node {
	root := &yaml.Node{Kind: yaml.MappingNode, Line: 1, Column: 1}
	for _, s := range []struct {
		name string
		section
	}{
		{"applications", f.applications},
		{"connections", f.connections},
		{"flows", f.flows},
		{"polling_jobs", f.jobs},
	} {
		if len(s.node.Content) > 0 {
			root.Content = append(root.Content, text(s.name, 1, 1), s.node)
		}
	}
	return root
}

func text(s string, line, col int) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Line: line, Column: col}
}

func (f *fleet) fail(line, col int, what, want string) {
	p := problem.Problem{File: f.file, Line: line, Col: col, What: what, Want: want}
	f.problems = append(f.problems, p)
}

// read reads the header and every line after it.
func (f *fleet) read(data []byte) {
	in := csv.NewReader(bytes.NewReader(data))
	in.Comment, in.FieldsPerRecord, in.TrimLeadingSpace = '#', -1, true
	in.Comma = f.separator()
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
			f.fail(bad.Line, f.column(bad.Line, bad.Column), "not CSV: "+bad.Err.Error(),
				`a value with quotes or commas as "so ""quoted"", here"`)
			if f.columns == nil {
				return
			}
			continue
		}
		cells := make([]cell, len(record))
		for i := range record {
			line, col := in.FieldPos(i)
			cells[i] = cell{strings.TrimSpace(record[i]), line, f.column(line, col)}
		}
		if f.columns == nil {
			if f.header(cells); f.columns == nil {
				return
			}
			continue
		}
		f.line(cells)
	}
	switch {
	case f.columns == nil:
		f.fail(1, 1, "the file is empty", "a header: "+strings.Join(fleetColumns()[:fleetRequired], ","))
	case len(f.names) == 0 && len(f.problems) == 0:
		f.fail(len(f.lines), 1, "a header and no line after it", "one line a polling job or flow")
	}
}

// separator is what stands between the values: the first of comma, semicolon and tab in the header.
func (f *fleet) separator() rune {
	line := firstLine(f.lines)
	if i := bytes.IndexAny(line, ",;\t"); i >= 0 {
		return rune(line[i])
	}
	return ','
}

// firstLine is the first line that is neither empty nor a comment; nil if there is none.
func firstLine(lines [][]byte) []byte {
	for _, line := range lines {
		if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' {
			return line
		}
	}
	return nil
}

// fleetHeader tells whether a text begins with the names of two columns of a fleet.
func fleetHeader(data []byte) bool {
	line := firstLine(bytes.Split(bytes.TrimPrefix(data, []byte("\ufeff")), []byte{'\n'}))
	separates := func(r rune) bool { return strings.ContainsRune(",;\t", r) }
	named := 0
	for _, field := range bytes.FieldsFunc(line, separates) {
		if slices.Contains(fleetColumns(), string(bytes.Trim(field, ` "`))) {
			named++
		}
	}
	return named > 1
}

// column is a place in a line in characters, from its place in bytes, both from 1.
func (f *fleet) column(line, bytesFrom int) int {
	if line < 1 || line > len(f.lines) || bytesFrom < 1 {
		return 1
	}
	return 1 + utf8.RuneCount(f.lines[line-1][:min(bytesFrom-1, len(f.lines[line-1]))])
}

// header reads the names of the columns, in any order. It leaves columns nil where they cannot be used.
func (f *fleet) header(cells []cell) {
	known := fleetColumns()
	var columns []string
	for _, c := range cells {
		switch {
		case slices.Contains(columns, c.text):
			f.fail(c.line, c.col, fmt.Sprintf("the column %s twice", quote(c.text)), "each column once")
		case !slices.Contains(known, c.text):
			f.problems = append(f.problems, problem.Problem{
				File: f.file, Line: c.line, Col: c.col, What: fmt.Sprintf("unknown column %s", quote(c.text)),
				Want: problem.List(known, "or"), Near: problem.Nearest(c.text, known),
			})
		}
		columns = append(columns, c.text)
	}
	if len(f.problems) > 0 {
		return
	}
	var missing []string
	for _, name := range known[:fleetRequired] {
		if !slices.Contains(columns, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		f.fail(cells[0].line, cells[0].col, "a header without "+problem.List(missing, "and"),
			problem.List(known[:fleetRequired], "and"))
		return
	}
	f.columns = columns
}

// line reads one polling job or flow.
func (f *fleet) line(cells []cell) {
	if n := len(f.columns); len(cells) != n {
		place, want := cells[0], "as many values as columns: what is left out is empty between its separators"
		if len(cells) > n {
			place, want = cells[n], "as many values as columns; several resources are parted by spaces"
		}
		f.fail(place.line, place.col, words.Count(len(cells), "value")+" for "+words.Count(n, "column"), want)
		return
	}
	r := row{}
	for i, c := range cells {
		r[f.columns[i]] = c
	}
	for _, name := range fleetColumns()[:fleetRequired] {
		if c := r[name]; c.text == "" {
			f.fail(c.line, c.col, "a line without "+name, "a value in the column "+name)
			r[name] = cell{f.standIn(name, c.line), c.line, c.col}
		}
	}
	name := r["name"]
	if first := f.names[name.text]; first > 0 {
		f.fail(name.line, name.col, fmt.Sprintf("the name %s twice", quote(name.text)),
			fmt.Sprintf("each name once; the first is on line %d", first))
		r["name"] = cell{f.standIn("name", name.line), name.line, name.col}
	}
	f.names[r["name"].text] = name.line
	f.add(r)
}

// standIn is what a value that is missing is taken for, so that the others of its line can be judged too.
func (f *fleet) standIn(column string, line int) string {
	if column == "every" {
		return "1h"
	}
	return fmt.Sprintf("%s-%d", column, line)
}
