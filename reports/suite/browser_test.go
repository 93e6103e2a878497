package suite_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// browser opens a tab of a headless Chromium. Without one the test is skipped, in CI it fails.
func browser(t *testing.T) context.Context {
	t.Helper()
	bin, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("chromium is missing, and CI wants it")
		}
		t.Skip("chromium is missing")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(bin), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.WindowSize(1000, 900))
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// The page opens from a file with no request but its own and nothing on the console, whatever scenarios are
// called; it lets no script but its own run, fits a phone without scrolling sideways, has colours for the dark,
// and prints what is folded.
func TestBrowser(t *testing.T) {
	ctx := browser(t)
	file := filepath.Join(t.TempDir(), "suite.html")
	if err := os.WriteFile(file, []byte(write(t, "html", mixed())), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var asked []string
	if err := chromedp.Listen(ctx, func(ev any) {
		if r, ok := ev.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, r.Request.URL)
		}
	}); err != nil {
		t.Fatal(err)
	}
	console := chromedp.Console(ctx)
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	const sees = `(() => {
		const verdict = document.querySelector('#verdict.bad');
		const cards = document.querySelectorAll('#problems .card');
		const strip = document.querySelector('.strip .bar-passed').getBoundingClientRect();
		return getComputedStyle(verdict).borderLeftWidth === '6px' && cards.length === 8 && strip.width > 100 &&
			document.scripts.length === 1 && document.images.length === 0 &&
			document.querySelector('#rules tbody td.bad') !== null &&
			document.querySelector('#disabling-the-tenth-failure .b-disabled').getBoundingClientRect().width > 50;
	})()`
	if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](sees)); err != nil || !ok {
		t.Errorf("the verdict, the failures or the page's style is not there (%v)", err)
	}
	const script = `(() => {
		const s = document.createElement('script');
		s.textContent = 'window.ran = true';
		document.body.append(s);
		return window.ran === true;
	})()`
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](`console.log("done")`)); err != nil {
		t.Fatal(err)
	}
	for m, err := range console {
		if err != nil {
			t.Fatal(err)
		}
		if m.Text == "done" {
			break
		}
		t.Errorf("on the console: %s", m.Text)
	}
	if ran, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script)); err != nil || ran {
		t.Errorf("the page lets a script run (%v)", err)
	}
	looks(ctx, t)
	mu.Lock()
	defer mu.Unlock()
	if len(asked) != 1 || asked[0] != "file://"+file {
		t.Errorf("the page asked for %q", asked)
	}
}

// looks checks the page on a phone, in the dark and in print.
func looks(ctx context.Context, t *testing.T) {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(320, 800)); err != nil {
		t.Fatal(err)
	}
	wide := chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)
	if n, err := chromedp.Run(ctx, wide); err != nil || n > 320 {
		t.Errorf("at 320 pixels the page is %d wide (%v)", n, err)
	}
	media := func(p emulation.SetEmulatedMediaParams) {
		t.Helper()
		set := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, p)
			return err
		})
		if err := chromedp.Do(ctx, set); err != nil {
			t.Fatal(err)
		}
	}
	media(emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}},
	})
	ground := chromedp.Evaluate[string](`getComputedStyle(document.body).backgroundColor`)
	if c, err := chromedp.Run(ctx, ground); err != nil || c != "rgb(23, 23, 28)" {
		t.Errorf("in the dark the ground is %s (%v)", c, err)
	}
	const folded = `document.querySelector('details:not([open]) .steps li').checkVisibility()`
	if shown, err := chromedp.Run(ctx, chromedp.Evaluate[bool](folded)); err != nil || shown {
		t.Errorf("folded steps are shown (%v)", err)
	}
	media(emulation.SetEmulatedMediaParams{Media: "print"})
	if shown, err := chromedp.Run(ctx, chromedp.Evaluate[bool](folded)); err != nil || !shown {
		t.Errorf("folded steps are not printed (%v)", err)
	}
}

// The policy of the page allows its own style and script by their hashes and nothing else.
func TestContentSecurityPolicy(t *testing.T) {
	got := write(t, "html", mixed())
	strict := regexp.MustCompile(`content="default-src &#39;none&#39;; script-src &#39;sha256-[^ ]+&#39;; ` +
		`style-src &#39;sha256-[^ ]+&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"`)
	if !strict.MatchString(got) || strings.Contains(got, " style=") || strings.Contains(got, " onclick=") {
		t.Error("the policy of the page is not strict")
	}
}
