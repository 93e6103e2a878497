package reports_test

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// The page opens from a file with no request but its own and nothing on the console, and shows the timeline; it
// fits a phone, and a page twice as large, without scrolling sideways.
func TestBrowser(t *testing.T) {
	b := newTab(t)
	url := b.open(t, html(t, outageScript("America/New_York").text(t)), "")
	b.holds(t, `getComputedStyle(document.querySelector('.verdict.bad')).borderLeftWidth === '6px'`)
	b.holds(t, `document.querySelectorAll('#tl-lanes canvas').length === 8`)
	b.holds(t, `!document.querySelector('.lane svg').checkVisibility()`)
	b.holds(t, `document.getElementById('tl-sizes').hidden`) // so few lanes need no pages
	for _, size := range []struct {
		width, height int64
		scale         float64
	}{{320, 800, 1}, {640, 450, 2}} {
		b.run(t, chromedp.EmulateViewport(size.width, size.height, chromedp.EmulateScale(size.scale)))
		b.do(t, `location.hash = "#e=23"`) // with an explanation open
		b.until(t, `!document.getElementById('tl-why').hidden`)
		if n := value[int64](t, b, `document.documentElement.scrollWidth`); n > size.width {
			t.Errorf("at %d pixels the page is %d wide", size.width, n)
		}
	}
	b.quiet(t, url)
}

// A change is explained by the chain of its causes, in sentences with links; a link leads to the one before.
func TestExplain(t *testing.T) {
	b := newTab(t)
	b.open(t, html(t, outageScript("UTC").text(t)), "#e=23")
	b.until(t, `!document.getElementById('tl-why').hidden`)
	said := value[string](t, b, `document.getElementById('tl-why').innerText`)
	holds(t, strings.Join(strings.Fields(said), " "),
		"The platform disables contacts-poll: contacts failed 100 times in a row, and the threshold is 100.",
		"Job disabled for 20 h 21 min, from Mar 1 03:39 UTC to the end of the run.",
		"Mar 1 02:00 UTC The trouble begins: acme, down. "+
			"Mar 1 03:39 UTC 100 polls of contacts by contacts-poll fail in a row, vendor down, HTTP 503. 1 h 39 min later "+
			"Mar 1 03:39 UTC The platform disables contacts-poll",
		"What it led to Mar 1 03:39 UTC Mail 2")
	b.do(t, `document.querySelector('#tl-why ol a').click()`)
	b.until(t, `document.getElementById('tl-why-title').textContent === 'The trouble begins: acme, down.'`)
	b.holds(t, `document.querySelector('.tl-lane.current').dataset.lane === 'v0'`)
	said = value[string](t, b, `document.getElementById('tl-why').innerText`)
	holds(t, said, "Nothing in the run led to it", "Vendor down for 3 h 30 min. It ended:")
	b.do(t, `document.querySelector('#tl-why .close').click()`)
	b.holds(t, `document.getElementById('tl-why').hidden && document.activeElement.id === 'tl-lanes'`)
}

// The charts show the stretch of the timeline and the moment that is explained, and on paper the whole run.
func TestChartsFollow(t *testing.T) {
	b := newTab(t)
	b.open(t, html(t, outageScript("UTC").text(t)), "#t=2024-03-01T02:00:00Z_2024-03-01T08:00:00Z&e=2")
	shown := func(part string) string {
		return value[string](t, b, `[...new Set([...document.querySelectorAll('.plot')].map((p) => `+part+`))].join('; ')`)
	}
	// Of 24 h, 02:00 is at 83.3333 thousandths and six hours are 250; entry 2 is the fault of 02:00.
	if got := shown(`p.getAttribute('viewBox')`); got != "83.3333 0 250.0000 100" {
		t.Errorf("they show %s (want 83.3333 0 250.0000 100)", got)
	}
	if got := shown(`p.querySelector('.now').getAttribute('d')`); got != "M83.3333 0V100" {
		t.Errorf("the moment is at %s (want M83.3333 0V100)", got)
	}
	b.holds(t, `document.querySelectorAll('.plot').length > 2 && document.getElementById('ch-axis').clientWidth > 100`)
	b.do(t, `dispatchEvent(new Event('beforeprint'))`)
	if got := shown(`p.getAttribute('viewBox')`); got != "0 0 1000 100" {
		t.Errorf("on paper they show %s (want 0 0 1000 100)", got)
	}
	b.do(t, `dispatchEvent(new Event('afterprint'))`)
	b.until(t, `document.querySelector('.plot').getAttribute('viewBox') === '83.3333 0 250.0000 100'`)
}

// A click on a bar and one on a mark explain what is there.
func TestClick(t *testing.T) {
	b := newTab(t)
	b.open(t, html(t, outageScript("UTC").text(t)), "")
	click := func(lane string, hour float64) {
		t.Helper()
		b.do(t, `document.querySelector('[data-lane=`+lane+`]').scrollIntoView({block: 'center'})`)
		const at = `(() => { const r = document.querySelector('[data-lane=%s] canvas').getBoundingClientRect();
			return [r.left, r.width, r.top + 20]; })()`
		box := value[[]float64](t, b, strings.Replace(at, "%s", lane, 1))
		b.run(t, chromedp.MouseClickXY(box[0]+box[1]*hour/24, box[2]))
	}
	title := func(want string) {
		t.Helper()
		b.until(t, `!document.getElementById('tl-why').hidden`)
		if got := value[string](t, b, `document.getElementById('tl-why-title').textContent`); got != want {
			t.Errorf("explained %q, want %q", got, want)
		}
	}
	click("c0", 2.6)
	title("acme-main goes offline: vendor down.")
	click("f0", 3.5)
	title("A run of orders-to-wms is queued.")
	click("c0", 4)
	title("A sweep tests acme-main: the test fails, vendor down, HTTP 503.")
	click("j0", 20)
	title("The platform disables contacts-poll: contacts failed 100 times in a row, and the threshold is 100.")
}

// drawn is a promise that what was asked for is drawn.
const drawn = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))`

// What the reader made of the view stands in the address, and shows again in another browser.
func TestDeepLink(t *testing.T) {
	page := html(t, resourcesScript().text(t))
	b := newTab(t)
	b.run(t, chromedp.EmulateViewport(1280, 3000)) // all lanes are on the screen, and drawn
	b.open(t, page, "")
	b.do(t, `document.getElementById('tl-lanes').focus()`)
	b.keys(t, kb.ArrowDown+kb.ArrowDown+kb.ArrowDown+kb.Home+"++"+kb.Enter)
	b.do(t, `(() => {
		const set = (id, value) => {
			const el = document.getElementById(id);
			el.value = value;
			el.dispatchEvent(new Event('input'));
		};
		set('tl-filter', 'acme'); set('tl-order', 'name'); set('tl-size', '25');
		document.querySelector('[data-open]').click();
	})()`)
	const seen = `[location.hash, document.getElementById('tl-count').textContent,
		document.getElementById('tl-filter').value, document.getElementById('tl-order').value, document.querySelector('.current')?.dataset.lane,
		document.getElementById('tl-why-title')?.textContent, document.querySelectorAll('.resource').length,
		...[...document.querySelectorAll('.tl-lane canvas')].slice(0, 9).map((c) => c.toDataURL()),
		document.getElementById('tl-axis').toDataURL()].join('\n')`
	const settled = `location.hash.includes('s=name') && location.hash.includes('x=')`
	b.until(t, settled)
	b.do(t, drawn)
	want := value[string](t, b, seen)
	link, _, _ := strings.Cut(want, "\n")
	for _, part := range []string{"t=2024-03-01T", "&l=", "&e=", "q=acme", "n=25"} {
		if !strings.Contains(link, part) {
			t.Errorf("the link %s has no %s", link, part)
		}
	}
	again := newTab(t)
	again.run(t, chromedp.EmulateViewport(1280, 3000))
	again.open(t, page, link)
	again.until(t, `!document.getElementById('tl-why').hidden`)
	again.do(t, drawn)
	if got := value[string](t, again, seen); got != want {
		t.Errorf("the link shows something else:\n%s\nwant\n%s", short(got), short(want))
	}
}

// Each part of a link does what it says, and the link that the page then offers is the same.
func TestLinkParts(t *testing.T) {
	b := newTab(t)
	b.run(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetTimezoneOverride,
			emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Berlin"})
		return err
	}))
	outage, many := html(t, outageScript("America/New_York").text(t)), html(t, string(manyLanes(t, 1)))
	const count = `document.getElementById('tl-count').textContent`
	const clocks = `document.getElementById('tl-clocks').innerText`
	const shown = `document.getElementById('tl-window').style.width`
	for _, c := range []struct{ page, link, look, want string }{
		{many, "p=3", count, "Lanes 101 to 150 of 304"},
		{many, "p=12&n=25", count, "Lanes 276 to 300 of 304"},
		{many, "n=0", count, "Lanes 1 to 304 of 304"},
		{many, "q=job-29&p=9", count, "Lanes 1 to 10 of 10"},
		{outage, "l=j0", clocks, "UTC\nEurope/Berlin"},
		{outage, "z=yours", clocks, "UTC\nEurope/Berlin"},
		{outage, "z=run", clocks, "UTC\nAmerica/New_York"},
		{outage, "t=2024-03-01T02:00:00Z_2024-03-01T08:00:00Z", shown, "25%"},
	} {
		b.open(t, c.page, "#"+c.link)
		b.do(t, drawn)
		if got := value[string](t, b, c.look); got != c.want {
			t.Errorf("%s shows %q, want %q", c.link, got, c.want)
		}
		offered := value[string](t, b, `new URL(document.getElementById('tl-link').href).hash`)
		if want := "#" + strings.Replace(c.link, "&p=9", "", 1); sorted(offered) != sorted(want) {
			t.Errorf("of %s the page offers the link %s", c.link, offered)
		}
	}
}

// sorted has the parts of a link in order.
func sorted(link string) string {
	parts := strings.Split(strings.TrimPrefix(link, "#"), "&")
	slices.Sort(parts)
	return strings.Join(parts, "&")
}

// short leaves out pictures.
func short(s string) string { return regexp.MustCompile(`base64,\S+`).ReplaceAllString(s, "…") }

// Filter, order, pages and resources.
func TestLanesShown(t *testing.T) {
	b := newTab(t)
	b.open(t, html(t, resourcesScript().text(t)), "")
	const names = `[...document.querySelectorAll('.tl-lane')].map((el) => el.dataset.lane).join(' ')`
	for _, c := range []struct{ link, want string }{
		{"s=worst", "v0 s0 c0 f0 j0 j2 j1 v1 c1"}, // the worst job first
		{"s=name", "v0 s0 c0 j0 f0 j1 j2 v1 c1"},
		{"s=file", "v0 s0 c0 f0 j0 j1 j2 v1 c1"},
		{"s=first", "v0 s0 j2 f0 j0 j1 c0 v1 c1"},
		{"q=job", "j0 j2 j1"},
		{"q=poll+disabled", ""},
		{"q=polls%20disabled", ""},
		{"q=poll%20disabled", "j0"},
		{"h=1", "v0 s0 c0 f0 j0 j2 j1"},
		{"x=j2", "v0 s0 c0 f0 j0 j2 j2.1 j2.2 j1 v1 c1"},
	} {
		b.do(t, `location.hash = "#`+c.link+`"`)
		b.do(t, `new Promise((done) => setTimeout(done, 0))`)
		if got := value[string](t, b, names); got != c.want {
			t.Errorf("%s shows %q, want %q", c.link, got, c.want)
		}
	}
}

// jenkins is the policy with which Jenkins serves what a build leaves, where nobody relaxed it.
const jenkins = "sandbox; default-src 'none'; img-src 'self'; style-src 'self';"

// Under the policy of Jenkins neither scripts nor styles run. The verdict, the worst lanes with their
// colours, and the tables are there, and no control that would do nothing.
func TestBarePage(t *testing.T) {
	b := newTab(t)
	b.openAt(t, html(t, outageScript("UTC").text(t)), jenkins)
	b.holds(t, `document.styleSheets.length === 0 && self.origin === 'null'`) // it is barred, in a sandbox
	b.holds(t, `document.getElementById('verdict').checkVisibility()`)
	b.holds(t, `!document.getElementById('timeline').checkVisibility()`)
	const bar = `document.querySelector('#lane-j0 [fill="url(#p-disabled)"]')`
	b.holds(t, bar+`.checkVisibility() && `+bar+`.getBoundingClientRect().width > 300`)
	b.holds(t, `document.querySelectorAll('#things td').length > 10`)
	b.holds(t, `document.querySelectorAll('#events tbody tr').length > 10`)
	b.holds(t, `document.querySelector('#lane-v0 .br-detection').checkVisibility()`)
	b.showsColours(t, "#lane-j0 svg", disabledColour, failingColour)

	b.openAt(t, compared(t, hostile(t), betterScript().text(t)), jenkins)
	b.holds(t, `document.styleSheets.length === 0 && document.querySelectorAll('#t1 td').length > 10`)
	b.holds(t, `document.querySelector('.strip-worse').checkVisibility()`)
}

// showsColours checks that what is seen of an element has each colour in more than a hundred pixels.
func (b *tab) showsColours(t *testing.T, element string, colours ...string) {
	t.Helper()
	shot, err := chromedp.Run(b.ctx, chromedp.Screenshot(chromedp.CSS(element)))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	seen, box := map[string]int{}, picture.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			seen[fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)]++
		}
	}
	for _, c := range colours {
		if seen[c] <= 100 {
			t.Errorf("%d pixels of %s have the colour %s", seen[c], element, c)
		}
	}
}

// On paper stands the still picture, with everything unfolded that is.
func TestPrint(t *testing.T) {
	b := newTab(t)
	b.open(t, html(t, outageScript("UTC").text(t)), "#e=23")
	b.media(t, "print", "light")
	b.holds(t, `document.querySelector('#lane-j0 svg').checkVisibility()`)
	b.holds(t, `!document.getElementById('timeline').checkVisibility()`)
	pdf, err := chromedp.Run(b.ctx, chromedp.PrintToPDF())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1)); n < 2 || n > 8 {
		t.Errorf("%d pages on paper, want 2 to 8", n)
	}
}

// Names that would be code, or turn the text around, or never end, are names.
func TestHostileLanes(t *testing.T) {
	b := newTab(t)
	for _, name := range []string{
		`</script><img src=x onerror=document.title='hit'>`, "\u202eevil \u05d0\u05d1\u05d2 ]]>", "😀<!--",
		strings.Repeat("long", 125), "#$& ${x} $1 `",
	} {
		escaped, err := encode(name)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.ReplaceAll(outageScript("UTC").text(t), "contacts-poll", escaped)
		b.open(t, html(t, text), "#e=23")
		b.until(t, `!document.getElementById('tl-why').hidden`)
		b.holds(t, `document.images.length === 0 && !document.title.includes('hit') && document.scripts.length === 2`)
		b.holds(t, `document.querySelectorAll('.tl-lane').length === 8`)
		b.holds(t, `document.querySelector('[data-lane=j0] bdi').textContent.length <= 62`)
		b.holds(t, `document.getElementById('tl-why-title').textContent.startsWith('The platform disables')`)
		b.holds(t, `document.documentElement.scrollWidth <= innerWidth`)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.complaints) > 0 {
		t.Errorf("on the console: %q", b.complaints)
	}
}
