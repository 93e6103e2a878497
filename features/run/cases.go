package run

import (
	"fmt"
	"slices"
	"strings"

	messages "github.com/cucumber/messages/go/v34"

	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// Case is one scenario, or one row of an outline.
type Case struct {
	suite.Scenario       // what the file says of it; nothing of what became of it
	columns        []int // of the steps
	key            Key
	outline        bool   // an outline without rows
	spans          []span // of lines that name it
	text           []byte // a feature file with this case alone
}

// span is lines of a file, from 1; the last one belongs to it.
type span struct{ from, to int }

// covers tells whether a line names the case: any of its own, of its rule or of its feature's head.
func (c *Case) covers(line int) bool {
	return slices.ContainsFunc(c.spans, func(s span) bool { return s.from <= line && line <= s.to })
}

// layout is how a feature file is divided: into sections, each up to the next one.
type layout struct {
	doc    *document
	starts []int // of the sections, sorted
}

// cases lists the cases of a document in the order of its lines.
func cases(d *document) []*Case {
	l := &layout{doc: d, starts: []int{1}}
	for _, child := range d.feature.Children {
		l.note(child.Background, child.Scenario)
		if child.Rule == nil {
			continue
		}
		l.starts = append(l.starts, start(child.Rule.Location, child.Rule.Tags))
		for _, inner := range child.Rule.Children {
			l.note(inner.Background, inner.Scenario)
		}
	}
	slices.Sort(l.starts)

	var all []*Case
	head := place{name: d.feature.Name, spans: []span{l.section(1)}}
	for _, child := range d.feature.Children {
		all = append(all, l.within(&head, child.Background, child.Scenario)...)
		if child.Rule == nil {
			continue
		}
		rule := head.inside(l.section(start(child.Rule.Location, child.Rule.Tags)))
		rule.rule = child.Rule.Name
		for _, inner := range child.Rule.Children {
			all = append(all, l.within(&rule, inner.Background, inner.Scenario)...)
		}
	}
	return all
}

// place is what stands around a case: the feature's head, its background, the same of its rule.
type place struct {
	name  string // of the feature
	rule  string
	spans []span
	steps []*messages.Step // of the backgrounds
}

// inside is the place within a section of this one.
func (p *place) inside(s span) place {
	within := *p
	within.spans = append(slices.Clone(p.spans), s)
	within.steps = slices.Clone(p.steps)
	return within
}

// start is the line on which something with tags begins.
func start(at *messages.Location, tags []*messages.Tag) int {
	line := at.Line
	for _, t := range tags {
		line = min(line, t.Location.Line)
	}
	return int(line)
}

// note takes down where a background, a scenario and its examples begin.
func (l *layout) note(b *messages.Background, s *messages.Scenario) {
	if b != nil {
		l.starts = append(l.starts, int(b.Location.Line))
	}
	if s == nil {
		return
	}
	l.starts = append(l.starts, start(s.Location, s.Tags))
	for _, e := range s.Examples {
		l.starts = append(l.starts, start(e.Location, e.Tags))
	}
}

// section is the lines from the start of a section to the next section.
func (l *layout) section(from int) span {
	i, _ := slices.BinarySearch(l.starts, from+1)
	if i == len(l.starts) {
		return span{from, len(l.doc.rows)}
	}
	return span{from, l.starts[i] - 1}
}

// within takes a background into the place, or gives the cases of a scenario.
func (l *layout) within(p *place, b *messages.Background, s *messages.Scenario) []*Case {
	if b != nil {
		p.spans = append(p.spans, l.section(int(b.Location.Line)))
		p.steps = append(p.steps, b.Steps...)
	}
	if s == nil {
		return nil
	}
	own := l.section(start(s.Location, s.Tags))
	var all []*Case
	for _, pickle := range l.doc.pickles {
		if pickle.AstNodeIds[0] != s.Id {
			continue
		}
		c := l.newCase(p, s, pickle)
		c.spans = append(slices.Clone(p.spans), own)
		keep := slices.Clone(c.spans)
		if e, row := rowOf(s, pickle); row != nil {
			c.Line = int(row.Location.Line)
			if c.Name == s.Name {
				c.Row = values(e.TableHeader, row)
			}
			examples := span{start(e.Location, e.Tags), int(e.TableHeader.Location.Line)}
			keep = append(keep, examples, span{c.Line, c.Line})
			c.spans = append(c.spans, examples, span{c.Line, c.Line})
		}
		c.text = l.only(keep)
		all = append(all, c)
	}
	if len(all) == 0 { // an outline without rows
		c := &Case{Scenario: l.describe(p, s), spans: append(slices.Clone(p.spans), own), outline: true}
		c.Tags = tagNames(l.doc.feature.Tags, s.Tags)
		all = append(all, c)
	}
	return all
}

// rowOf is the row of examples that a pickle was made of, if it is one.
func rowOf(s *messages.Scenario, pickle *messages.Pickle) (*messages.Examples, *messages.TableRow) {
	if len(pickle.AstNodeIds) < 2 {
		return nil, nil
	}
	for _, e := range s.Examples {
		for _, row := range e.TableBody {
			if row.Id == pickle.AstNodeIds[1] {
				return e, row
			}
		}
	}
	return nil, nil
}

// values are those of a row of examples: environment=staging, failures=50.
func values(head, row *messages.TableRow) string {
	var all []string
	for i, cell := range row.Cells {
		all = append(all, head.Cells[i].Value+"="+cell.Value)
	}
	return strings.Join(all, ", ")
}

// only is the file with nothing but some of its lines.
func (l *layout) only(keep []span) []byte {
	var b strings.Builder
	for _, s := range keep {
		for _, row := range l.doc.rows[s.from-1 : s.to] {
			b.WriteString(row + "\n")
		}
	}
	return []byte(b.String())
}

// describe is a scenario as it stands in the file.
func (l *layout) describe(p *place, s *messages.Scenario) suite.Scenario {
	return suite.Scenario{
		File: l.doc.name, Line: int(s.Location.Line), Feature: p.name, Rule: p.rule, Name: s.Name,
		Steps: []suite.Step{},
	}
}

// newCase is the case of a pickle, with its steps.
func (l *layout) newCase(p *place, s *messages.Scenario, pickle *messages.Pickle) *Case {
	c := &Case{Scenario: l.describe(p, s)}
	c.Name = pickle.Name
	for _, t := range pickle.Tags {
		if !slices.Contains(c.Tags, t.Name) {
			c.Tags = append(c.Tags, t.Name)
		}
	}
	c.Rules = steps.RuleIDs(c.Tags)
	nodes := append(slices.Clone(p.steps), s.Steps...)
	for _, ps := range pickle.Steps {
		at := slices.IndexFunc(nodes, func(n *messages.Step) bool { return n.Id == ps.AstNodeIds[0] })
		if at < 0 {
			panic(fmt.Sprintf("run: %s:%d: a step that stands nowhere: %s", c.File, c.Line, ps.Text))
		}
		node := nodes[at]
		step := suite.Step{
			Keyword: strings.TrimSpace(node.Keyword), Text: ps.Text, Line: int(node.Location.Line),
		}
		if ps.Argument != nil && ps.Argument.DataTable != nil {
			for _, row := range ps.Argument.DataTable.Rows {
				var cells []string
				for _, cell := range row.Cells {
					cells = append(cells, cell.Value)
				}
				step.Table = append(step.Table, cells)
			}
		}
		if ps.Argument != nil && ps.Argument.DocString != nil {
			step.Doc = ps.Argument.DocString.Content
		}
		c.Steps = append(c.Steps, step)
		c.columns = append(c.columns, int(node.Location.Column))
	}
	return c
}

func tagNames(lists ...[]*messages.Tag) []string {
	var names []string
	for _, list := range lists {
		for _, t := range list {
			names = append(names, t.Name)
		}
	}
	return names
}
