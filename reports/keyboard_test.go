package reports_test

import (
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Everything on the page can be had by the keyboard alone: Tab reaches each control and shows where it is; on
// the timeline keys choose a lane and a change in it, explain it, and lead back.
func TestKeyboard(t *testing.T) {
	b := newTab(t)
	b.open(t, html(t, resourcesScript().text(t)), "")
	const focused = `document.activeElement.id`
	for i := 0; value[string](t, b, focused) != "tl-lanes"; i++ {
		if i == 60 {
			t.Fatal("the timeline is not reached in 60 tabs")
		}
		b.keys(t, kb.Tab)
	}
	b.holds(t, `getComputedStyle(document.activeElement).outlineStyle === 'solid'`)
	now := func(want string) {
		t.Helper()
		if got := value[string](t, b, `document.getElementById('tl-now').textContent`); !strings.Contains(got, want) {
			t.Errorf("a screen reader hears %q, want %q", got, want)
		}
	}
	b.keys(t, kb.ArrowDown+kb.ArrowDown+kb.ArrowDown)
	now("connection acme-main, offline once, 3 h 55 min")
	b.keys(t, kb.Home)
	now("Mar 1 02:05 UTC: acme-main goes offline")
	b.keys(t, kb.ArrowRight+kb.ArrowRight)
	now("Mar 1 03:00 UTC: A sweep tests acme-main: the test fails")
	b.keys(t, kb.ArrowLeft)
	now("Mar 1 02:05 UTC: Mail 1")
	b.keys(t, kb.End)
	now("Mar 1 06:00 UTC: Mail 3")
	b.keys(t, kb.Enter)
	b.holds(t, focused+` === 'tl-why-title' && !document.getElementById('tl-why').hidden`)
	b.keys(t, kb.Tab) // the first link of the chain
	b.holds(t, `document.activeElement.tagName === 'A'`)
	b.keys(t, kb.Enter)
	b.until(t, `document.getElementById('tl-why-title').textContent === 'The trouble begins: acme, down.'`)
	b.keys(t, kb.Escape)
	b.holds(t, focused+` === 'tl-lanes' && document.getElementById('tl-why').hidden`)

	b.keys(t, "+")
	b.until(t, `location.hash.includes('t=')`)
	before := value[string](t, b, `location.hash`)
	b.keys(t, kb.ArrowRight, chromedp.KeyModifiers(chromedp.ModifierShift))
	b.until(t, `location.hash !== `+"`"+before+"`")
	b.keys(t, "-")
	b.until(t, `!location.hash.includes('t=')`)
	b.keys(t, "=")
	b.until(t, `location.hash.includes('t=')`)
	b.keys(t, "0")
	b.until(t, `!location.hash.includes('t=')`)
	b.keys(t, kb.ArrowDown+kb.ArrowDown+kb.ArrowDown+kb.ArrowDown+kb.ArrowDown)
	b.keys(t, "e")
	b.holds(t, `document.querySelectorAll('.tl-lane.resource').length === 2`)
	b.keys(t, "/")
	b.holds(t, focused+` === 'tl-filter'`)
	b.quiet(t, "the page")
}

// Pages of lanes turn by the keyboard, and stop at the first and the last.
func TestKeyboardPages(t *testing.T) {
	b := newTab(t)
	b.open(t, html(t, string(manyLanes(t, 1))), "#n=100")
	b.do(t, `document.getElementById('tl-lanes').focus()`)
	for _, c := range []struct{ key, want string }{
		{kb.PageUp, "Lanes 1 to 100 of 304"},
		{kb.PageDown, "Lanes 101 to 200 of 304"},
		{kb.PageDown + kb.PageDown, "Lanes 301 to 304 of 304"},
		{kb.PageDown, "Lanes 301 to 304 of 304"},
		{kb.PageUp, "Lanes 201 to 300 of 304"},
	} {
		b.keys(t, c.key)
		if got := value[string](t, b, `document.getElementById('tl-count').textContent`); got != c.want {
			t.Errorf("after %q the page shows %q, want %q", c.key, got, c.want)
		}
	}
}

// Tab goes round the page through every control, and each shows that it has the focus.
func TestTabs(t *testing.T) {
	b := newTab(t)
	b.open(t, html(t, resourcesScript().text(t)), "")
	const all = `[...document.querySelectorAll('a[href],button,input,select,summary,[tabindex="0"]')].filter((el) =>
		!el.disabled && el.checkVisibility())`
	n := value[int](t, b, `(window.seen = new Set(), `+all+`.length)`)
	for range n + 2 {
		b.keys(t, kb.Tab)
		b.do(t, `(() => {
			const el = document.activeElement;
			if (getComputedStyle(el).outlineStyle !== 'none') seen.add(el);
		})()`)
	}
	const name = `.filter((el) => !seen.has(el)).map((el) => el.outerHTML.slice(0, 90))`
	if missed := value[[]string](t, b, all+name); len(missed) > 0 {
		t.Errorf("the keyboard does not reach, or does not show: %q", missed)
	}
}

// axe-core finds nothing to complain of, in light and in dark.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	empty := newScript("nothing at all", 24)
	empty.run.Applications, empty.run.Connections, empty.run.Flows, empty.run.Jobs = nil, nil, nil, nil
	one := newScript("one lane", 24)
	one.run.Applications = one.run.Applications[:1]
	one.run.Connections, one.run.Flows, one.run.Jobs = nil, nil, nil
	b := newTab(t)
	for _, c := range []struct{ name, page, link string }{
		{"empty", html(t, empty.start().finish(counters()).text(t)), ""},
		{"one lane", html(t, one.start().finish(counters()).text(t)), ""},
		{"failing", html(t, credentialsScript().text(t)), ""},
		{"explained", html(t, resourcesScript().text(t)), "#e=23&x=j2&l=j2"},
		{"with its history", flipped(t), ""},
		{"300 lanes", html(t, string(manyLanes(t, 1))), ""},
	} {
		b.open(t, c.page, c.link)
		b.do(t, string(axe))
		for _, scheme := range []string{"light", "dark"} {
			b.media(t, "", scheme)
			found := value[[]string](t, b, `axe.run().then((r) => r.violations.map((v) =>
				v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 300) + ' ' + n.failureSummary).join(' | ')))`)
			if len(found) > 0 {
				t.Errorf("%s, %s:\n%s", c.name, scheme, strings.Join(found, "\n"))
			}
		}
		b.media(t, "", "light")
	}
}
