//go:build slow && unix

package reports_test

import (
	"context"
	"slices"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/performance"
	"github.com/chromedp/chromedp"
)

// spent is the time in milliseconds of all cores that the process of the page has used since it began.
func (b *tab) spent(t *testing.T) (ms float64) {
	t.Helper()
	b.run(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, performance.Enable, performance.EnableParams{}); err != nil {
			return err
		}
		all, err := cdp.Call(ctx, target, performance.GetMetrics, cdp.Empty{})
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all.Metrics, func(m *performance.Metric) bool { return m.Name == "ProcessTime" })
		if i < 0 {
			t.Fatal("the browser does not tell its ProcessTime")
		}
		ms = 1000 * all.Metrics[i].Value
		return nil
	}))
	return ms
}

// Three hundred lanes of two thousand segments are ready on a screen in a second of two cores, the start of
// the page's process included, and are all drawn anew, all three hundred on a screen at once, in a tenth. What
// the processor spent is judged: where the machine does other things it grows less than the time on the wall.
func TestSlowRedraw(t *testing.T) {
	b := newTab(t)
	b.open(t, html(t, string(manyLanes(t, 2000))), "")
	ready := b.spent(t)
	waited := value[float64](t, b, `performance.getEntriesByName('timeline ready')[0].startTime`)
	b.run(t, chromedp.EmulateViewport(1280, 12000))
	b.do(t, `location.hash = "#n=0"`)
	b.until(t, `document.querySelectorAll('.tl-lane canvas').length > 300`)
	b.do(t, drawn)
	before := b.spent(t)
	const draws = 20
	b.do(t, `(async () => {
		const box = document.getElementById('tl-lanes');
		for (let i = 0; i < `+strconv.Itoa(draws)+`; i++) {
			box.dispatchEvent(new KeyboardEvent('keydown', {key: i % 2 ? '0' : '+'}));
			await `+drawn+`;
			// What is still in the queue of the drawing is done before a pixel can be read.
			for (const c of document.querySelectorAll('.tl-lane canvas')) c.getContext('2d').getImageData(0, 0, 1, 1);
		}
	})()`)
	redraw := (b.spent(t) - before) / draws
	t.Logf("ready after %.0f ms of all cores, %.0f ms on the wall; a redraw takes %.0f ms", ready, waited, redraw)
	if ready > 2000 {
		t.Errorf("ready after %.0f ms of all cores, want at most 1 s of two", ready)
	}
	if redraw > 200 {
		t.Errorf("a redraw takes %.0f ms of all cores, want at most 100 ms of two", redraw)
	}
}
