package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/internal/problem"
	"github.com/outagedrill/outagedrill/sim/importer"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// downDay is the day on which outages of --down happen: always the same, so that the same command gives the
// same answer every day. It is a Wednesday on which no zone changes its clocks.
func downDay(zone *time.Location) time.Time { return time.Date(2024, time.May, 15, 0, 0, 0, 0, zone) }

// downAfter is how long a run goes on, at least, after the last outage of --down; it ends at midnight.
const downAfter = 6 * time.Hour

// outageFlag is one --down.
type outageFlag struct {
	text        string
	application string
	from, to    time.Time
}

// downTimeline makes a timeline of the outages of --down, over the workload lent, or over a small one.
func (f *storyFlags) downTimeline(lent *timeline.Workload) (*timeline.Timeline, error) {
	zone := "UTC"
	if f.zone != "" {
		zone = f.zone
	}
	place, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		return nil, usagef("--zone %q is no time zone (want one such as UTC or America/New_York)", zone)
	}
	var outages []outageFlag
	for _, text := range f.down {
		o, err := parseDown(text, place)
		if err != nil {
			return nil, err
		}
		outages = append(outages, o)
	}
	if err := downKnown(outages, lent); err != nil {
		return nil, err
	}
	story := downStory(outages, zone, place)
	if lent == nil {
		var names []string
		for _, o := range outages {
			names = append(names, o.application)
		}
		return timeline.Parse("--down", append(story, importer.SampleWorkload(names...)...))
	}
	return timeline.ParseWith("--down", story, lent)
}

// parseDown reads APPLICATION=HH:MM-HH:MM. An end that is not after the begin is on the next day.
func parseDown(text string, zone *time.Location) (outageFlag, error) {
	bad := usagef("--down %q (want APPLICATION=HH:MM-HH:MM, for example acme=14:00-17:00)", text)
	cut := strings.LastIndexByte(text, '=')
	if cut < 1 {
		return outageFlag{}, bad
	}
	o := outageFlag{text: text, application: text[:cut]}
	from, to, ok := strings.Cut(text[cut+1:], "-")
	begin, ok1 := clockTime(from)
	end, ok2 := clockTime(to)
	if !ok || !ok1 || !ok2 || begin == 24*time.Hour {
		return outageFlag{}, bad
	}
	if end <= begin {
		end += 24 * time.Hour
	}
	o.from, o.to = atClock(zone, begin), atClock(zone, end)
	return o, nil
}

// clockTime reads HH:MM, 24:00 included, as the time since midnight.
func clockTime(text string) (time.Duration, bool) {
	if text == "24:00" {
		return 24 * time.Hour, true
	}
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}

// atClock is the instant of a time since midnight of the day of --down.
func atClock(zone *time.Location, since time.Duration) time.Time {
	day := downDay(zone)
	return time.Date(day.Year(), day.Month(), day.Day(), 0, int(since/time.Minute), 0, 0, zone)
}

// downKnown wants the applications that fail to be in the workload.
func downKnown(outages []outageFlag, lent *timeline.Workload) error {
	if lent == nil {
		return nil
	}
	for _, o := range outages {
		known := false
		for _, name := range lent.Applications {
			known = known || name == o.application
		}
		if !known {
			return refuse(problem.Problem{
				What: fmt.Sprintf("--down %s: %s has no application %q", o.text, lent.File, o.application),
				Want: problem.List(lent.Applications, "or"),
				Near: problem.Nearest(o.application, lent.Applications),
			})
		}
	}
	return nil
}

// downStory writes the story: name, period, zone and events.
func downStory(outages []outageFlag, zone string, place *time.Location) []byte {
	start, last := downDay(place), time.Time{}
	var names, events []string
	for _, o := range outages {
		names = append(names, fmt.Sprintf("%s down %s to %s",
			o.application, o.from.Format("15:04"), o.to.Format("15:04")))
		events = append(events, fmt.Sprintf("  - {at: %s, application: %s, fault: down, for: %s}\n",
			o.from.UTC().Format(time.RFC3339), quoted(o.application), o.to.Sub(o.from)))
		if o.to.After(last) {
			last = o.to
		}
	}
	end := start
	for days := 1; end.Before(last.Add(downAfter)); days++ {
		end = start.AddDate(0, 0, days)
	}
	return fmt.Appendf(nil, "outagedrill: 1\nname: %s\nstart: %s\nduration: %s\nzone: %s\nevents:\n%s",
		quoted(shortened(strings.Join(names, ", "))), start.UTC().Format(time.RFC3339), end.Sub(start),
		quoted(zone), strings.Join(events, ""))
}

// shortened keeps a title within what a timeline's name may be.
func shortened(title string) string {
	const most = 200
	if r := []rune(title); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return title
}

// quoted is a text as YAML reads it back.
func quoted(text string) string {
	b, err := json.Marshal(text)
	if err != nil {
		return `""` // no string fails
	}
	return string(b)
}
