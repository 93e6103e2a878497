package fakevendor_test

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// worldOf is the world whose application acme speaks a dialect, under the limits that it documents, each of a
// few requests so that they are met.
func worldOf(t testing.TB, d *dialect.Dialect, requests int64) fakevendor.Config {
	t.Helper()
	cfg := world(t)
	a := &cfg.Applications[acme]
	a.Dialect, a.TokenLifetime = d, 0
	for _, l := range d.Limits {
		l.Requests = min(l.Requests, requests)
		a.Limits = append(a.Limits, l)
	}
	return cfg
}

// answer gives an answer as a client has it, quota headers and all.
func (d *driver) answer(at fakevendor.Time, req fakevendor.Request) (fakevendor.Response, dialect.Answer) {
	var resp fakevendor.Response
	var a dialect.Answer
	if req.Op != dialect.RefreshToken && req.Connection == main {
		req.Access = d.Grant(main).Access
	}
	d.Respond(at, &req, &resp)
	d.Quotas(&req, &resp)
	resp.Shape.Render(&resp.Params, &a)
	return resp, a
}

// eachVariant calls f for every dialect and every variant of one.
func eachVariant(t *testing.T, f func(*dialect.Dialect)) {
	t.Helper()
	for _, name := range dialect.Names() {
		d := mustLoad(t, name)
		f(d)
		for _, v := range d.Variants {
			f(mustLoad(t, name+"+"+v.Name))
		}
	}
}

// No header disagrees with the clock, nor with another header, whoever calls when.
func TestNoHeaderDisagreesWithTheClock(t *testing.T) {
	dialects := map[string]*dialect.Dialect{}
	eachVariant(t, func(d *dialect.Dialect) { dialects[d.Name] = d })
	names := slices.Sorted(maps.Keys(dialects))
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.SampledFrom(names).Draw(rt, "dialect")
		d := open(t, worldOf(t, dialects[name], rapid.Int64Range(1, 4).Draw(rt, "requests")))
		steps := rapid.SampledFrom([]time.Duration{
			0, 1, 300 * time.Millisecond, time.Second, 7 * time.Second, time.Minute, 20*time.Minute + 1, 9 * time.Hour,
		})
		now := start + fakevendor.Time(rapid.Int64Range(0, int64(time.Second)).Draw(rt, "part"))
		for range rapid.IntRange(1, 40).Draw(rt, "calls") {
			now += fakevendor.Time(steps.Draw(rt, "wait"))
			req := drawCall(rt)
			if now >= d.Grant(main).ExpiresAt {
				d.Issue(now, main)
			}
			resp, a := d.answer(now, req)
			checkHeaders(rt, now, &a, &resp.Params)
			if resp.Why.Rule != fakevendor.ByLimit || d.cfg.Applications[acme].Limits[resp.Why.Limit].CountsRefused {
				continue
			}
			limit := resp.Why.Limit
			now += fakevendor.Time(resp.Params.RetryAfter)
			if resp, _ := d.answer(now, req); resp.Why.Rule == fakevendor.ByLimit && resp.Why.Limit == limit {
				rt.Fatalf("%s: refused again after the wait that was told", d.cfg.Applications[acme].Limits[limit].Name)
			}
		}
	})
}

func drawCall(rt *rapid.T) fakevendor.Request {
	return fakevendor.Request{
		Op:         rapid.SampledFrom([]dialect.Op{dialect.ReadPage, dialect.TestConnection}).Draw(rt, "op"),
		Connection: rapid.IntRange(main, key).Draw(rt, "connection"), Resource: contacts,
		Token:    rapid.SampledFrom([]string{"", "a"}).Draw(rt, "token"),
		Endpoint: rapid.SampledFrom([]string{"", "GET /contacts", "POST /crm/search"}).Draw(rt, "endpoint"),
	}
}

// checkHeaders holds every header of an answer against the clock and against the quotas that it tells of.
func checkHeaders(rt *rapid.T, now fakevendor.Time, a *dialect.Answer, p *dialect.Params) {
	if a.Transport != dialect.Answered {
		return
	}
	date := now.Std().Truncate(time.Second)
	if got := a.Header.Get("Date"); got != date.Format(http.TimeFormat) {
		rt.Fatalf("Date is %s at %s", got, now.Std())
	}
	longest := time.Minute
	for _, q := range p.Quotas {
		longest = max(longest, q.Limit.Per+time.Hour) // a day has 25 hours at most
	}
	for name, values := range a.Header {
		lower, text := strings.ToLower(name), values[0]
		switch {
		case strings.HasSuffix(lower, "reset"):
			if left := instant(rt, text, date).Sub(date); left < 0 || left > longest+time.Second {
				rt.Fatalf("%s: %s is %s from Date", name, text, left)
			}
		case strings.HasSuffix(lower, "remaining"), strings.HasSuffix(lower, "used"):
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil || n < 0 || !withinALimit(n, p) {
				rt.Fatalf("%s: %s is more than there is", name, text)
			}
		case lower == "ratelimit", lower == "beta-ratelimit":
			for _, t := range regexp.MustCompile(`;t=(\d+)`).FindAllStringSubmatch(text, -1) {
				if left := instant(rt, t[1], date).Sub(date); left > longest+time.Second {
					rt.Fatalf("%s: %s", name, text)
				}
			}
		}
	}
	if text := a.Header.Get("X-Ratelimit-Used"); text != "" {
		sum := number(rt, text) + number(rt, a.Header.Get("X-Ratelimit-Remaining"))
		if sum != number(rt, a.Header.Get("X-Ratelimit-Limit")) {
			rt.Fatalf("%v: used and remaining are not the limit", a.Header)
		}
	}
}

func withinALimit(n int64, p *dialect.Params) bool {
	if n == 0 {
		return true // an answer's own
	}
	for _, q := range p.Quotas {
		if n <= q.Limit.Capacity() {
			return true
		}
	}
	return false
}

func number(rt *rapid.T, text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		rt.Fatal(err)
	}
	return n
}

// instant reads an instant as ISO 8601, Unix seconds or seconds from Date.
func instant(rt *rapid.T, text string, date time.Time) time.Time {
	if at, err := time.Parse(time.RFC3339, text); err == nil {
		return at
	}
	if n := number(rt, text); n > 1_000_000_000 {
		return time.Unix(n, 0)
	}
	return date.Add(time.Duration(number(rt, text)) * time.Second)
}

// After 61 minutes a token of an hour is over and an hour's window is a new one; a day's is so at the vendor's
// own midnight.
func TestTheClockMovesEverything(t *testing.T) {
	d := open(t, worldOf(t, mustLoad(t, "github"), 2))
	d.cfg.Applications[acme].TokenLifetime = time.Hour
	d = open(t, d.cfg)
	read := fakevendor.Request{Op: dialect.ReadPage, Connection: key, Resource: contacts}
	headers := func(at time.Duration) [3]string {
		_, a := d.answer(after(at), read)
		return [3]string{
			a.Header.Get("X-RateLimit-Remaining"), a.Header.Get("X-RateLimit-Used"), a.Header.Get("X-RateLimit-Reset"),
		}
	}
	epoch := func(d time.Duration) string { return strconv.FormatInt(after(d).Std().Unix(), 10) }
	const begin = 90 * time.Second
	for i, want := range [][3]string{{"1", "1", epoch(begin + time.Hour)}, {"0", "2", epoch(begin + time.Hour)}, {"0", "2", epoch(begin + time.Hour)}} {
		if diff := cmp.Diff(want, headers(begin)); diff != "" {
			t.Errorf("call %d: %s", i, diff)
		}
	}
	d.want(d.access(begin, 1), dialect.ShapePage, fakevendor.Served) // another user
	if diff := cmp.Diff([3]string{"1", "1", epoch(begin + 61*time.Minute + time.Hour)}, headers(begin+61*time.Minute)); diff != "" {
		t.Errorf("after 61 minutes: %s", diff)
	}
	d.want(d.access(begin+61*time.Minute, 1), dialect.ShapeExpiredToken, fakevendor.ByExpiry)

	for name, midnight := range map[string]time.Duration{"hubspot+free": 24 * time.Hour, "marketo": 6 * time.Hour} {
		cfg := worldOf(t, mustLoad(t, name), 2)
		limits := cfg.Applications[acme].Limits
		cfg.Applications[acme].Limits = nil
		for _, l := range limits {
			if l.Name == "daily" {
				cfg.Applications[acme].Limits = []dialect.Limit{l}
			}
		}
		d := open(t, cfg)
		d.want(d.call(0, nil), dialect.ShapePage, fakevendor.Served)
		d.want(d.call(0, nil), dialect.ShapePage, fakevendor.Served)
		d.wantWait(d.call(time.Hour, nil), midnight-time.Hour)
		d.wantWait(d.call(midnight-1, nil), time.Second)
		d.wantWait(d.call(midnight, nil), 0)
	}
}

// A fault that limits shows the first limit as used up, until the wait is over that it names.
func TestQuotasOfAFaultThatLimits(t *testing.T) {
	d := open(t, worldOf(t, mustLoad(t, "github"), 60))
	d.add(0, fakevendor.RateLimited, window(0, day), func(f *fakevendor.Fault) { f.RetryAfter = time.Minute })
	_, a := d.answer(after(time.Second), fakevendor.Request{Op: dialect.ReadPage, Connection: key, Resource: contacts})
	want := map[string]string{
		"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "0", "X-RateLimit-Used": "60",
		"X-RateLimit-Reset": strconv.FormatInt(after(61*time.Second).Std().Unix(), 10),
	}
	for name, value := range want {
		if got := a.Header.Get(name); got != value {
			t.Errorf("%s: %s, want %s", name, got, value)
		}
	}
}

// Looking at quotas changes nothing.
func TestQuotasOnlyLook(t *testing.T) {
	eachVariant(t, func(dia *dialect.Dialect) {
		looked, left := open(t, worldOf(t, dia, 3)), open(t, worldOf(t, dia, 3))
		for i := range 20 {
			at := after(time.Duration(i*i) * time.Second)
			req := fakevendor.Request{Op: dialect.ReadPage, Connection: key, Resource: contacts}
			var x, y fakevendor.Response
			looked.Respond(at, &req, &x)
			looked.Quotas(&req, &x)
			left.Respond(at, &req, &y)
			if x.Shape.Name != y.Shape.Name || x.Why != y.Why || x.Params.RetryAfter != y.Params.RetryAfter {
				t.Fatalf("%s, call %d: %s %+v and %s %+v", dia.Name, i, x.Shape.Name, x.Why, y.Shape.Name, y.Why)
			}
		}
	})
}
