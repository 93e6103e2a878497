package suite

import (
	messages "github.com/cucumber/messages/go/v34"
)

// document tells a feature as a Gherkin document, and returns its scenarios with the IDs in it. The suite
// does not say where features and Gherkin rules stand: the feature is said to be at the first line, a rule
// where its first scenario is.
func (m *stream) document(f *feature) []*played {
	root := &messages.Feature{
		Location: at(1), Tags: []*messages.Tag{}, Language: "en", Keyword: "Feature", Name: f.Name,
		Children: []*messages.FeatureChild{},
	}
	var all []*played
	for _, r := range f.Rules {
		into := &messages.Rule{
			Location: at(r.Scenarios[0].Line), Tags: []*messages.Tag{}, Keyword: "Rule", Name: r.Name,
			Children: []*messages.RuleChild{},
		}
		if r.Name != "" {
			into.Id = m.ids.NewId()
			root.Children = append(root.Children, &messages.FeatureChild{Rule: into})
		}
		for _, sc := range r.Scenarios {
			p := &played{Scenario: sc, steps: sc.telling()}
			node := m.scenario(p)
			all = append(all, p)
			if r.Name == "" {
				root.Children = append(root.Children, &messages.FeatureChild{Scenario: node})
				continue
			}
			into.Children = append(into.Children, &messages.RuleChild{Scenario: node})
		}
	}
	m.put(&messages.Envelope{GherkinDocument: &messages.GherkinDocument{
		Uri: f.File, Feature: root, Comments: []*messages.Comment{},
	}})
	return all
}

func (m *stream) scenario(p *played) *messages.Scenario {
	p.node = m.ids.NewId()
	node := &messages.Scenario{
		Id: p.node, Location: at(p.Line), Tags: []*messages.Tag{}, Keyword: "Scenario",
		Name: m.suite.Title(p.Scenario), Steps: []*messages.Step{}, Examples: []*messages.Examples{},
	}
	for _, tag := range p.Tags {
		id := m.ids.NewId()
		p.tags = append(p.tags, id)
		node.Tags = append(node.Tags, &messages.Tag{Location: at(p.Line), Name: tag, Id: id})
	}
	for i := range p.steps {
		step := m.step(&p.steps[i])
		p.nodes = append(p.nodes, step.Id)
		node.Steps = append(node.Steps, step)
	}
	return node
}

func (m *stream) step(step *Step) *messages.Step {
	node := &messages.Step{
		Id: m.ids.NewId(), Location: at(step.Line), Keyword: step.Keyword + " ",
		KeywordType: keywordType(step.Keyword), Text: step.Text,
	}
	switch {
	case step.Doc != "":
		node.DocString = &messages.DocString{
			Location: at(step.Line + 1), Content: step.Doc, Delimiter: `"""`,
		}
	case step.Table != nil:
		node.DataTable = &messages.DataTable{Location: at(step.Line + 1), Rows: []*messages.TableRow{}}
		for i, row := range step.Table {
			cells := []*messages.TableCell{}
			for _, cell := range row {
				cells = append(cells, &messages.TableCell{Location: at(step.Line + 1 + i), Value: cell})
			}
			node.DataTable.Rows = append(node.DataTable.Rows, &messages.TableRow{
				Id: m.ids.NewId(), Location: at(step.Line + 1 + i), Cells: cells,
			})
		}
	}
	return node
}

// at is a line of a file; the columns are not known.
func at(line int) *messages.Location { return &messages.Location{Line: int64(max(1, line))} }

func keywordType(keyword string) messages.StepKeywordType {
	switch keyword {
	case "Given":
		return messages.StepKeywordType_CONTEXT
	case "When":
		return messages.StepKeywordType_ACTION
	case "Then":
		return messages.StepKeywordType_OUTCOME
	case "And", "But":
		return messages.StepKeywordType_CONJUNCTION
	default:
		return messages.StepKeywordType_UNKNOWN
	}
}
