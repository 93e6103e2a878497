package live_test

import (
	"io"
	"net"
	"slices"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// mailServer is an SMTP server of a test. What it answers is said in advance, one plan a transaction.
type mailServer struct {
	addr string

	mu    sync.Mutex
	plans []plan
	raw   []string   // e-mails taken with a 250
	to    [][]string // for whom
	tries int        // transactions begun
	taken chan string
}

// plan is how the server treats one transaction.
type plan struct {
	atRcpt, atData *smtp.SMTPError // nil: it takes it
	who            string          // whom atRcpt is for; "": everybody
	hangUp         bool            // after the data, before an answer
}

func newMailServer(t *testing.T, plans ...plan) *mailServer {
	t.Helper()
	m := &mailServer{plans: plans, taken: make(chan string, 1000)}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.addr = l.Addr().String()
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &mailSession{server: m, conn: c}, nil
	}))
	s.Domain = "mail.test"
	s.ErrorLog = silent{}
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

func (m *mailServer) next() plan {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tries++
	if len(m.plans) == 0 {
		return plan{}
	}
	p := m.plans[0]
	m.plans = m.plans[1:]
	return p
}

func (m *mailServer) mails() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.raw)
}

// recipients are for whom the e-mails were taken.
func (m *mailServer) recipients() [][]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.to)
}

type mailSession struct {
	server *mailServer
	conn   *smtp.Conn
	plan   plan
	to     []string
}

func (s *mailSession) Mail(string, *smtp.MailOptions) error {
	s.plan, s.to = s.server.next(), nil
	return nil
}

func (s *mailSession) Rcpt(who string, _ *smtp.RcptOptions) error {
	if s.plan.atRcpt != nil && (s.plan.who == "" || s.plan.who == who) {
		return s.plan.atRcpt
	}
	s.to = append(s.to, who)
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	switch {
	case err != nil:
		return err
	case s.plan.hangUp:
		_ = s.conn.Conn().Close()
		return io.ErrClosedPipe
	case s.plan.atData != nil:
		return s.plan.atData
	}
	s.server.mu.Lock()
	s.server.raw, s.server.to = append(s.server.raw, string(raw)), append(s.server.to, s.to)
	s.server.mu.Unlock()
	s.server.taken <- string(raw)
	return nil
}

func (s *mailSession) Reset()        {}
func (s *mailSession) Logout() error { return nil }

type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}
