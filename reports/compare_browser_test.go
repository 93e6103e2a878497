package reports_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// openStill shows a page without scripts from a file.
func (b *tab) openStill(t *testing.T, page string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "compare.html")
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	b.run(t, chromedp.Navigate("file://"+file))
}

// The page of a comparison opens with no request but its own; its strips lie under their lanes, at the hours at
// which the cases differ; it fits a phone, has colours for the dark, prints, and axe-core
// finds nothing to complain of.
func TestCompareInBrowser(t *testing.T) {
	axe, err := os.ReadFile("testdata/axe-core/axe.min.js")
	if err != nil {
		t.Fatal(err)
	}
	page := compared(t, hostile(t), betterScript().text(t))
	b := newTab(t)
	b.openStill(t, page)
	b.quiet(t, "the page")
	b.holds(t, `document.scripts.length === 0 && document.images.length === 0`)
	// From 6:00 to 6:30 of 24 hours the flow of case 2 is still paused.
	b.holds(t, `[...document.querySelectorAll('.strip-worse')].some((strip) => {
		const s = strip.getBoundingClientRect(), lane = strip.ownerSVGElement.getBoundingClientRect();
		const ground = strip.ownerSVGElement.querySelector('.ground').getBoundingClientRect();
		return Math.abs((s.left - lane.left) / lane.width - 6 / 24) < 0.003 &&
			Math.abs(s.width / lane.width - 0.5 / 24) < 0.003 && s.top >= ground.bottom && s.bottom <= lane.bottom;
	})`)
	b.do(t, string(axe))
	for _, scheme := range []string{"light", "dark"} {
		b.media(t, "", scheme)
		found := value[[]string](t, b, `axe.run().then((r) => r.violations.map((v) =>
			v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 300) + ' ' + n.failureSummary).join(' | ')))`)
		if len(found) > 0 {
			t.Errorf("%s:\n%s", scheme, strings.Join(found, "\n"))
		}
	}
	b.holds(t, `getComputedStyle(document.querySelector('pattern .d-worse')).fill === 'rgb(255, 138, 128)'`)
	b.media(t, "print", "light")
	b.holds(t, `getComputedStyle(document.querySelector('#t1 .scroll')).overflowX === 'visible'`)
	b.media(t, "", "light")
	b.run(t, chromedp.EmulateViewport(320, 800))
	b.holds(t, `document.documentElement.scrollWidth <= 320`)
}

// Nothing that a page is made to say runs as a script.
func TestCompareRunsNothing(t *testing.T) {
	b := newTab(t)
	b.openStill(t, compared(t, hostile(t), betterScript().text(t)))
	b.do(t, `(() => {
		const s = document.createElement('script');
		s.textContent = 'window.ran = true';
		document.body.append(s);
	})()`)
	b.holds(t, `window.ran !== true`)
}
