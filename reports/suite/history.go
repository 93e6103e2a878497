package suite

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"

	"github.com/outagedrill/outagedrill/reports/history"
)

// key is the scenario's identity and what it is played from, for a history: ID.CONTENT.
func (sc *Scenario) key() string {
	var content []any
	for i := range sc.Steps {
		step := &sc.Steps[i]
		content = append(content, step.Keyword, step.Text, step.Table, step.Doc)
	}
	return digest(sc.File, sc.Feature, sc.Rule, sc.Name, sc.Row) + "." + digest(content...)
}

// digest is a short hash of values.
func digest(values ...any) string {
	text, err := json.Marshal(values)
	if err != nil {
		return "" // no value of ours fails
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:5])
}

// Line is the run for a history. Runs of one command are of one series; a drawn order does not make another
// command of it.
func (s *Suite) Line() history.Line {
	l := history.Line{
		At: s.Environment.Began, Kind: "test", Where: s.Driver, Program: s.Environment.Program,
		Verdict: "bad",
		Name:    strings.Replace(s.Environment.Command, " --order "+s.Order, "", 1), Foreign: s.Target != "",
	}
	if s.Target != "" {
		l.Where = s.Target
	}
	if s.Green() {
		l.Verdict = "good"
	}
	for _, sc := range s.ordered() {
		switch {
		case sc.Status.bad():
			l.Failed = append(l.Failed, sc.key())
			l.SetName(sc.key(), fmt.Sprintf("%s (%s)", line(sc.Name), sc.at()))
		case sc.Status == Skipped:
			l.Skipped = append(l.Skipped, sc.key())
		default:
			l.Passed = append(l.Passed, sc.key())
		}
	}
	t := s.Tally()
	l.Figures = []history.Figure{
		{Name: "passed", Value: float64(t.Passed)},
		{Name: "failed", Value: float64(t.Bad())},
		{Name: "skipped", Value: float64(t.Skipped)},
		{Name: "took", Value: s.Environment.Took.Seconds(), Unit: "s"},
	}
	return l
}

// HistoryTold says in sentences how the run stands to those before it; nil without a history.
func (s *Suite) HistoryTold() []string {
	if s.History == nil {
		return nil
	}
	return history.Told(s.History.Series(), s.names())
}

// names tells what the scenarios of the run are called, by their keys.
func (s *Suite) names() func(key string) string {
	names := map[string]string{}
	for _, sc := range s.ordered() {
		names[sc.key()] = fmt.Sprintf("%s (%s)", line(sc.Name), sc.at())
	}
	return func(key string) string { return names[key] }
}

// pageHistory is the history as the page shows it.
type pageHistory struct {
	Told   []string
	Trends template.HTML
	Runs   []pageRun
	More   int // earlier ones
}

// pageRun is a run of the history.
type pageRun struct {
	When, Program, Took string
	Tally               Tally
	Bars                []bar
	Flips               int // scenarios that came out otherwise than before, unchanged to the letter
	This                bool
}

// maxRuns is how many runs the page lists.
const maxRuns = 12

func (s *Suite) pageHistory() (*pageHistory, error) {
	if s.History == nil {
		return nil, nil
	}
	series := s.History.Series()
	p := &pageHistory{Told: s.HistoryTold(), More: max(0, len(series)-maxRuns)}
	var err error
	if p.Trends, err = history.HTML(series, s.names()); err != nil {
		return nil, err
	}
	flips := history.Flips(series)
	for i := range series[p.More:] {
		l := &series[p.More:][i]
		run := pageRun{
			When: l.At.UTC().Format("2006-01-02 15:04"), Program: line(l.Program),
			This: p.More+i == len(series)-1, Flips: len(flips[p.More+i]),
			Tally: Tally{Passed: len(l.Passed), Failed: len(l.Failed), Skipped: len(l.Skipped)},
		}
		run.Bars = run.Tally.bars()
		for _, f := range l.Figures {
			if f.Name == "took" {
				run.Took = f.String()
			}
		}
		p.Runs = append(p.Runs, run)
	}
	return p, nil
}

// elsewhere is how the scenarios came out on other drivers, as far as the history has them unchanged to the
// letter: by driver, then by key, the latest.
func (s *Suite) elsewhere() (drivers []string, statuses map[string]map[string]Status) {
	statuses = map[string]map[string]Status{}
	if s.History == nil {
		return nil, statuses
	}
	here := s.Line().Where
	for i := range s.History.Lines {
		l := &s.History.Lines[i]
		if l.Kind != "test" || l.Where == here {
			continue
		}
		if statuses[l.Where] == nil {
			statuses[l.Where] = map[string]Status{}
			drivers = append(drivers, l.Where)
		}
		for status, keys := range map[Status][]string{Skipped: l.Skipped, Passed: l.Passed} {
			for _, key := range keys {
				statuses[l.Where][key] = status
			}
		}
		for _, key := range l.Failed {
			statuses[l.Where][key] = Failed
		}
	}
	return drivers, statuses
}
