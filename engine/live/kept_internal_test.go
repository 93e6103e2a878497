package live

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

// TestKeptBeforeItLeaves asks the store at the moment at which something leaves: a call's input is in it, and
// so is the notification of an e-mail. A platform that is killed then knows of both.
func TestKeptBeforeItLeaves(t *testing.T) {
	w := newWorld(t)
	w.down = func(d time.Duration) bool { return d >= 10*time.Minute && d < 70*time.Minute }
	w.cfg.Engine.ListRoutine = true
	calls, mails := 0, 0
	w.asked = func(req *http.Request) error {
		if !strings.HasPrefix(req.URL.Path, "/c/") {
			return nil
		}
		calls++
		m, _, err := restore(&w.cfg.Engine, w.store)
		if err != nil {
			t.Error(err)
			return nil
		}
		if !slices.ContainsFunc(m.book.Calls, func(f flight) bool {
			of := w.cfg.Caller.Request(&f.Call)
			return of.Method == req.Method && of.URL.String() == req.URL.String()
		}) {
			t.Errorf("%s %s goes out, and the store does not know it", req.Method, req.URL)
		}
		return nil
	}
	w.sent = func(mail *engine.Mail) {
		mails++
		if !slices.ContainsFunc(decided(t, w.store), func(id int64) bool { return id == mail.ID }) {
			t.Errorf("e-mail %d goes out, and the store does not know it", mail.ID)
		}
	}
	l := w.start(w.store)
	w.reach(l, 3*time.Hour)
	l.end(t)
	if calls < 20 || mails < 4 {
		t.Errorf("%d calls and %d e-mails were watched (want more)", calls, mails)
	}
}

// TestUnkeptIsNotSent: an e-mail whose notification cannot be kept does not go out.
func TestUnkeptIsNotSent(t *testing.T) {
	w := newWorld(t)
	w.down = func(time.Duration) bool { return true }
	l := w.start(&picky{w.store, "job.disabled"})
	if err := l.SetClock(context.Background(), at(time.Hour)); err == nil {
		t.Fatal("all was kept")
	}
	if err := <-l.done; !errors.Is(err, errKilled) {
		t.Fatal(err)
	}
	if len(w.mails) != 1 || strings.Contains(w.mails[0], "disabled") {
		t.Errorf("the e-mails are %q (want that of the connection alone)", w.mails)
	}
}

// picky is a store that is lost as soon as it shall keep a notification about something.
type picky struct {
	*Store
	about string
}

func (p *picky) append(first int64, t *turn, snapshot []byte) error {
	for i := range t.entries {
		switch en, err := t.entries[i].unpack(); {
		case err != nil:
			return err
		case en.Kind == engine.NotificationDecidedEntry && en.Mail.About == p.about:
			return errKilled
		}
	}
	return p.Store.append(first, t, snapshot)
}

// decided are the notifications that a store knows.
func decided(t *testing.T, s *Store) (list []int64) {
	t.Helper()
	if err := s.entries(func(en entry) error {
		e, err := en.unpack()
		if e.Kind == engine.NotificationDecidedEntry {
			list = append(list, e.Mail.ID)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	return list
}

// TestUnkeptIsNoAnswer: an operator whose command cannot be kept is not told that it was carried out.
func TestUnkeptIsNoAnswer(t *testing.T) {
	for _, c := range []api.Command{
		{Kind: engine.Disable},
		{Kind: engine.Test},
		{Kind: engine.Reauthorize, Fields: map[string]string{"key": "new"}},
		{Kind: engine.Reauthorize, Fields: map[string]string{"key": ""}},
	} {
		w := newWorld(t)
		store := &mortal{Store: w.store}
		store.left.Store(1 << 30)
		l := w.start(store)
		w.reach(l, time.Minute)
		store.left.Store(0)
		if _, err := l.Operate(context.Background(), &c); err == nil {
			t.Errorf("%v was acknowledged", c.Kind)
		}
		if err := <-l.done; !errors.Is(err, errKilled) {
			t.Errorf("%v: it ended with %v", c.Kind, err)
		}
	}
}

// TestNotedIsSentOnce kills the platform right after it noted that an e-mail was taken, before anything else is
// written: the next start does not send it again.
func TestNotedIsSentOnce(t *testing.T) {
	w := newWorld(t)
	w.down = func(d time.Duration) bool { return d < 70*time.Minute }
	store := &noted{mortal: mortal{Store: w.store}}
	store.left.Store(1 << 30)
	l := w.start(store)
	if err := l.SetClock(context.Background(), at(time.Hour)); err == nil {
		t.Fatal("no e-mail was sent")
	}
	if err := <-l.done; !errors.Is(err, errKilled) || len(w.mails) != 1 {
		t.Fatalf("it ended with %v after %d e-mails", err, len(w.mails))
	}
	l = w.start(w.store)
	w.reach(l, time.Hour)
	l.end(t)
	if n := len(w.mails); n < 2 || w.mails[1] == w.mails[0] {
		t.Errorf("the e-mails are %q (want each once)", w.mails)
	}
}

// noted is lost once it has noted an e-mail.
type noted struct{ mortal }

func (n *noted) markSent(mail int64, to []string) error {
	defer n.left.Store(0)
	return n.mortal.markSent(mail, to)
}
