package suite_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/outagedrill/outagedrill/reports/suite"
)

// show opens a page from a file.
func show(ctx context.Context, t *testing.T, html, fragment string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "suite.html")
	if err := os.WriteFile(file, []byte(html), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file+fragment)); err != nil {
		t.Fatal(err)
	}
}

// holds fails the test unless the expression is true on the page.
func holds(ctx context.Context, t *testing.T, expression string) {
	t.Helper()
	ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](expression, chromedp.EvalAwaitPromise))
	if err != nil || !ok {
		t.Errorf("%s does not hold (%v)", expression, err)
	}
}

// dark turns the colours of the dark on or off.
func dark(ctx context.Context, t *testing.T, on bool) {
	t.Helper()
	scheme := map[bool]string{true: "dark", false: "light"}[on]
	set := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
	if err := chromedp.Do(ctx, set); err != nil {
		t.Fatal(err)
	}
}

// Search, tag and state choose scenarios, together; the address says the choice, and opens it again. A link to
// a scenario unfolds it.
func TestFilter(t *testing.T) {
	ctx := browser(t)
	show(ctx, t, write(t, "html", mixed()), "")
	const rows = `[...document.querySelectorAll('#features .sc:not([hidden])')].length`
	holds(ctx, t, rows+` === 12 && !document.getElementById('filter').hidden`)
	do := func(script string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](script)); err != nil {
			t.Fatal(err)
		}
	}
	key := func(text string) {
		t.Helper()
		if err := chromedp.Do(ctx, chromedp.KeyEvent(text)); err != nil {
			t.Fatal(err)
		}
	}
	key("/")
	do(`document.activeElement.value = ''`) // the driver sends the character on, whatever becomes of the key
	key("Tenth")
	holds(ctx, t, rows+` === 1 && location.hash === '#q=Tenth'`)
	holds(ctx, t, `document.getElementById('shown').textContent === '1 of 12 scenarios shown'`)
	holds(ctx, t, `document.querySelectorAll('#problems .sc:not([hidden])').length === 1`)
	do(`(() => { const q = document.getElementById('q'); q.value = ''; q.dispatchEvent(new Event('input')); })()`)
	holds(ctx, t, rows+` === 12 && document.querySelector('.feature[open]') === null`)
	do(`document.querySelector('[data-state=skipped]').click()`)
	holds(ctx, t, rows+` === 1 && document.querySelector('.feature:not([hidden])').open`)
	do(`document.querySelector('[data-state=passed]').click()`)
	holds(ctx, t, rows+` === 4`)
	do(`(() => { const t = document.getElementById('tag'); t.value = '@DIS-02'; t.dispatchEvent(new Event('change')); })()`)
	holds(ctx, t, rows+` === 2 && location.hash === '#tag=%40DIS-02&state=passed%2Cskipped'`)

	show(ctx, t, write(t, "html", mixed()), "#tag=%40DIS-02&state=passed")
	holds(ctx, t, rows+` === 2 && document.querySelector('[data-state=passed]').ariaPressed === 'true'`)
	show(ctx, t, write(t, "html", mixed()), "#disabling-with-a-table")
	holds(ctx, t, `document.getElementById('disabling-with-a-table').open &&
		document.querySelector('#disabling-with-a-table .c-bad').checkVisibility()`)
}

// Links lead both ways: from what went wrong to its feature, from there back, to its rules and from them
// back; each opens what it leads to, and every link of the page has an end.
func TestLinks(t *testing.T) {
	ctx := browser(t)
	show(ctx, t, write(t, "html", past()), "")
	const problem = `#disabling-the-tenth-failure`
	follow := func(link, shown string) {
		t.Helper()
		click := `document.querySelector('` + link + `').click()`
		if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](click)); err != nil {
			t.Fatal(err)
		}
		holds(ctx, t, `new Promise((done) => setTimeout(() => {
			const shown = document.querySelector('`+shown+`');
			done(shown.checkVisibility() && document.querySelector(':target').contains(shown));
		}))`)
	}
	follow(problem+` [href^="#feature-"]`, `#feature-disabling .sc`)
	follow(`#feature-disabling [href="`+problem+`"]`, problem+` .c-bad`)
	follow(problem+` [href="#rule_dis-01"]`, `#rule_dis-01 td`)
	follow(`#rule_dis-01 [href="`+problem+`"]`, problem+` .c-bad`)
	const links = `[...document.querySelectorAll('a[href^="#"]')]`
	holds(ctx, t, links+`.length > 40 && `+links+`.every((a) =>
		document.getElementById(decodeURIComponent(a.hash.slice(1))))`)
}

// Under the policy with which Jenkins serves what a build leaves neither scripts nor styles run. The verdict,
// the failures and their pictures are there, and nothing that would do nothing.
func TestBareCSP(t *testing.T) {
	ctx := browser(t)
	page := write(t, "html", mixed())
	const policy = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, page)
	}))
	defer server.Close()
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL)); err != nil {
		t.Fatal(err)
	}
	holds(ctx, t, `document.styleSheets.length === 0 && self.origin === 'null'`) // it is barred, in a sandbox
	holds(ctx, t, `document.getElementById('verdict').checkVisibility()`)
	holds(ctx, t, `!document.getElementById('filter').checkVisibility()`)
	const bar = `document.querySelector('#disabling-the-tenth-failure .b-disabled')`
	holds(ctx, t, bar+`.checkVisibility() && getComputedStyle(`+bar+`).fill === 'rgb(58, 58, 68)'`)
	const stroke = `getComputedStyle(document.querySelector('#disabling-the-tenth-failure .c-bad')).stroke`
	holds(ctx, t, stroke+` === 'rgb(179, 38, 30)'`)
}

// axe-core finds nothing, in light and in dark, with everything folded and with everything open.
func TestAccessible(t *testing.T) {
	ctx := browser(t)
	axe, err := os.ReadFile("../testdata/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name         string
		suite        *suite.Suite
		unfold, dark bool
	}{
		{"failures", past(), true, false},
		{"failures", past(), true, true},
		{"all green", green(), false, true},
		{"nothing", empty(), false, false},
	} {
		html := write(t, "html", c.suite)
		if c.unfold {
			html = strings.ReplaceAll(html, "<details", "<details open")
		}
		show(ctx, t, html, "")
		dark(ctx, t, c.dark)
		const run = `axe.run().then((r) => r.violations.map((v) =>
			v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html + ' ' + n.failureSummary).join(' | ')))`
		if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](string(axe))); err != nil {
			t.Fatal(err)
		}
		found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](run, chromedp.EvalAwaitPromise))
		if err != nil || len(found) > 0 {
			t.Errorf("%s, dark %v: %v\n%s", c.name, c.dark, err, strings.Join(found, "\n"))
		}
	}
}
