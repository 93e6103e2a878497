package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/outagedrill/outagedrill/reports/history"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// Line is the run for a history. At is when it was played, wall time, which no journal knows. Its inputs are
// all that run.started tells but the program and the command; its outcome is the summary of the base case and
// the expectations that failed.
func (j *Journal) Line(at time.Time) (history.Line, error) {
	m := newModel(j)
	run, base := *j.Run, *j.Summary
	run.Version, run.Command = "", ""
	base.Ranges, base.Fleet, base.Advice = nil, nil, nil
	inputs, err := json.Marshal(run)
	if err != nil {
		return history.Line{}, fmt.Errorf("telling the inputs: %w", err)
	}
	outcome, err := base.JSON()
	if err != nil {
		return history.Line{}, fmt.Errorf("telling the outcome: %w", err)
	}
	for _, e := range append(m.failedX, m.failedC...) {
		outcome = fmt.Appendf(outcome, "%s %s %s %s\n", e.Message, e.Want, e.Got, e.Rule)
	}
	stopped, total := m.worked()
	up := 100.0
	if total > 0 {
		up = 100 * (1 - float64(stopped)/float64(total))
	}
	t := j.Summary.Totals
	var latest journal.Seconds
	for _, f := range j.Summary.Flows {
		latest = max(latest, f.LateMax)
	}
	return history.Line{
		At: at.UTC(), Kind: "replay", Name: strip(run.Name), Where: strip(run.Environment),
		Program: j.Run.Version,
		Inputs:  digest(inputs), Outcome: digest(outcome), Seed: run.Seed, Verdict: string(m.verdict().Level),
		Figures: []history.Figure{
			{Name: "up", Value: up, Unit: "%"},
			{Name: "disablements", Value: float64(t.Disablements)},
			{Name: "records lost", Value: float64(m.lost())},
			{Name: "open errors", Value: float64(m.openErrors())},
			{Name: "latest record", Value: time.Duration(latest).Seconds(), Unit: "s"},
			{Name: "steps left for people", Value: float64(t.ManualStepsLeft)},
		},
	}, nil
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// pageHistory is the history of the run as the page shows it.
type pageHistory struct {
	Told []string
	Head []string
	Runs []pageRun
	More int // earlier ones
}

// pageRun is a run of the history.
type pageRun struct {
	When, Program, Verdict, Mark string
	Figures                      []string
	Other                        bool // its inputs are not those of the run before
	This                         bool
}

// maxRuns is how many runs of a history are listed.
const maxRuns = 12

// past is what the history tells; nil without one.
func (m *model) past() *pageHistory {
	if m.History == nil {
		return nil
	}
	series := m.History.Series()
	p := &pageHistory{Told: history.Told(series, nil), More: max(0, len(series)-maxRuns)}
	for i := p.More; i < len(series); i++ {
		l := &series[i]
		run := pageRun{
			When: l.At.UTC().Format("2006-01-02 15:04"), Program: clean(l.Program), Verdict: l.Verdict,
			Mark: history.Mark(l.Verdict), This: i == len(series)-1,
			Other: i > 0 && l.Inputs != series[i-1].Inputs,
		}
		p.Head = p.Head[:0]
		for _, f := range l.Figures {
			p.Head = append(p.Head, f.Name)
			run.Figures = append(run.Figures, f.String())
		}
		p.Runs = append(p.Runs, run)
	}
	return p
}
