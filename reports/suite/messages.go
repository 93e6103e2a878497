package suite

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	messages "github.com/cucumber/messages/go/v34"
)

// protocol is the version of Cucumber Messages that is written, which is that of the module.
const protocol = "34.2.0"

// stream writes envelopes, one a line. IDs count up from 0.
type stream struct {
	suite *Suite
	out   *json.Encoder
	err   error // the first
	ids   messages.Incrementing
	run   string
	// began is used wherever a time must stand: steps have no wall times of their own.
	began messages.Timestamp
}

// played is a scenario with the IDs under which the stream has it.
type played struct {
	*Scenario
	steps   []Step // with the one that says how the scenario ended, where none did
	node    string
	nodes   []string // of steps
	tags    []string // IDs of tags
	pickle  string
	pickled []string // IDs of pickle steps
	tested  []string // IDs of test steps
	test    string   // ID of the test case
}

func (m *stream) put(e *messages.Envelope) {
	if m.err == nil {
		m.err = m.out.Encode(e)
	}
}

// writeMessages writes Cucumber Messages. The features are told as far as the suite knows them, a row of an
// outline as a scenario of its own. Each attempt is a test case of its own: as attempts of one, tools would
// show the last of them alone.
func writeMessages(b *bytes.Buffer, s *Suite) error {
	m := &stream{suite: s, out: json.NewEncoder(b)}
	m.began = messages.GoTimeToTimestamp(s.Environment.Began)
	m.put(&messages.Envelope{Meta: m.meta()})
	var all []*played
	for _, f := range s.features() {
		of := m.document(f)
		for _, sc := range of {
			m.put(&messages.Envelope{Pickle: m.pickle(sc)})
		}
		all = append(all, of...)
	}
	slices.SortStableFunc(all, func(a, b *played) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.Attempt, b.Attempt))
	})
	m.run = m.ids.NewId()
	m.put(&messages.Envelope{TestRunStarted: &messages.TestRunStarted{Timestamp: &m.began, Id: m.run}})
	for _, sc := range all {
		m.put(&messages.Envelope{TestCase: m.testCase(sc)})
	}
	for _, sc := range all {
		m.play(sc)
	}
	ended := messages.GoTimeToTimestamp(s.Environment.Began.Add(s.Environment.Took))
	m.put(&messages.Envelope{TestRunFinished: &messages.TestRunFinished{
		Success: s.Green(), Message: s.verdict(), Timestamp: &ended, TestRunStartedId: m.run,
	}})
	return m.err
}

func (m *stream) meta() *messages.Meta {
	program := &messages.Product{Name: "outagedrill", Version: m.suite.Environment.Program}
	system, cpu, _ := strings.Cut(m.suite.Environment.System, "/")
	return &messages.Meta{
		ProtocolVersion: protocol, Implementation: program, Runtime: &messages.Product{Name: "go"},
		Os: &messages.Product{Name: system}, Cpu: &messages.Product{Name: cpu},
	}
}

func (m *stream) pickle(sc *played) *messages.Pickle {
	sc.pickle = m.ids.NewId()
	p := &messages.Pickle{
		Id: sc.pickle, Uri: sc.File, Location: at(sc.Line), Name: m.suite.Title(sc.Scenario), Language: "en",
		Steps: []*messages.PickleStep{}, Tags: []*messages.PickleTag{}, AstNodeIds: []string{sc.node},
	}
	for i, tag := range sc.Tags {
		p.Tags = append(p.Tags, &messages.PickleTag{Name: tag, AstNodeId: sc.tags[i]})
	}
	kind := messages.PickleStepType_UNKNOWN
	for i := range sc.steps {
		step := &sc.steps[i]
		kind = stepType(step.Keyword, kind)
		id := m.ids.NewId()
		sc.pickled = append(sc.pickled, id)
		p.Steps = append(p.Steps, &messages.PickleStep{
			Id: id, AstNodeIds: []string{sc.nodes[i]}, Type: kind, Text: step.Text, Argument: argument(step),
		})
	}
	return p
}

// stepType is what a keyword makes of a step; And and But go on with what was before.
func stepType(keyword string, before messages.PickleStepType) messages.PickleStepType {
	switch keyword {
	case "Given":
		return messages.PickleStepType_CONTEXT
	case "When":
		return messages.PickleStepType_ACTION
	case "Then":
		return messages.PickleStepType_OUTCOME
	case "And", "But":
		return before
	default:
		return messages.PickleStepType_UNKNOWN
	}
}

func argument(step *Step) *messages.PickleStepArgument {
	switch {
	case step.Doc != "":
		return &messages.PickleStepArgument{DocString: &messages.PickleDocString{Content: step.Doc}}
	case step.Table != nil:
		table := &messages.PickleTable{Rows: []*messages.PickleTableRow{}}
		for _, row := range step.Table {
			cells := []*messages.PickleTableCell{}
			for _, cell := range row {
				cells = append(cells, &messages.PickleTableCell{Value: cell})
			}
			table.Rows = append(table.Rows, &messages.PickleTableRow{Cells: cells})
		}
		return &messages.PickleStepArgument{DataTable: table}
	}
	return nil
}

func (m *stream) testCase(sc *played) *messages.TestCase {
	sc.test = m.ids.NewId()
	c := &messages.TestCase{
		Id: sc.test, PickleId: sc.pickle, TestSteps: []*messages.TestStep{}, TestRunStartedId: m.run,
	}
	for _, pickled := range sc.pickled {
		id := m.ids.NewId()
		sc.tested = append(sc.tested, id)
		c.TestSteps = append(c.TestSteps, &messages.TestStep{Id: id, PickleStepId: pickled})
	}
	return c
}

// play tells how a scenario went. No time passes in it: a step has no wall time, and its virtual time would
// have tools claim hours.
func (m *stream) play(sc *played) {
	id := m.ids.NewId()
	m.put(&messages.Envelope{TestCaseStarted: &messages.TestCaseStarted{
		Id: id, TestCaseId: sc.test, Timestamp: &m.began,
	}})
	for i := range sc.steps {
		m.put(&messages.Envelope{TestStepStarted: &messages.TestStepStarted{
			TestCaseStartedId: id, TestStepId: sc.tested[i], Timestamp: &m.began,
		}})
		m.put(&messages.Envelope{TestStepFinished: &messages.TestStepFinished{
			TestCaseStartedId: id, TestStepId: sc.tested[i], Timestamp: &m.began,
			TestStepResult: result(&sc.steps[i], sc.word(sc.steps, i)),
		}})
	}
	if sc.Timeline != "" && sc.Status.bad() {
		m.put(&messages.Envelope{Attachment: &messages.Attachment{
			Body: sc.Timeline, ContentEncoding: messages.AttachmentContentEncoding_IDENTITY,
			FileName: "timeline.yaml", MediaType: "text/yaml", TestCaseStartedId: id, Timestamp: &m.began,
		}})
	}
	m.put(&messages.Envelope{TestCaseFinished: &messages.TestCaseFinished{
		TestCaseStartedId: id, Timestamp: &m.began,
	}})
}

func result(step *Step, word string) *messages.TestStepResult {
	r := &messages.TestStepResult{Duration: &messages.Duration{}, Message: word}
	switch step.Status {
	case Passed:
		r.Status = messages.TestStepResultStatus_PASSED
	case Skipped:
		r.Status = messages.TestStepResultStatus_SKIPPED
	case Undefined:
		r.Status = messages.TestStepResultStatus_UNDEFINED
	case Ambiguous:
		r.Status = messages.TestStepResultStatus_AMBIGUOUS
	default:
		r.Status = messages.TestStepResultStatus_FAILED
		r.Exception = &messages.Exception{Type: "expectation", Message: word}
	}
	return r
}
