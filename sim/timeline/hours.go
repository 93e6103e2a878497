package timeline

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "time/tzdata" // operators' hours need zones on machines without a zone database
)

// wantHours words what working hours look like.
const wantHours = `hours like "Mon-Fri 09:00-17:00", "Mon,Wed 09:00-17:00, Sat 10:00-14:00" or "09:00-17:00"`

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// opening is one stretch of working time, [From, To), in elapsed wall-clock time since Monday 00:00.
// To may lie past the week's end.
type opening struct{ From, To time.Duration }

// hours is working time that repeats weekly by the wall clock of a zone: opening in, closing out.
type hours struct {
	open []opening
	zone *time.Location
}

// parseHours reads groups of days and times: "Mon-Fri 09:00-12:00,13:00-17:00, Sat 10:00-14:00".
// Times without days hold for the days named last, or for every day. A time that ends before it
// begins ends on the next day.
func parseHours(s string, zone *time.Location) (*hours, error) {
	if len(s) > 1000 {
		return nil, errors.New("too long")
	}
	h := &hours{zone: zone}
	days := []int{0, 1, 2, 3, 4, 5, 6}
	fresh := false // days were named since the last times
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		if !strings.Contains(word, ":") {
			more, err := parseDays(word)
			if err != nil {
				return nil, err
			}
			if !fresh {
				days = nil
			}
			days, fresh = append(days, more...), true
			continue
		}
		from, to, err := parseTimes(word)
		if err != nil {
			return nil, err
		}
		for _, d := range days {
			start := time.Duration(d) * day
			h.open = append(h.open, opening{start + from, start + to})
		}
		fresh = false
	}
	if fresh || len(h.open) == 0 {
		return nil, errors.New("without a time")
	}
	return h, nil
}

func unclear(word string) error { return errors.New("unclear at " + strconv.Quote(word)) }

// parseDays reads Mon or Mon-Fri; Fri-Mon runs over the weekend.
func parseDays(word string) ([]int, error) {
	names := []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
	a, b, ranged := strings.Cut(strings.ToLower(word), "-")
	from, to := slices.Index(names, a), slices.Index(names, b)
	if !ranged {
		to = from
	}
	if from < 0 || to < 0 {
		return nil, unclear(word)
	}
	days := []int{from}
	for d := from; d != to; {
		d = (d + 1) % 7
		days = append(days, d)
	}
	return days, nil
}

func parseTimes(word string) (from, to time.Duration, err error) {
	a, b, _ := strings.Cut(word, "-")
	from, okFrom := parseClock(a)
	to, okTo := parseClock(b)
	if !okFrom || !okTo || from == day || from == to {
		return 0, 0, unclear(word)
	}
	if to < from {
		to += day
	}
	return from, to, nil
}

// parseClock reads HH:MM, 24:00 included.
func parseClock(s string) (time.Duration, bool) {
	hh, mm, ok := strings.Cut(s, ":")
	h, err1 := strconv.ParseUint(hh, 10, 8)
	m, err2 := strconv.ParseUint(mm, 10, 8)
	if !ok || err1 != nil || err2 != nil || len(hh) > 2 || len(mm) != 2 || m > 59 || h > 24 {
		return 0, false
	}
	d := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	return d, d <= day
}

// isOpen tells whether t is within the hours.
func (h *hours) isOpen(t time.Time) bool {
	return h.untilOpen(t) == 0
}

// next is the first instant at or after t that is within the hours. It goes from one change of the
// zone's offset to the next, so that days of 23 and 25 hours come out right.
func (h *hours) next(t time.Time) time.Time {
	for {
		at := t.Add(h.untilOpen(t))
		_, change := t.In(h.zone).ZoneBounds()
		if change.IsZero() || at.Before(change) {
			return at.UTC()
		}
		t = change
	}
}

// untilOpen is the time from t to the next opening if the zone kept its offset; 0 while open.
func (h *hours) untilOpen(t time.Time) time.Duration {
	local := t.In(h.zone)
	since := time.Duration((int(local.Weekday())+6)%7)*day +
		time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute +
		time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond())
	wait := week
	for _, o := range h.open {
		ahead := (o.From - since + week) % week
		if behind := (week - ahead) % week; behind < o.To-o.From {
			return 0
		}
		wait = min(wait, ahead)
	}
	return wait
}
