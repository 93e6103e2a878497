package reports_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

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
		chromedp.WindowSize(1280, 900))
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// The page opens from a file with no request but its own and nothing on the console, and shows the
// disabled job; it fits a phone without scrolling sideways.
func TestBrowser(t *testing.T) {
	ctx := browser(t)
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(html(t, outageScript("America/New_York").text(t))), 0o644); err != nil {
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
		const bar = document.querySelector('#lane-j0 rect.st-disabled').getBoundingClientRect();
		const low = getComputedStyle(document.querySelector('.verdict.bad')).borderLeftWidth;
		return bar.width > 300 && bar.height > 10 && low === '6px';
	})()`
	if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](sees)); err != nil || !ok {
		t.Errorf("the disabled job's bar or the page's style is not there (%v)", err)
	}
	fits := chromedp.Evaluate[int64](`document.documentElement.scrollWidth`)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(320, 800)); err != nil {
		t.Fatal(err)
	}
	if n, err := chromedp.Run(ctx, fits); err != nil || n > 320 {
		t.Errorf("at 320 pixels the page is %d wide (%v)", n, err)
	}
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
	mu.Lock()
	defer mu.Unlock()
	if len(asked) != 1 || asked[0] != "file://"+file {
		t.Errorf("the page asked for %q", asked)
	}
}
