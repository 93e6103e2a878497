package reports

import (
	"strings"
	"time"
	_ "time/tzdata" // so that a report looks the same on a machine without zone data

	"github.com/outagedrill/outagedrill/sim/journal"
)

// clock says instants in the run's zone, as short as the run's length allows.
type clock struct {
	loc      *time.Location
	zone     string // as the timeline names it
	start    time.Time
	end      time.Time
	layout   string
	midnight bool // end is the midnight that closes the run's only day: 24:00
}

// newClock chooses the layout: the time alone within one local day, else with the date, and with the
// year where the run crosses one. An unknown zone is shown as UTC.
func newClock(zone string, start, end journal.Time) clock {
	loc, err := time.LoadLocation(zone)
	if err != nil || zone == "" || zone == "Local" {
		loc, zone = time.UTC, "UTC"
	}
	c := clock{loc: loc, zone: zone, start: start.Std().In(loc), end: end.Std().In(loc)}
	last := c.end
	if end > start {
		last = c.end.Add(-1)
	}
	switch {
	case sameDay(c.start, last):
		c.layout = "15:04"
		c.midnight = !sameDay(last, c.end)
	case c.start.Year() == last.Year():
		c.layout = "Jan 2 15:04"
	default:
		c.layout = "Jan 2 2006 15:04"
	}
	return c
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// at says an instant; seconds are written where they are not zero, fractions are cut off.
func (c clock) at(t journal.Time) string {
	l := t.Std().In(c.loc)
	if c.midnight && l.Equal(c.end) {
		return "24:00"
	}
	if l.Second() != 0 {
		return l.Format(c.layout + ":05")
	}
	return l.Format(c.layout)
}

// day says the day of an instant, or on a run of one day its time.
func (c clock) day(t journal.Time) string {
	if c.layout == "15:04" {
		return "at " + c.at(t)
	}
	return t.Std().In(c.loc).Format(strings.TrimSuffix(c.layout, " 15:04"))
}

// from says a stretch of time: "21:05 to 01:11", with the second date only where it differs.
func (c clock) from(a, b journal.Time) string {
	return c.at(a) + " to " + c.until(a, b)
}

// until says the end of a stretch.
func (c clock) until(a, b journal.Time) string {
	x, y := a.Std().In(c.loc), b.Std().In(c.loc)
	if c.layout == "15:04" || !sameDay(x, y) {
		return c.at(b)
	}
	if y.Second() != 0 {
		return y.Format("15:04:05")
	}
	return y.Format("15:04")
}

// window says the whole run with its year.
func (c clock) window() string {
	const full = "Mon 2 Jan 2006 15:04"
	if c.layout == "15:04" {
		end := c.end.Format("15:04")
		if c.midnight {
			end = "24:00"
		}
		return c.start.Format(full) + " to " + end
	}
	return c.start.Format(full) + " to " + c.end.Format(full)
}

// name says the zone and its distance from UTC, both distances where the run crosses a change.
func (c clock) name() string {
	if c.utc() {
		return "UTC"
	}
	a, b := c.start.Format("-07:00"), c.end.Format("-07:00")
	if a != b {
		return clean(c.zone) + ", UTC" + a + " at the start and UTC" + b + " at the end"
	}
	return clean(c.zone) + ", UTC" + a
}

// utc tells whether the run's zone is UTC itself.
func (c clock) utc() bool { return c.zone == "UTC" || c.loc == time.UTC }

// exactUTC is the instant to the nanosecond, for tables and titles.
func exactUTC(t journal.Time) string { return t.Std().Format("2006-01-02 15:04:05.999999999") + " UTC" }
