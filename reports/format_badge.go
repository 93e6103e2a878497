package reports

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// badge is what its template writes.
type badge struct {
	Label, Text string
	Colour      string
	Left, Right int // widths
	Width       int
	LabelX      int
	TextX       int
	Title       string
}

// writeBadge says how much of the time flows and polling jobs worked, of all runs together, and what is still
// stopped. Its colour is that of the worst verdict.
func writeBadge(b *bytes.Buffer, all []*model) error {
	var stopped, total time.Duration
	var texts []string
	worst, still := good, 0
	for _, m := range all {
		s, t := m.worked()
		stopped, total = stopped+s, total+t
		v := m.verdict()
		if worst == good || v.Level == bad {
			worst = v.Level
		}
		conns, flows, jobs := m.still()
		still += len(conns) + len(flows) + len(jobs)
		texts = append(texts, clean(m.Run.Name)+": "+v.Text)
	}
	g := badge{
		Label: "flows and jobs", Text: "nothing to run", Title: strings.Join(texts, "\n"),
		Colour: map[level]string{good: "#1c7a3e", warn: "#8a6100", bad: "#b3261e"}[worst],
	}
	if total > 0 {
		g.Text = percent(1-float64(stopped)/float64(total)) + " up"
	}
	if still > 0 {
		g.Text += ", " + words.Number(int64(still)) + " still off"
	}
	const letter, margin = 7, 12
	g.Left, g.Right = letter*len(g.Label)+margin, letter*len(g.Text)+margin
	g.Width, g.LabelX, g.TextX = g.Left+g.Right, g.Left/2, g.Left+g.Right/2
	t, err := template.ParseFS(assets, "assets/badge.svg.tmpl")
	if err != nil {
		return err
	}
	return t.Execute(b, g)
}

// percent is a share; one that is not whole never reads as if it were.
func percent(share float64) string {
	text := fmt.Sprintf("%.1f", 100*share)
	if text == "100.0" && share < 1 {
		return "99.9 %"
	}
	return strings.TrimSuffix(text, ".0") + " %"
}

// worked is for how long flows were paused, or waited for their turn afterwards, and polling jobs were
// disabled by the platform, each by itself, and how long all of them ran together.
func (m *model) worked() (stopped, total time.Duration) {
	total = time.Duration(len(m.Run.Flows)+len(m.Run.Jobs)) * m.length()
	for _, s := range m.paused {
		stopped += m.until(s).Sub(s.from)
	}
	for _, s := range m.off {
		if !s.byUser {
			stopped += s.to.Sub(s.from)
		}
	}
	return stopped, total
}

// until is when a paused flow flows again or is paused anew, the end of the run where it does neither.
func (m *model) until(s *flowStop) journal.Time {
	switch {
	case s.flows:
		return s.resumed
	case m.lastPause(s.flow) == s:
		return m.end
	}
	return s.to // the next pause began before it could run
}
