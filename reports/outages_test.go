package reports_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// The verdict says what an outage was, so that nobody takes a part of an application for the whole.
func TestOutageInWords(t *testing.T) {
	orders := []string{"orders"}
	for _, c := range []struct {
		faults       []journal.Entry
		want, detail string
	}{
		{[]journal.Entry{{Fault: "down"}}, "acme was down 1 h: ", "acme: outage 02:00 to 03:00 (1 h); "},
		{
			[]journal.Entry{{Fault: "down", Resources: orders}},
			"acme was down 1 h, only for orders: ",
			"acme: outage 02:00 to 03:00 (1 h, only for orders); ",
		},
		{
			[]journal.Entry{{Fault: "flapping"}},
			"acme flapped for 1 h: ",
			"acme: outage (flapping) 02:00 to 03:00 (1 h); ",
		},
		{[]journal.Entry{{Fault: "flaky"}}, "acme was flaky for 1 h: ", "acme: outage (flaky) 02:00"},
		{
			[]journal.Entry{{Fault: "maintenance"}},
			"acme was in maintenance for 1 h: ",
			"acme: outage (maintenance) 02:00",
		},
		{
			[]journal.Entry{{Fault: "down"}, {Fault: "flaky"}},
			"acme had an outage of 1 h: ",
			"acme: outage 02:00 to 03:00 (1 h); ",
		},
		{
			[]journal.Entry{{Fault: "down"}, {Fault: "down", Resources: orders}},
			"acme had an outage of 1 h: ",
			"acme: outage 02:00 to 03:00 (1 h); ",
		},
	} {
		s := newScript("an outage", 24)
		var began []int64
		for _, f := range c.faults {
			f.Application = "acme"
			began = append(began, s.add("2h", journal.FaultBegan, 0, f))
		}
		for i, f := range c.faults {
			f.Application, f.Began = "acme", began[i]
			s.add("3h", journal.FaultEnded, began[i], f)
		}
		both(t, s.finish(counters()), []string{c.want, c.detail}, nil)
	}
}

// Where something does not work again it is named, and the flows that do are not hidden behind it.
func TestNotRecovered(t *testing.T) {
	both(t, outageScript("UTC"), []string{
		"its flows flowed again 30 min after its end, but contacts-poll does NOT work again by the end of the run",
	}, []string{"something that it stopped"})
	holds(t, html(t, outageScript("UTC").text(t)), "NOT recovered by the end (contacts-poll); flows after 30 min")
}

// Of outages of several applications the longest names its own.
func TestLongestIsWhose(t *testing.T) {
	s := newScript("two vendors", 24)
	for _, o := range []struct{ app, from, to string }{{"acme", "2h", "3h"}, {"wms", "5h", "7h"}} {
		f := s.add(o.from, journal.FaultBegan, 0, journal.Entry{Application: o.app, Fault: "down"})
		s.add(o.to, journal.FaultEnded, f, journal.Entry{Application: o.app, Fault: "down", Began: f})
	}
	both(t, s.finish(counters()), []string{"had 2 outages, 3 h in all, the longest 2 h (wms, at 05:00)"}, nil)
}

// Durations in explanations read as they do everywhere else on the page.
func TestSpansAgree(t *testing.T) {
	text, err := os.ReadFile("assets/timeline/time.js")
	if err != nil {
		t.Fatal(err)
	}
	var want, micros []string
	for d := time.Duration(0); d < 60*24*time.Hour; d += (d / 7).Truncate(time.Microsecond) + 37*time.Microsecond {
		want = append(want, words.Span(d))
		micros = append(micros, strconv.FormatInt(d.Microseconds(), 10))
	}
	b := newTab(t)
	all := "[" + strings.Join(micros, ",") + "]"
	got := value[[]string](t, b, "(() => {"+string(text)+"; return "+all+".map(spanSays); })()")
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%s µs: the timeline says %q, the page %q", micros[i], got[i], want[i])
		}
	}
}

// A bracket with no room beside it is said upon its line.
func TestBracketSaid(t *testing.T) {
	b := newTab(t)
	b.open(t, html(t, outageScript("UTC").text(t)), "")
	b.do(t, `window.said = [];
		const put = CanvasRenderingContext2D.prototype.fillText;
		CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
			said.push(text);
			put.call(this, text, ...where);
		};
		document.querySelector('[data-lane=v0]').scrollIntoView({block: 'center'});
		dispatchEvent(new Event('resize'))`)
	b.until(t, `said.includes('not recovered by the end')`)
}
