package reports_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
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
		chromedp.Flag("time-zone-for-testing", "UTC"), chromedp.WindowSize(1280, 900))
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// tab is a browser's tab, with what it asked for and complained of.
type tab struct {
	ctx context.Context

	mu         sync.Mutex
	asked      []string
	complaints []string
}

func newTab(t *testing.T) *tab {
	t.Helper()
	b := &tab{ctx: browser(t)}
	b.run(t, chromedp.Navigate("about:blank"))
	if err := chromedp.Listen(b.ctx, b.heard); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *tab) heard(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, ev.Request.URL)
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, ev.Entry.Text)
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, ev.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		b.complaints = append(b.complaints, "console."+string(ev.Type))
	}
}

// quiet checks that the page asked for nothing but itself, and that nothing is on the console.
func (b *tab) quiet(t *testing.T, urls ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.complaints) > 0 {
		t.Errorf("on the console: %q", b.complaints)
	}
	if len(b.asked) != len(urls) {
		t.Errorf("the page asked for %q, want %q", b.asked, urls)
	}
}

func (b *tab) run(t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(b.ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// open shows a page from a file and waits until its timeline is there.
func (b *tab) open(t *testing.T, page, fragment string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	b.run(t, chromedp.Navigate("about:blank"), chromedp.Navigate("file://"+file+fragment))
	b.until(t, `performance.getEntriesByName("timeline ready").length > 0`)
	return "file://" + file
}

// openAt shows a page from a server that sends a policy with it.
func (b *tab) openAt(t *testing.T, page, policy string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, page)
	}))
	t.Cleanup(server.Close)
	b.run(t, chromedp.Navigate(server.URL))
}

// do runs a script, to the end of its promise.
func (b *tab) do(t *testing.T, script string) {
	t.Helper()
	b.run(t, chromedp.Evaluate[chromedp.Void](script, chromedp.EvalAwaitPromise))
}

// until waits until an expression is true. On a busy machine the browser may still
// look at the page before, which is gone, and is asked again.
func (b *tab) until(t *testing.T, expression string) {
	t.Helper()
	wait := chromedp.Evaluate[bool](`(async () => {
		for (const end = performance.now() + 60000; performance.now() < end;) {
			if (`+expression+`) return true;
			await new Promise((done) => setTimeout(done, 20));
		}
		return false;
	})()`, chromedp.EvalAwaitPromise)
	for range 20 {
		switch ok, err := chromedp.Run(b.ctx, wait); {
		case err == nil && ok:
			return
		case err == nil:
			t.Fatalf("%s: not within a minute", expression)
		case b.ctx.Err() != nil:
			t.Fatalf("%s: %v", expression, err)
		}
	}
	t.Fatalf("%s: the browser does not answer", expression)
}

// holds fails the test unless an expression is true.
func (b *tab) holds(t *testing.T, expression string) {
	t.Helper()
	if ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](expression)); err != nil || !ok {
		t.Errorf("%s does not hold (%v)", expression, err)
	}
}

// value is that of an expression, or of the promise that it is.
func value[T any](t *testing.T, b *tab, expression string) T {
	t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

func (b *tab) keys(t *testing.T, keys string, options ...chromedp.KeyOption) {
	t.Helper()
	b.run(t, chromedp.KeyEvent(keys, options...))
}

// media sets the medium and the colour scheme.
func (b *tab) media(t *testing.T, medium, scheme string) {
	t.Helper()
	b.run(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: medium, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
}
