package fakevendor_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// limitedFrom opens the world at an instant, with one limit of acme's.
func limitedFrom(t testing.TB, begin time.Time, l dialect.Limit) *driver {
	t.Helper()
	cfg := world(t)
	cfg.Start = fakevendor.Time(begin.UnixNano())
	cfg.End = cfg.Start + fakevendor.Time(30*day)
	cfg.Applications[acme].Limits = []dialect.Limit{l}
	return open(t, cfg)
}

// ask reads contacts at an instant.
func (d *driver) ask(at time.Time) fakevendor.Response {
	d.Helper()
	req := fakevendor.Request{Op: dialect.ReadPage, Connection: key, Resource: contacts}
	var resp fakevendor.Response
	d.Respond(fakevendor.Time(at.UnixNano()), &req, &resp)
	return resp
}

func TestAnchorsOfWindows(t *testing.T) {
	chicago, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Date(2026, 3, 7, 12, 34, 56, 0, time.UTC)
	for name, tt := range map[string]struct {
		limit dialect.Limit
		first time.Duration // after begin
		wait  time.Duration
	}{
		"start":         {dialect.Limit{Per: time.Minute}, 70 * time.Second, 50 * time.Second},
		"first request": {dialect.Limit{Per: time.Minute, Anchor: dialect.AtFirstRequest}, 70 * time.Second, time.Minute},
		"clock, minute": {dialect.Limit{Per: time.Minute, Anchor: dialect.AtClock}, 0, 4 * time.Second},
		"clock, hour":   {dialect.Limit{Per: time.Hour, Anchor: dialect.AtClock}, 0, 25*time.Minute + 4*time.Second},
		"midnight, UTC": {dialect.Limit{Per: day, Anchor: dialect.AtMidnight}, 0, 11*time.Hour + 25*time.Minute + 4*time.Second},
		// Chicago is at UTC-6; on the 8th its clocks go forward at two, so that the day has 23 hours.
		"midnight, Chicago": {
			dialect.Limit{Per: day, Anchor: dialect.AtMidnight, Zone: chicago},
			0,
			17*time.Hour + 25*time.Minute + 4*time.Second,
		},
		"midnight, in spring": {
			dialect.Limit{Per: day, Anchor: dialect.AtMidnight, Zone: chicago},
			time.Date(2026, 3, 8, 6, 0, 0, 0, time.UTC).Sub(begin), 23 * time.Hour,
		},
	} {
		t.Run(name, func(t *testing.T) {
			tt.limit.Requests = 1
			d := limitedFrom(t, begin, tt.limit)
			at := begin.Add(tt.first)
			d.wantWait(d.ask(at), 0)
			d.wantWait(d.ask(at), tt.wait)
			d.wantWait(d.ask(at.Add(tt.wait-1)), time.Second)
			d.wantWait(d.ask(at.Add(tt.wait)), 0)
		})
	}
}

// counted is a call that counts, in the model below.
type counted struct {
	at   time.Time
	cost int64
}

// model is a limit as one would tell it: a list of all calls, looked at as a whole each time.
type model struct {
	l     dialect.Limit
	begin time.Time
	calls []counted
}

// used gives what is used up at an instant.
func (m *model) used(now time.Time) int64 {
	var sum int64
	from := now.Add(-m.l.Per)
	switch {
	case m.l.Algorithm == dialect.SlidingWindow:
	case m.l.Anchor == dialect.AtStart:
		from = m.begin.Add(now.Sub(m.begin).Truncate(m.l.Per) - 1)
	case m.l.Anchor == dialect.AtClock:
		from = time.Unix(0, now.UnixNano()-now.UnixNano()%int64(m.l.Per)-1)
	case m.l.Anchor == dialect.AtMidnight:
		from = time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC).Add(-1)
	case m.l.Anchor == dialect.AtFirstRequest:
		var first time.Time
		for _, c := range m.calls {
			if !c.at.Before(first.Add(m.l.Per)) {
				first = c.at
			}
		}
		if from = first.Add(-1); !now.Before(first.Add(m.l.Per)) {
			from = now
		}
	}
	for _, c := range m.calls {
		if c.at.After(from) {
			sum += c.cost
		}
	}
	return sum
}

// Every window counts as the list of all its calls does, whatever comes when.
func TestWindowsAreTheirCalls(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := dialect.Limit{
			Algorithm: rapid.SampledFrom([]dialect.Algorithm{dialect.FixedWindow, dialect.SlidingWindow}).Draw(rt, "algorithm"),
			Requests:  rapid.Int64Range(1, 6).Draw(rt, "requests"), Points: &[4]int64{1, 1, 1, 1},
			Per: rapid.SampledFrom([]time.Duration{7 * time.Second, time.Minute, time.Hour}).Draw(rt, "per"),
		}
		if l.Algorithm == dialect.FixedWindow {
			l.Anchor = rapid.SampledFrom([]dialect.Anchor{
				dialect.AtStart, dialect.AtFirstRequest, dialect.AtClock, dialect.AtMidnight,
			}).Draw(rt, "anchor")
		}
		if l.Anchor == dialect.AtMidnight {
			l.Per = day
		}
		begin := time.Date(2024, 2, 28, 23, 59, 50, 0, time.UTC)
		d := limitedFrom(t, begin, l)
		m := model{l: l, begin: begin}
		now := begin
		steps := []time.Duration{0, 1, time.Second, l.Per / 3, l.Per - 1, l.Per}
		for range rapid.IntRange(1, 60).Draw(rt, "calls") {
			now = now.Add(rapid.SampledFrom(steps).Draw(rt, "wait"))
			cost := rapid.Int64Range(1, 2).Draw(rt, "cost")
			cost = min(cost, l.Requests)
			used := m.used(now)
			req := fakevendor.Request{Op: dialect.ReadPage, Connection: key, Resource: contacts, Cost: cost}
			var resp fakevendor.Response
			d.Respond(fakevendor.Time(now.UnixNano()), &req, &resp)
			refused := resp.Shape.Name == dialect.ShapeRateLimited
			if refused != (used+cost > l.Requests) || resp.Why.Before != used {
				rt.Fatalf("%s: %d of %d used, a call of %d: refused %v, %d used before", now, used, l.Requests, cost, refused, resp.Why.Before)
			}
			if !refused {
				m.calls = append(m.calls, counted{now, cost})
				continue
			}
			back := now.Add(resp.Params.RetryAfter)
			if m.used(back)+cost > l.Requests || m.used(back.Add(-time.Second-1))+cost <= l.Requests && back.Add(-time.Second-1).After(now) {
				rt.Fatalf("%s: told to come back in %s", now, resp.Params.RetryAfter)
			}
		}
	})
}

// A bucket never gives out more in any stretch of time than it holds and what flows in.
func TestBucketsGiveNoMore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := dialect.Limit{
			Algorithm: dialect.TokenBucket, Requests: rapid.Int64Range(1, 7).Draw(rt, "requests"),
			Per: rapid.SampledFrom([]time.Duration{time.Second, 7 * time.Second, time.Minute}).Draw(rt, "per"),
		}
		begin := time.Date(2024, 2, 28, 0, 0, 0, 0, time.UTC)
		d := limitedFrom(t, begin, l)
		var served []time.Time
		now := begin
		for range rapid.IntRange(1, 60).Draw(rt, "calls") {
			now = now.Add(rapid.SampledFrom([]time.Duration{0, 1, l.Per / 10, l.Per / 3, l.Per}).Draw(rt, "wait"))
			resp := d.ask(now)
			if resp.Shape.Name == dialect.ShapePage {
				served = append(served, now)
				continue
			}
			if again := now.Add(resp.Params.RetryAfter); d.ask(again).Shape.Name != dialect.ShapePage {
				rt.Fatalf("%s: refused again at %s, when it was told to come back", now, again)
			} else {
				now, served = again, append(served, again)
			}
		}
		for i, from := range served {
			for n, to := range slices.All(served[i:]) {
				most := l.Requests + int64(to.Sub(from))*l.Requests/int64(l.Per)
				if int64(n+1) > most {
					rt.Fatalf("%d calls from %s to %s (at most %d)", n+1, from, to, most)
				}
			}
		}
	})
}
