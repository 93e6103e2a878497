//go:build slow

package main

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// flakyMail is an SMTP server that fails four times of five, in every way that leaves an e-mail unsent: it
// hangs up at once, asks to come again, asks so after the data, hangs up after the data.
type flakyMail struct {
	addr string

	mu      sync.Mutex
	random  *rand.Rand
	mended  bool
	life    int // of the lab that sends
	taken   []takenMail
	refused int
}

type takenMail struct {
	id   int
	life int
	raw  string
}

func newFlakyMail(t *testing.T, seed uint64) *flakyMail {
	t.Helper()
	m := &flakyMail{random: rand.New(rand.NewPCG(seed, 1))}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.addr = l.Addr().String()
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &flakySession{server: m, conn: c}, nil
	}))
	s.ErrorLog = noLog{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(l)
	}()
	t.Cleanup(func() {
		_ = s.Close()
		_ = l.Close() // a server that has not begun to serve does not know it yet
		<-done
	})
	return m
}

type noLog struct{}

func (noLog) Printf(string, ...any) {}
func (noLog) Println(...any)        {}

func (m *flakyMail) nextLife() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.life++
}

// mend lets every e-mail through from now on.
func (m *flakyMail) mend() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.mended = true
}

// mood draws how a transaction ends: 0 is well.
func (m *flakyMail) mood() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.mended {
		return 0
	}
	mood := m.random.IntN(5)
	if mood > 0 {
		m.refused++
	}
	return mood
}

// mostTwins is how many kills may fall between the mail server's 250 and the note of it, a moment of about a
// millisecond, before it is no chance any more.
const mostTwins = 3

// judge wants one e-mail for each notification, of which the lab must have told the delivery.
func (m *flakyMail) judge(t *testing.T, notifications []killedNotification) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	twins := 0
	copies := map[int][]int{} // indexes into taken
	for i := range m.taken {
		copies[m.taken[i].id] = append(copies[m.taken[i].id], i)
	}
	for _, n := range notifications {
		of := copies[n.ID]
		delete(copies, n.ID)
		switch {
		case n.Delivered == "":
			t.Errorf("notification %d was never delivered", n.ID)
		case len(of) == 0:
			t.Errorf("notification %d is said to be delivered, and the mail server has not seen it", n.ID)
		case len(of) == 1:
		case len(of) == 2 && m.unknown(of[0], of[1]):
			twins++
			t.Logf("a kill fell between the mail server's answer to e-mail %d and the note of it", n.ID)
		default:
			t.Errorf("notification %d has %d e-mails", n.ID, len(of))
		}
	}
	if twins > mostTwins {
		t.Errorf("%d e-mails came twice (want at most %d)", twins, mostTwins)
	}
	for id := range copies {
		t.Errorf("there is an e-mail of notification %d, which the platform does not know", id)
	}
}

// unknown tells whether a life of the lab may have ended before it could note the first copy: it was the last
// that the life sent, and the second is the first of the next life.
func (m *flakyMail) unknown(first, second int) bool {
	a, b := &m.taken[first], &m.taken[second]
	return second == first+1 && b.life > a.life && a.raw == b.raw
}

type flakySession struct {
	server *flakyMail
	conn   *smtp.Conn
	mood   int
}

func (s *flakySession) Mail(string, *smtp.MailOptions) error {
	switch s.mood = s.server.mood(); s.mood {
	case 1:
		return &smtp.SMTPError{Code: 451, Message: "come again"}
	case 2:
		_ = s.conn.Conn().Close()
	}
	return nil
}

func (s *flakySession) Rcpt(string, *smtp.RcptOptions) error { return nil }

func (s *flakySession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	switch {
	case err != nil:
		return err
	case s.mood == 3:
		return &smtp.SMTPError{Code: 452, Message: "come again after the data"}
	case s.mood == 4:
		_ = s.conn.Conn().Close()
		return io.ErrClosedPipe
	}
	id := 0
	if found := messageID.FindSubmatch(bytes.ReplaceAll(raw, []byte("\r"), nil)); found != nil {
		id, _ = strconv.Atoi(string(found[1]))
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.taken = append(s.server.taken, takenMail{id, s.server.life, string(raw)})
	return nil
}

func (s *flakySession) Reset()        {}
func (s *flakySession) Logout() error { return nil }

// serveHTTP serves until the test ends.
func serveHTTP(t *testing.T, f http.HandlerFunc) (url string) {
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s.URL
}
