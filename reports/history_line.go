package reports

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html/template"
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
			recoveryFigure(j.Summary.Outages),
			{Name: "records lost", Value: float64(m.lost())},
			{Name: "open errors", Value: float64(m.openErrors())},
			{Name: "latest record", Value: time.Duration(latest).Seconds(), Unit: "s"},
			{Name: "steps left for people", Value: float64(t.ManualStepsLeft)},
		},
	}, nil
}

// recoveryFigure is how long after the slowest of the outages all worked again.
func recoveryFigure(outages []journal.Outage) history.Figure {
	f := history.Figure{Name: "works again after", Unit: "s"}
	for _, o := range outages {
		if o.RecoveryDelay == nil {
			f.Value, f.Open = 0, true
			return f
		}
		f.Value = max(f.Value, time.Duration(*o.RecoveryDelay).Seconds())
	}
	return f
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:8])
}

// pageHistory is the history of the run as the page shows it.
type pageHistory struct {
	Told   []string
	Trends template.HTML
	Head   []string
	Runs   []pageRun
	More   int // earlier ones
}

// pageRun is a run of the history.
type pageRun struct {
	When, Program, Verdict, Mark string
	Figures                      []string
	Other                        bool // its inputs are not those of the run before
	Flip                         bool // they are those of an earlier run, and its outcome is not
	This                         bool
}

// How much is told of a history.
const (
	maxRuns   = 12 // that are listed
	maxSparks = 20 // points of a trend on a terminal
)

// pastTold says in sentences how the run stands to those before it; nil without a history.
func (m *model) pastTold() []string {
	if m.History == nil {
		return nil
	}
	return history.Told(m.History.Series(), nil)
}

// pastTrends are the figures that changed over the runs, a line each: their course, and between what they
// lie.
func (m *model) pastTrends() []string {
	return history.TrendLines(m.History.Series(), maxSparks)
}

// past is what the history tells; nil without one.
func (m *model) past() (*pageHistory, error) {
	if m.History == nil {
		return nil, nil
	}
	series := m.History.Series()
	p := &pageHistory{Told: m.pastTold(), More: max(0, len(series)-maxRuns)}
	var err error
	if p.Trends, err = history.HTML(series, nil); err != nil {
		return nil, err
	}
	flips, last := history.Flips(series), &history.Line{}
	if n := len(series); n > 0 {
		last = &series[n-1]
	}
	for _, f := range last.Figures {
		p.Head = append(p.Head, f.Name)
	}
	for i := p.More; i < len(series); i++ {
		l := &series[i]
		run := pageRun{
			When: l.At.UTC().Format("2006-01-02 15:04"), Program: clean(l.Program), Verdict: l.Verdict,
			Mark: history.Mark(l.Verdict), This: i == len(series)-1,
			Other: i > 0 && l.Inputs != series[i-1].Inputs, Flip: len(flips[i]) > 0,
		}
		for k := range last.Figures {
			text := "–"
			if f, there := l.Figure(&last.Figures[k]); there {
				text = f.String()
			}
			run.Figures = append(run.Figures, text)
		}
		p.Runs = append(p.Runs, run)
	}
	return p, nil
}
