package timeline_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// person reads one operator with the given hours.
func person(t *testing.T, hours, zone string) timeline.Reaction {
	t.Helper()
	text := world + "operators: [{when: job.disabled, do: enable, hours: \"" + hours + "\", zone: " + zone + "}]\n"
	tl, err := timeline.Parse("drill.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return tl.Operators[0]
}

// TestOpening gives hours, an instant, and the first working instant at or after it. New York changes
// to summer time on 10 March 2024 at 02:00 and back on 3 November 2024 at 02:00.
func TestOpening(t *testing.T) {
	for _, c := range []struct{ name, hours, zone, at, want string }{
		{"opening in", "Mon-Fri 09:00-17:00", "UTC", "2024-03-01T09:00:00Z", "2024-03-01T09:00:00Z"},
		{"before opening", "Mon-Fri 09:00-17:00", "UTC", "2024-03-01T08:59:59.999999999Z", "2024-03-01T09:00:00Z"},
		{"last instant", "Mon-Fri 09:00-17:00", "UTC", "2024-03-01T16:59:59.999999999Z", "2024-03-01T16:59:59.999999999Z"},
		{"closing out", "Mon-Fri 09:00-17:00", "UTC", "2024-03-01T17:00:00Z", "2024-03-04T09:00:00Z"},
		{"list", "Mon,Wed 09:00-17:00", "UTC", "2024-03-05T10:00:00Z", "2024-03-06T09:00:00Z"},
		{"groups", "Mon-Fri 09:00-17:00, Sat 10:00-14:00", "UTC", "2024-03-01T17:00:00Z", "2024-03-02T10:00:00Z"},
		{"every day", "09:00-12:00,13:00-17:00", "UTC", "2024-03-02T12:00:00Z", "2024-03-02T13:00:00Z"},
		{"over midnight", "Fri 22:00-06:00", "UTC", "2024-03-02T05:59:00Z", "2024-03-02T05:59:00Z"},
		{"week's end", "Sun 22:00-06:00", "UTC", "2024-03-04T05:00:00Z", "2024-03-04T05:00:00Z"},
		{"over the weekend", "Sat-Mon 00:00-24:00", "UTC", "2024-03-05T00:00:00Z", "2024-03-09T00:00:00Z"},
		{"zone", "Mon-Fri 09:00-17:00", "America/New_York", "2024-03-01T13:59:00Z", "2024-03-01T14:00:00Z"},
		{"summer time", "Mon-Fri 09:00-17:00", "America/New_York", "2024-03-08T22:00:00Z", "2024-03-11T13:00:00Z"},
		{"winter time", "Mon-Fri 09:00-17:00", "America/New_York", "2024-11-01T21:00:00Z", "2024-11-04T14:00:00Z"},
		{
			"opening in the hour that is left out", "Sun 02:30-04:00", "America/New_York",
			"2024-03-10T06:00:00Z", "2024-03-10T07:00:00Z",
		},
		{
			"the hour that comes twice", "Sun 01:00-01:30", "America/New_York",
			"2024-11-03T05:45:00Z", "2024-11-03T06:00:00Z",
		},
		{"half-hour zone", "Mon-Sun 09:00-10:00", "Asia/Kolkata", "2024-03-01T00:00:00Z", "2024-03-01T03:30:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := person(t, c.hours, c.zone)
			at, err := time.Parse(time.RFC3339Nano, c.at)
			if err != nil {
				t.Fatal(err)
			}
			got := p.Opening(at).Format(time.RFC3339Nano)
			if got != c.want {
				t.Errorf("opening at %s is %s, want %s", c.at, got, c.want)
			}
			if open := p.Open(at); open != (c.at == c.want) {
				t.Errorf("open at %s: %v", c.at, open)
			}
			if !p.Open(p.Opening(at)) {
				t.Errorf("not open at the opening %s", got)
			}
		})
	}
}

// TestNoHours: a person without hours is always there, and hours without a zone are UTC.
func TestNoHours(t *testing.T) {
	text := strings.Replace(world+"operators: [{when: job.disabled, do: enable}, X]", "X",
		"{when: errors.summary, do: retry_errors, hours: \"09:00-10:00\"}", 1)
	tl, err := timeline.Parse("drill.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	at := tl.Start.Add(3 * time.Hour)
	if p := tl.Operators[0]; !p.Open(at) || !p.Opening(at).Equal(at) {
		t.Error("a person without hours is away")
	}
	if p := tl.Operators[1]; p.Zone != "UTC" || !p.Opening(at).Equal(tl.Start.Add(9*time.Hour)) {
		t.Errorf("zone %q, opening %v", p.Zone, p.Opening(at))
	}
}
