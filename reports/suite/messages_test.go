package suite_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	messages "github.com/cucumber/messages/go/v34"

	"github.com/outagedrill/outagedrill/reports/suite"
)

// envelopes reads a stream of messages, strictly: each line one message of one kind, nothing unknown, no null.
func envelopes(t *testing.T, s *suite.Suite) []*messages.Envelope {
	t.Helper()
	var all []*messages.Envelope
	for text := range strings.Lines(write(t, "messages", s)) {
		d := json.NewDecoder(strings.NewReader(text))
		d.DisallowUnknownFields()
		e := &messages.Envelope{}
		if err := d.Decode(e); err != nil {
			t.Fatal(err)
		}
		var raw map[string]any
		if err := json.Unmarshal([]byte(text), &raw); err != nil || len(raw) != 1 || hasNull(raw) {
			t.Errorf("not one whole message: %s", text)
		}
		all = append(all, e)
	}
	return all
}

func hasNull(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case []any:
		return slices.ContainsFunc(v, hasNull)
	case map[string]any:
		return slices.ContainsFunc(slices.Collect(maps.Values(v)), hasNull)
	}
	return false
}

// tallied counts test cases by the worst status of their steps, as Cucumber's tools do.
func tallied(all []*messages.Envelope) map[messages.TestStepResultStatus]int {
	worse := []messages.TestStepResultStatus{"UNKNOWN", "PASSED", "SKIPPED", "PENDING", "UNDEFINED", "AMBIGUOUS", "FAILED"}
	rank := map[messages.TestStepResultStatus]int{}
	for i, status := range worse {
		rank[status] = i
	}
	worst := map[string]int{}
	for _, e := range all {
		if c := e.TestCaseStarted; c != nil {
			worst[c.Id] = 0
		}
		if f := e.TestStepFinished; f != nil {
			worst[f.TestCaseStartedId] = max(worst[f.TestCaseStartedId], rank[f.TestStepResult.Status])
		}
	}
	count := map[messages.TestStepResultStatus]int{}
	for _, w := range worst {
		count[worse[w]]++
	}
	return count
}

// ids checks that each ID of a stream is there once and was told before it is meant.
type ids struct {
	t    *testing.T
	told map[string]string // ID → what it is of
}

func (i ids) tell(what, id string) {
	if id == "" || i.told[id] != "" {
		i.t.Errorf("the ID %q of a %s is empty or that of a %s", id, what, i.told[id])
	}
	i.told[id] = what
}

func (i ids) mean(what, id string) {
	if i.told[id] != what {
		i.t.Errorf("the ID %q means a %q (want a %s)", id, i.told[id], what)
	}
}

func (i ids) scenario(s *messages.Scenario) {
	if s == nil {
		return
	}
	i.tell("scenario", s.Id)
	for _, tag := range s.Tags {
		i.tell("tag", tag.Id)
	}
	for _, step := range s.Steps {
		i.tell("step", step.Id)
		if step.DataTable != nil {
			for _, row := range step.DataTable.Rows {
				i.tell("row", row.Id)
			}
		}
	}
}

func (i ids) message(e *messages.Envelope) {
	switch {
	case e.GherkinDocument != nil:
		for _, c := range e.GherkinDocument.Feature.Children {
			i.scenario(c.Scenario)
			if c.Rule != nil {
				i.tell("rule", c.Rule.Id)
				for _, below := range c.Rule.Children {
					i.scenario(below.Scenario)
				}
			}
		}
	case e.Pickle != nil:
		i.tell("pickle", e.Pickle.Id)
		i.mean("scenario", e.Pickle.AstNodeIds[0])
		for _, step := range e.Pickle.Steps {
			i.tell("pickle step", step.Id)
			i.mean("step", step.AstNodeIds[0])
		}
		for _, tag := range e.Pickle.Tags {
			i.mean("tag", tag.AstNodeId)
		}
	case e.TestRunStarted != nil:
		i.tell("run", e.TestRunStarted.Id)
	case e.TestCase != nil:
		i.tell("test case", e.TestCase.Id)
		i.mean("pickle", e.TestCase.PickleId)
		i.mean("run", e.TestCase.TestRunStartedId)
		for _, step := range e.TestCase.TestSteps {
			i.tell("test step", step.Id)
			i.mean("pickle step", step.PickleStepId)
		}
	case e.TestCaseStarted != nil:
		i.tell("start", e.TestCaseStarted.Id)
		i.mean("test case", e.TestCaseStarted.TestCaseId)
	case e.TestStepStarted != nil:
		i.mean("start", e.TestStepStarted.TestCaseStartedId)
		i.mean("test step", e.TestStepStarted.TestStepId)
	case e.TestStepFinished != nil:
		i.mean("start", e.TestStepFinished.TestCaseStartedId)
		i.mean("test step", e.TestStepFinished.TestStepId)
	case e.Attachment != nil:
		i.mean("start", e.Attachment.TestCaseStartedId)
	case e.TestCaseFinished != nil:
		i.mean("start", e.TestCaseFinished.TestCaseStartedId)
	case e.TestRunFinished != nil:
		i.mean("run", e.TestRunFinished.TestRunStartedId)
	}
}

// The stream is whole: it begins with meta and ends with the run, IDs are unique and told before they are
// meant, and the cases come out as in the suite.
func TestMessages(t *testing.T) {
	all := envelopes(t, mixed())
	if all[0].Meta == nil || all[len(all)-1].TestRunFinished == nil || all[len(all)-1].TestRunFinished.Success {
		t.Error("the stream does not begin with meta or does not end with a run that failed")
	}
	check := ids{t, map[string]string{}}
	documents, attachments := 0, 0
	for _, e := range all {
		check.message(e)
		if e.GherkinDocument != nil {
			documents++
		}
		if e.Attachment != nil {
			attachments++
		}
	}
	if documents != 2 || attachments != 1 {
		t.Errorf("there are %d documents and %d attachments", documents, attachments)
	}
	count := tallied(all)
	if count["PASSED"] != 3 || count["FAILED"] != 6 || count["UNDEFINED"] != 1 ||
		count["AMBIGUOUS"] != 1 || count["SKIPPED"] != 1 {
		t.Errorf("the cases come out as %v", count)
	}
}

// The protocol's version is the module's.
func TestMessagesVersion(t *testing.T) {
	mod, err := os.ReadFile("../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`cucumber/messages/go/v\d+ v(\S+)`).FindSubmatch(mod)
	if found == nil || envelopes(t, green())[0].Meta.ProtocolVersion != string(found[1]) {
		t.Errorf("the stream does not say %s", found)
	}
}
