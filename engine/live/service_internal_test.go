package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
	"github.com/outagedrill/outagedrill/engine/policy"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

var began = time.Date(2024, 3, 4, 0, 0, 0, 0, time.UTC)

func at(d time.Duration) engine.Time { return engine.Time(began.Add(d).UnixNano()) }

// world is all that a platform lives in and that outlives it: a clock, vendors, a mail server, a file.
type world struct {
	t     *testing.T
	clk   *clock.Mock
	store *Store
	cfg   ServiceConfig

	asked func(*http.Request) error // hears each request before it is answered, and may hold it; nil: nobody
	sent  func(*engine.Mail)        // hears each e-mail before it is taken; nil: nobody

	mu        sync.Mutex
	down      func(time.Duration) bool // the vendor, by the time since the beginning
	incident  bool
	consented int // times that an operator's fields were accepted
	mailDown  bool
	refuses   map[string]error // by recipient: what the mail server says
	mails     []string         // taken, as ID: subject, with the recipients where they are not ops@example.com alone
	unnoted   map[string]int   // by e-mail: times that its platform died before it could note that it was taken

	holding atomic.Int64 // calls that the vendor has not answered (see holds)

	every int64 // inputs between two snapshots; 0: as always
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clk: clock.NewMock(), unnoted: map[string]int{}}
	w.clk.Set(began)
	w.down = func(time.Duration) bool { return false }
	generic, err := dialect.Load("generic")
	if err != nil {
		t.Fatal(err)
	}
	flows, err := policy.Load("celigo-integrator")
	if err != nil {
		t.Fatal(err)
	}
	jobs, err := policy.Load("sap-open-connectors")
	if err != nil {
		t.Fatal(err)
	}
	resources := []string{"contacts", "orders"}
	w.cfg = ServiceConfig{
		Engine: engine.Config{
			Start: at(0), Environment: "qa", Custom: map[string]int{"qa": 3},
			Flows: flows.Flows, PollingJobs: jobs.PollingJobs,
			Applications: []engine.Application{{Name: "acme", Resources: resources}},
			Connections: []engine.Connection{
				{Name: "main", Owner: "ops@example.com", Fields: []string{"key"}, Subscribers: []string{"ops@example.com"}},
			},
			FlowList: []engine.Flow{{Name: "f", To: engine.Endpoint{Resource: 1}, Every: 20 * time.Minute}},
			Jobs: []engine.Job{
				{Name: "a", Resources: []int{0, 1}, Every: 5 * time.Minute},
				{Name: "b", Resources: []int{1}, Every: 7 * time.Minute},
			},
		},
		Clock: w.clk, Client: &http.Client{Transport: w}, Mailer: w, StatusPages: []string{"http://vendor.test/status/"},
		Caller: Caller{Endpoints: []Endpoint{
			{Name: "main", BaseURL: "http://vendor.test/c", Auth: "none", Resources: resources, Dialect: generic},
		}},
		Unseal: func(*http.Response, error) Truth { return Truth{Fault: -1, Slowed: -1, Mended: -1} },
	}
	w.open("")
	return w
}

// open gives the world another file.
func (w *world) open(path string) {
	w.t.Helper()
	if w.store != nil {
		if err := w.store.Close(); err != nil {
			w.t.Fatal(err)
		}
	}
	var err error
	if w.store, err = OpenStore(path); err != nil {
		w.t.Fatal(err)
	}
	w.cfg.Store = w.store
	w.t.Cleanup(func() { _ = w.store.Close() })
}

// RoundTrip is the vendor: stateless, so that a call that is made again is answered as it was.
func (w *world) RoundTrip(req *http.Request) (*http.Response, error) {
	if w.asked != nil {
		if err := w.asked(req); err != nil {
			return nil, err
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	status, body := 200, `{"ok": true, "stored": 1}`
	switch path := req.URL.Path; {
	case strings.HasPrefix(path, "/status/"):
		body = `{"incidents": []}`
		if w.incident {
			body = `{"incidents": [{"name": "Service outage"}]}`
		}
	case strings.HasSuffix(path, "/authorize"):
		asked, _ := io.ReadAll(req.Body)
		if bytes.Contains(asked, []byte("wrong")) {
			status, body = 422, `{}`
			break
		}
		w.consented++
		body = `{}`
	case w.down(w.clk.Now().Sub(began)):
		status, body = 503, `{}`
	case strings.HasSuffix(path, "contacts"):
		body = `{"records": [], "has_more": false}`
	case strings.HasSuffix(path, "orders") && req.Method == http.MethodGet:
		body = `{"records": [], "has_more": false}`
	}
	return &http.Response{
		StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: req,
	}, nil
}

// Send is the mail server.
func (w *world) Send(
	_ context.Context, _ engine.Time, m *engine.Mail, to []string,
) (taken []string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.mailDown {
		return nil, errors.New("451 busy")
	}
	var refused refusals
	for _, who := range to {
		if !refused.add(who, w.refuses[who]) {
			taken = append(taken, who)
		}
	}
	line := fmt.Sprintf("%d: %s", m.ID, m.Subject)
	if all := strings.Join(taken, ", "); all != "ops@example.com" {
		line += " to " + all
	}
	if len(taken) > 0 {
		w.mails = append(w.mails, line)
	}
	if w.sent != nil {
		w.sent(m)
	}
	return taken, refused.err()
}

// life is one platform from its start to its end.
type life struct {
	*Service
	stop context.CancelFunc
	done chan error
}

func (w *world) start(store keeper) *life {
	w.t.Helper()
	s, err := newService(w.cfg, store)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.every > 0 {
		s.every = w.every
	}
	ctx, cancel := context.WithCancel(context.Background())
	l := &life{s, cancel, make(chan error, 1)}
	go func() {
		defer func() {
			if fault := recover(); fault != nil {
				l.done <- fmt.Errorf("the platform panics: %v", fault)
			}
		}()
		l.done <- s.Run(ctx)
	}()
	return l
}

// end stops a platform as an operator does.
func (l *life) end(t *testing.T) {
	t.Helper()
	l.stop()
	if err := <-l.done; err != nil {
		t.Fatal(err)
	}
}

func (w *world) reach(l *life, d time.Duration) {
	w.t.Helper()
	if err := l.SetClock(context.Background(), at(d)); err != nil {
		w.t.Fatal(err)
	}
}

// journal is what a store holds of what was written, sorted within each instant and without numbers: where
// in its instant a delivery falls is up to the mail server.
func journal(t *testing.T, s *Store) (lines []string) {
	t.Helper()
	seqs := regexp.MustCompile(`"(cause|Decided)":\d+`)
	if err := s.entries(func(en entry) error {
		e, err := en.unpack()
		if e.Kind == engine.OperatorCommandEntry && e.Outcome == engine.Unchanged {
			return err // one who was not told that his command was kept gives it again
		}
		text := seqs.ReplaceAllString(string(en.text), `"$1":n`)
		lines = append(lines, fmt.Sprintf("%8s %s %s", time.Duration(en.at-at(0)), e.Kind, text))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return lines
}

// mortal is a store that is lost after some writes, as it is to a process that is killed.
type mortal struct {
	*Store
	left   atomic.Int64 // writes
	forget func(*turn)  // plants a fault; nil: none
	lost   func()       // hears of an e-mail that was taken and cannot be noted; nil: nobody
}

var errKilled = errors.New("killed")

func (m *mortal) append(first int64, t *turn, snapshot []byte) error {
	if m.left.Add(-1) < 0 {
		return errKilled
	}
	if m.forget != nil {
		m.forget(t)
	}
	return m.Store.append(first, t, snapshot)
}

func (m *mortal) markSent(mail int64, to []string) error {
	if m.left.Add(-1) >= 0 {
		return m.Store.markSent(mail, to)
	}
	if m.lost != nil {
		m.lost()
	}
	return errKilled
}

// lives plays three hours, with a vendor that is down twice, and an operator who enables job a in between. A
// platform dies after as many writes as lifetime says, and another one takes its place.
func (w *world) lives(lifetime func() int) (lives int) {
	w.t.Helper()
	w.down = func(d time.Duration) bool {
		return d >= 12*time.Minute && d < time.Hour || d >= 95*time.Minute && d < 2*time.Hour
	}
	enabled := false
	for ; lives < 10_000; lives++ {
		left := lifetime()
		store := &mortal{Store: w.store, lost: func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.unnoted[w.mails[len(w.mails)-1]]++
		}}
		store.left.Store(int64(left))
		l := w.start(store)
		err := l.SetClock(context.Background(), max(at(70*time.Minute), engine.Time(w.clk.Now().UnixNano())))
		if err == nil && !enabled {
			var outcome engine.Outcome
			outcome, err = l.Operate(context.Background(), &api.Command{Kind: engine.Enable})
			enabled = err == nil
			if enabled && outcome == engine.Refused {
				w.t.Fatal("enable was refused")
			}
		}
		if err == nil {
			err = l.SetClock(context.Background(), at(3*time.Hour))
		}
		l.stop()
		ended := <-l.done
		if err == nil && ended == nil {
			return lives
		}
		if !errors.Is(ended, errKilled) {
			w.t.Fatal(err, ended)
		}
	}
	w.t.Fatal("it never comes to an end")
	return lives
}

// TestRestartAnywhere kills the platform at every single write of a run, and at random ones, with a snapshot every
// few inputs: the journal is that of a platform which nobody killed (DIS-16), each notification is delivered
// once, and its e-mail is sent once, and once more for each kill that fell between the server's answer and the
// note of it.
func TestRestartAnywhere(t *testing.T) {
	undisturbed := newWorld(t)
	undisturbed.lives(func() int { return 1 << 30 })
	want := journal(t, undisturbed.store)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for name, lifetime := range map[string]func() int{
		"every write":   func() int { return 1 },
		"random writes": func() int { return 1 + random.IntN(30) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.every = 5
			w.open(filepath.Join(t.TempDir(), "lab.db"))
			n := w.lives(lifetime)
			if diff := cmp.Diff(want, journal(t, w.store)); diff != "" {
				t.Errorf("after %d kills (-undisturbed +killed):\n%s", n, diff)
			}
			if err := sentOnce(undisturbed.mails, w.mails, w.unnoted); err != nil {
				t.Error(err)
			}
			t.Logf("%d kills, %d entries, %d e-mails", n, len(want), len(w.mails))
		})
	}
}

// sentOnce compares the e-mails of an undisturbed platform with those of one that was killed now and then: the
// same in the same order, but that one may come again right away as often as it could not be noted.
func sentOnce(want, got []string, unnoted map[string]int) error {
	var once []string
	twins := map[string]int{}
	for i, m := range got {
		if i == 0 || got[i-1] != m {
			once = append(once, m)
		} else if twins[m]++; twins[m] > unnoted[m] {
			return fmt.Errorf("%q came %d times more (want %d)", m, twins[m], unnoted[m])
		}
	}
	if diff := cmp.Diff(want, once); diff != "" {
		return fmt.Errorf("e-mails (-undisturbed +killed):\n%s", diff)
	}
	return nil
}
