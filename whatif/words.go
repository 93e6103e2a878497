package whatif

import (
	"fmt"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// words says a duration by its two greatest units: 2 min, 8 h 22 min, 3 d 4 h.
func words(d time.Duration) string {
	if d < time.Second {
		return d.String()
	}
	d = d.Round(time.Second)
	var parts []string
	for _, u := range []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}} {
		n := d / u.size
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", grouped(int64(n)), u.name))
		}
		if len(parts) > 0 && (n == 0 || len(parts) == 2) {
			break
		}
		d -= n * u.size
	}
	return strings.Join(parts, " ")
}

// seconds writes a figure as the summary does.
func seconds(s journal.Seconds) string { return string(s.AppendJSON(nil)) }

// grouped writes a number with thousands apart: 1,240.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// count writes a number with its noun.
func count(n int64, noun string) string { return grouped(n) + " " + noun + one(int(n), "", "s") }

// one chooses the word for one thing or for several.
func one(n int, single, many string) string {
	if n == 1 {
		return single
	}
	return many
}
