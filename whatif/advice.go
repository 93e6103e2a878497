package whatif

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// Advise says what would have gone better in a run, worst first, each with what shows it: entries of the
// run, which a Witness saw, its figures, and the figures of further runs. What the run does not show is not
// advised. Errors are those of Run.
func Advise(
	ctx context.Context, base Case, summary *journal.Summary, seen *Witness,
) ([]journal.Advice, error) {
	base, err := base.filled()
	if err != nil {
		return nil, err
	}
	a := &adviser{Case: base, summary: summary, seen: seen}
	a.retention()
	if err := a.settings(ctx); err != nil {
		return nil, err
	}
	a.enabling()
	a.authorizing()
	if err := a.resolving(ctx); err != nil {
		return nil, err
	}
	a.telling()
	a.statusPages()
	slices.SortStableFunc(a.out, func(x, y journal.Advice) int { return severity(x.Kind) - severity(y.Kind) })
	return a.out, nil
}

// severity orders the kinds, the worst first.
func severity(k journal.AdviceKind) int {
	return slices.Index([]journal.AdviceKind{
		journal.AdviseRetention, journal.AdviseSettings, journal.AdviseEnable, journal.AdviseAuthorize,
		journal.AdviseResolve, journal.AdviseSlowHands, journal.AdviseTellNobody, journal.AdviseStatusPage,
	}, k)
}

// adviser gathers advice on one run.
type adviser struct {
	Case
	summary *journal.Summary
	seen    *Witness
	out     []journal.Advice
}

// add keeps an advice with its evidence.
func (a *adviser) add(advice journal.Advice, evidence ...journal.Evidence) {
	advice.Evidence = append(advice.Evidence, evidence...)
	a.out = append(a.out, advice)
}

func entry(seq int64) journal.Evidence { return journal.Evidence{Seq: seq} }

func figure(name string, value any) journal.Evidence {
	return journal.Evidence{Figure: name, Value: fmt.Sprint(value)}
}

// retention tells what expired before it was read. What an intake had no room for was never there to be read.
func (a *adviser) retention() {
	keeps := func(application int) string {
		app := &a.Timeline.Applications[application]
		return app.Name + " keeps them for " + words.Span(app.Retention.Std()) + " only"
	}
	for i := range a.summary.Jobs {
		if j := &a.summary.Jobs[i]; j.Lost > 0 {
			instance := a.Timeline.PollingJobs[i].Instance
			a.add(journal.Advice{
				Kind: journal.AdviseRetention, Jobs: []string{j.ID},
				Text: fmt.Sprintf("%s expired before %s read them: %s", words.Count(j.Lost, "record"), j.ID,
					keeps(a.Timeline.Connections[instance].Application)),
			}, entry(a.seen.lost[j.ID]), figure("lost", j.Lost))
		}
	}
	for i := range a.summary.Flows {
		if f := &a.summary.Flows[i]; f.Lost > 0 && a.Timeline.Flows[i].Intake == nil {
			source := a.Timeline.Flows[i].From.Connection
			a.add(journal.Advice{
				Kind: journal.AdviseRetention, Flows: []string{f.ID},
				Text: fmt.Sprintf("%s expired before %s read them: %s", words.Count(f.Lost, "record"), f.ID,
					keeps(a.Timeline.Connections[source].Application)),
			}, entry(a.seen.lost[f.ID]), figure("lost", f.Lost))
		}
	}
}

// enabling tells of jobs that were off longer than they had to be, because nobody or somebody late enabled
// them.
func (a *adviser) enabling() {
	enables := func(o timeline.Reaction) bool { return o.Do == "enable" }
	watched := slices.ContainsFunc(a.Timeline.Operators, enables)
	nobody := journal.Advice{Kind: journal.AdviseEnable}
	var well journal.Seconds
	for i := range a.summary.Jobs {
		j := &a.summary.Jobs[i]
		switch {
		case offSince(j).State == journal.Known && !watched:
			nobody.Jobs = append(nobody.Jobs, j.ID)
			nobody.Evidence = append(nobody.Evidence, entry(a.seen.disabled[j.ID]))
			well += j.OffAfterWell
		case j.OffAfterWell > 0 && watched:
			what := "enable jobs sooner: " + j.ID + " was off for "
			if offSince(j).State == journal.Known {
				what = "those who enable jobs did not by the end of the run: " + j.ID + " was off for "
			}
			a.add(journal.Advice{
				Kind: journal.AdviseSlowHands, Jobs: []string{j.ID},
				Text: what + words.Span(time.Duration(j.OffFor)) + ", " +
					words.Span(time.Duration(j.OffAfterWell)) + " of it while no fault touched it",
			}, entry(a.seen.disabled[j.ID]), figure("off_for_s", seconds(j.OffFor)),
				figure("off_after_well_s", seconds(j.OffAfterWell)))
		}
	}
	if n := len(nobody.Jobs); n > 0 {
		nobody.Text = fmt.Sprintf("nobody enables disabled jobs: %s stay%s off to the end",
			several(nobody.Jobs), one(n, "s", ""))
		if well > 0 {
			nobody.Text += fmt.Sprintf(", %s of it while no fault touches %s",
				words.Span(time.Duration(well)), one(n, "it", "them"))
		}
		a.add(nobody, figure("off_after_well_s", seconds(well)))
	}
}

// authorizing tells of connections that only new credentials bring back.
func (a *adviser) authorizing() {
	for i := range a.summary.Connections {
		if c := &a.summary.Connections[i]; c.ManualStepsLeft > 0 {
			advice := journal.Advice{
				Kind: journal.AdviseAuthorize, Connections: []string{c.ID}, Application: c.Application,
				Text: "re-authorize " + c.ID + ": it waits for credentials, and nothing else mends that",
			}
			if seq := a.seen.offline[c.ID]; seq > 0 {
				advice.Evidence = append(advice.Evidence, entry(seq))
			}
			a.add(advice, figure("manual_steps_left", c.ManualStepsLeft))
		}
	}
}

// resolving tells of errors that wait for a person though auto-resolve would have retried them, as a run
// shows.
func (a *adviser) resolving(ctx context.Context) error {
	tl := *a.Timeline
	tl.Flows = slices.Clone(tl.Flows)
	on := true
	var waiting []int
	for i := range a.summary.Flows {
		f := &tl.Flows[i]
		auto := f.AutoResolve != nil && *f.AutoResolve || f.AutoResolve == nil && a.Flows.Flows.AutoResolve
		if !auto && a.summary.Flows[i].OpenErrors > 0 && a.seen.opened[f.Name] > 0 {
			f.AutoResolve = &on
			waiting = append(waiting, i)
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	retried := a.Case
	retried.Timeline = &tl
	with, err := Run(ctx, []Case{retried}, nil)
	if err != nil {
		return err
	}
	for _, i := range waiting {
		f, left := &a.summary.Flows[i], with[0].Flows[i].OpenErrors
		if left >= f.OpenErrors {
			continue
		}
		source := a.Timeline.Flows[i].From
		app := &a.Timeline.Applications[a.Timeline.Connections[source.Connection].Application]
		a.add(journal.Advice{
			Kind: journal.AdviseResolve, Flows: []string{f.ID},
			Text: fmt.Sprintf("auto-resolve of %s is off: %s %s wait for a hand; with it on, %s would", f.ID,
				words.Number(f.OpenErrors), app.Resources[source.Resource].Name, none0(left)),
		}, entry(a.seen.opened[f.ID]), figure("open_errors", f.OpenErrors),
			figure("open_errors with auto_resolve: true", left))
	}
	return nil
}

func none0(n int64) string {
	if n == 0 {
		return "none"
	}
	return words.Number(n)
}

// telling tells of connections about which nobody gets mail.
func (a *adviser) telling() {
	for i := range a.summary.Connections {
		c := &a.summary.Connections[i]
		if len(c.Offline) > 0 && len(a.Timeline.Connections[i].Subscribers) == 0 {
			a.add(journal.Advice{
				Kind: journal.AdviseTellNobody, Connections: []string{c.ID}, Application: c.Application,
				Text: "give " + c.ID + " a subscriber: it was offline, and nobody was told",
			}, entry(a.seen.offline[c.ID]))
		}
	}
}

// statusPages tells of status pages that were slower than the platform's own mail.
func (a *adviser) statusPages() {
	for _, app := range a.Timeline.Applications {
		lag := journal.Seconds(app.StatusPageLag)
		var found *journal.Outage
		for i := range a.summary.Outages {
			o := &a.summary.Outages[i]
			at := moment{app.Name, o.From + journal.Time(lag)}
			if o.Application == app.Name && o.FirstNotice != nil && *o.FirstNotice < lag &&
				a.seen.published[at] > 0 && a.seen.delivered[o.From+journal.Time(*o.FirstNotice)] > 0 {
				found = o
				break
			}
		}
		if found == nil {
			continue
		}
		mail := a.seen.delivered[found.From+journal.Time(*found.FirstNotice)]
		a.add(journal.Advice{
			Kind: journal.AdviseStatusPage, Application: app.Name,
			Text: fmt.Sprintf("do not wait for the status page of %s: it told of the outage after %s, the "+
				"platform's first mail came after %s", app.Name, words.Span(time.Duration(lag)),
				words.Span(time.Duration(*found.FirstNotice))),
		}, entry(a.seen.published[moment{app.Name, found.From + journal.Time(lag)}]), entry(mail))
	}
}

// several names a few things and counts the others.
func several(names []string) string {
	const most = 3
	switch n := len(names); {
	case n == 1:
		return names[0]
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most-1], ", "), n-most+1)
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
