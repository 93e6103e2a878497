package live

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

// TestGuardIsAtomic: of many operators who saw the same revision, one writes (API-03); his answer is of his own
// write.
func TestGuardIsAtomic(t *testing.T) {
	w := newWorld(t)
	l := w.start(w.store)
	defer l.end(t)
	w.reach(l, time.Minute)
	h, err := api.Handler(l.Service, api.Config{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	answers := make(chan *httptest.ResponseRecorder, 20)
	for range cap(answers) {
		wg.Go(func() {
			r := httptest.NewRequest(http.MethodPut, "http://localhost/jobs/b/disable", nil)
			r.Header.Set("If-Match", `"0"`)
			answer := httptest.NewRecorder()
			h.ServeHTTP(answer, r)
			answers <- answer
		})
	}
	wg.Wait()
	close(answers)
	won := 0
	for a := range answers {
		switch {
		case a.Code == http.StatusOK:
			won++
			if tag := a.Header().Get("ETag"); tag != `"1"` || !strings.Contains(a.Body.String(), `"changed":true`) {
				t.Errorf("ETag %s: %s", tag, a.Body)
			}
		case a.Code != http.StatusPreconditionFailed:
			t.Errorf("status %d: %s", a.Code, a.Body)
		}
	}
	if won != 1 {
		t.Errorf("%d writes upon one revision (want 1)", won)
	}
}

// TestGuardAfterConsent: who acts while the vendor is asked for its consent is not overwritten.
func TestGuardAfterConsent(t *testing.T) {
	w := newWorld(t)
	l := w.start(w.store)
	defer l.end(t)
	w.reach(l, time.Minute)
	quicker := errors.New("somebody was quicker")
	asked := 0
	_, err := l.Operate(context.Background(), &api.Command{
		Kind: engine.Reauthorize, Fields: map[string]string{"key": "new"},
		Guard: func(*api.View) error {
			if asked++; asked > 1 {
				return quicker
			}
			return nil
		},
		After: func(*api.View) { t.Error("it was carried out") },
	})
	if !errors.Is(err, quicker) || asked != 2 || w.consented != 1 {
		t.Errorf("%v; %d times asked, %d consents (want %v, 2, 1)", err, asked, w.consented, quicker)
	}
	if lines := strings.Join(journal(t, w.store), "\n"); strings.Contains(lines, "connection.reauthorized") {
		t.Errorf("it was saved\n%s", lines)
	}
}
