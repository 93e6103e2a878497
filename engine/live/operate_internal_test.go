package live

import (
	"context"
	"errors"
	"net/textproto"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

// TestGracefulStop: a platform that was stopped goes on at the instant at which it stood, whatever time passed,
// from a snapshot alone.
func TestGracefulStop(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "lab ?#%.db")
	w.open(path)
	l := w.start(w.store)
	w.reach(l, 34*time.Minute+7*time.Second)
	l.end(t)
	if err := l.SetClock(context.Background(), at(time.Hour)); !errors.Is(err, ErrStopped) {
		t.Errorf("a stopped platform says %v", err)
	}
	before := journal(t, w.store)
	w.open(path)
	if inputs, err := w.store.inputs(); err != nil || len(inputs) != 0 {
		t.Errorf("%d inputs are left beside the snapshot (%v)", len(inputs), err)
	}
	if stood, ok, err := w.store.At(); err != nil || !ok || stood != at(34*time.Minute+7*time.Second) {
		t.Errorf("it stood at %s", stamp(stood))
	}
	l = w.start(w.store)
	w.reach(l, 34*time.Minute+7*time.Second) // it is that late already: this waits until it is quiet
	if err := l.Read(context.Background(), func(v *api.View) {
		if v.Clock.Now != at(34*time.Minute+7*time.Second) || !v.Clock.Idle || !v.Clock.Manual {
			t.Errorf("clock %+v", v.Clock)
		}
	}); err != nil {
		t.Fatal(err)
	}
	w.reach(l, 36*time.Minute)
	l.end(t)
	after := journal(t, w.store)
	if diff := cmp.Diff(before, after[:len(before)]); diff != "" {
		t.Errorf("-before +after:\n%s", diff)
	}
}

// TestClock: what is over does not come again.
func TestClock(t *testing.T) {
	w := newWorld(t)
	l := w.start(w.store)
	defer l.end(t)
	w.reach(l, time.Hour)
	if err := l.SetClock(context.Background(), at(time.Minute)); !errors.Is(err, api.ErrClockBack) {
		t.Errorf("%v", err)
	}
}

// TestReauthorize: the vendor is asked once, what it refuses is saved all the same, an empty field is named
// and nothing is saved, and a guard refuses before anybody is asked (OUT-12).
func TestReauthorize(t *testing.T) {
	w := newWorld(t)
	l := w.start(w.store)
	defer l.end(t)
	w.reach(l, time.Minute)
	guard := errors.New("somebody was quicker")
	for _, tt := range []struct {
		fields    map[string]string
		guard     error
		outcome   engine.Outcome
		consented int
	}{
		{map[string]string{"key": "new"}, nil, engine.Done, 1},
		{map[string]string{"key": "wrong"}, nil, engine.Done, 1},
		{map[string]string{"key": ""}, nil, engine.Refused, 1},
		{map[string]string{"key": "new"}, guard, 0, 1},
		{map[string]string{"key": "newer"}, nil, engine.Done, 2},
	} {
		outcome, err := l.Operate(context.Background(), &api.Command{
			Kind: engine.Reauthorize, Fields: tt.fields, Guard: func(*api.View) error { return tt.guard },
		})
		if outcome != tt.outcome || !errors.Is(err, tt.guard) || w.consented != tt.consented {
			t.Errorf("%v: %v, %v, %d consents (want %v, %v, %d)", tt.fields, outcome, err, w.consented, tt.outcome, tt.guard, tt.consented)
		}
	}
	lines := strings.Join(journal(t, w.store), "\n")
	if n := strings.Count(lines, "connection.reauthorized"); n != 3 {
		t.Errorf("%d re-authorizations were saved (want 3)\n%s", n, lines)
	}
}

// TestStatusPage: a page is read once a minute; what changes is told the engine once.
func TestStatusPage(t *testing.T) {
	w := newWorld(t)
	l := w.start(w.store)
	defer l.end(t)
	open := func() (is bool) {
		if err := l.Read(context.Background(), func(v *api.View) { is = v.Engine.Applications()[0].Incident }); err != nil {
			t.Fatal(err)
		}
		return is
	}
	for minute, incident := range []bool{false, true, true, false} {
		w.mu.Lock()
		w.incident = incident
		w.mu.Unlock()
		w.reach(l, time.Duration(minute+1)*time.Minute)
		if open() != incident {
			t.Errorf("in minute %d the incident is open: %v", minute+1, !incident)
		}
	}
	inputs, err := w.store.inputs()
	if err != nil {
		t.Fatal(err)
	}
	told := slices.DeleteFunc(inputs, func(in input) bool {
		ev, err := in.unpack()
		return err != nil || ev.Kind != engine.StatusPublished
	})
	if len(told) != 2 {
		t.Errorf("the engine was told %d times (want 2)", len(told))
	}
}

// TestPostWaits: the outbox goes in order; while the server is away all wait, 30 s at first and at most ten
// minutes; an e-mail that is refused steps aside for the others.
func TestPostWaits(t *testing.T) {
	p := newPost(at(0), nil)
	away, unknown := errors.New("451 busy"), &textproto.Error{Code: 550, Msg: "unknown"}
	outbox := []engine.Mail{{ID: 1}, {ID: 2}, {ID: 3}}
	now := at(0)
	for _, want := range []time.Duration{
		30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 10 * time.Minute, 10 * time.Minute,
	} {
		if m := p.first(now, outbox); m == nil || m.ID != 1 {
			t.Fatalf("the first is %v", m)
		}
		p.wake(now)
		if next := p.failed(now, 1, away); next != now.Add(want) || p.next(outbox) != next {
			t.Errorf("it is tried again after %s (want %s)", time.Duration(next-now), want)
		}
		p.wake(now) // a new e-mail does not call a server that is away
		if p.next(outbox) == now || p.first(now, outbox) != nil {
			t.Error("it is tried again at once")
		}
		now = p.next(outbox)
	}
	if next := p.failed(now, 1, unknown); next != now.Add(10*time.Minute) {
		t.Errorf("a refused one is tried again after %s", time.Duration(next-now))
	}
	if m := p.first(now, outbox); m == nil || m.ID != 2 {
		t.Errorf("after a refused one comes %v", m)
	}
	p.delivered(2)
	if m := p.first(now, outbox[2:]); m == nil || m.ID != 3 {
		t.Errorf("then comes %v", m)
	}
	now = now.Add(10 * time.Minute)
	if m := p.first(now, outbox); m == nil || m.ID != 1 {
		t.Errorf("in its time comes %v", m)
	}
	if next := p.failed(now, 1, unknown); next != now.Add(20*time.Minute) {
		t.Errorf("refused again, after %s", time.Duration(next-now))
	}
	full := refusals{unknown, &textproto.Error{Code: 452, Msg: "the mailbox is full"}}
	if next := p.failed(now, 3, full); next != now.Add(30*time.Second) || p.next([]engine.Mail{{ID: 4}}) > now {
		t.Errorf("a recipient who is busy is tried again after %s, or keeps the others waiting", time.Duration(next-now))
	}
}

// TestRefusedRecipient: an e-mail reaches those whom the server takes it for, once; it counts as delivered
// when it has reached everybody, also across a kill.
func TestRefusedRecipient(t *testing.T) {
	w := newWorld(t)
	w.down = func(d time.Duration) bool { return d < 40*time.Minute }
	main := &w.cfg.Engine.Connections[0]
	main.Subscribers = append(main.Subscribers, "gone@example.com")
	w.refuses = map[string]error{"gone@example.com": &textproto.Error{Code: 550, Msg: "unknown"}}
	store := &mortal{Store: w.store}
	store.left.Store(1 << 30)
	l := w.start(store)
	w.reach(l, 30*time.Minute)
	store.left.Store(0)
	l.stop()
	if err := <-l.done; !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	l = w.start(w.store)
	w.reach(l, 2*time.Hour)
	waiting := func() (list []int64) {
		if err := l.Read(context.Background(), func(v *api.View) {
			for _, m := range v.Engine.Outbox() {
				list = append(list, m.ID)
			}
		}); err != nil {
			t.Fatal(err)
		}
		return list
	}
	if diff := cmp.Diff([]int64{1, 4}, waiting()); diff != "" {
		t.Errorf("undelivered (-want +got):\n%s", diff)
	}
	w.mu.Lock()
	w.refuses = nil
	w.mu.Unlock()
	w.reach(l, 10*time.Hour)
	if list := waiting(); len(list) != 0 {
		t.Errorf("%v wait", list)
	}
	if taken, err := w.store.sent(); err != nil || len(taken) != 0 {
		t.Errorf("the store still knows of %v (%v)", taken, err)
	}
	l.end(t)
	want := []string{
		"1: Connection main is offline", "1: Connection main is offline to gone@example.com",
		"2: Polling job a of main was disabled", "3: Polling job b of main was disabled",
		"4: Connection main is back online", "4: Connection main is back online to gone@example.com",
	}
	slices.Sort(w.mails)
	if diff := cmp.Diff(want, w.mails); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestMailServerAway: what is decided while the mail server is away arrives in order once it is back, once.
func TestMailServerAway(t *testing.T) {
	w := newWorld(t)
	w.down = func(d time.Duration) bool { return d < 40*time.Minute }
	w.mailDown = true
	l := w.start(w.store)
	defer l.end(t)
	w.reach(l, 2*time.Hour)
	if err := l.Read(context.Background(), func(v *api.View) {
		if n := len(v.Engine.Outbox()); n < 3 {
			t.Errorf("%d e-mails wait", n)
		}
	}); err != nil {
		t.Fatal(err)
	}
	w.mu.Lock()
	w.mailDown = false
	w.mu.Unlock()
	w.reach(l, 2*time.Hour+10*time.Minute)
	want := []string{
		"1: Connection main is offline", "2: Polling job a of main was disabled", "3: Polling job b of main was disabled",
		"4: Connection main is back online",
	}
	if diff := cmp.Diff(want, w.mails); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
