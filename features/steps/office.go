package steps

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/live"
	"github.com/outagedrill/outagedrill/sim/journal"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// postOffice is a mail server of a live driver, and the platform's way to it. While the timeline says that
// mail is down it answers 451. What arrives must be what the journal says was delivered.
type postOffice struct {
	down   []timeline.MailWindow
	now    func() engine.Time
	mailer *live.Mailer
	server *smtp.Server
	ln     net.Listener
	served chan error

	address string // where the server listens
	taken   int    // letters that were collected

	decided   map[int64]journal.Entry // notifications that wait for their delivery
	delivered []letter                // as the journal tells it

	mu      sync.Mutex
	arrived []letter
}

// letter is an e-mail.
type letter struct {
	to            []string
	subject, body string
	at            time.Time // its Date
}

// postalRoute is how SMTP travels: through a pipe, or over TCP.
type postalRoute interface {
	Listen() (net.Listener, error)
	Dial(ctx context.Context, network, address string) (net.Conn, error)
}

func newPostOffice(tl *timeline.Timeline, now func() engine.Time) *postOffice {
	return &postOffice{
		down: tl.Mail, now: now,
		decided: map[int64]journal.Entry{}, served: make(chan error, 1),
	}
}

// reading makes a sink that notes the journal's notifications on their way to the next sink.
func (o *postOffice) reading(sink func(*journal.Entry) error) func(*journal.Entry) error {
	return func(e *journal.Entry) error {
		switch e.Kind {
		case journal.NotificationDecided:
			o.decided[e.Notification] = *e
		case journal.NotificationDelivered:
			d := o.decided[e.Notification]
			delete(o.decided, e.Notification)
			o.delivered = append(o.delivered, letter{d.To, d.Subject, d.Body, e.At.Std()})
		}
		return sink(e)
	}
}

// open starts the server and the way to it.
func (o *postOffice) open(route postalRoute) error {
	ln, err := route.Listen()
	if err != nil {
		return err
	}
	o.ln, o.address = ln, ln.Addr().String()
	o.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) {
		return &counter{office: o}, nil
	}))
	o.server.Domain = "mail.invalid"
	o.server.ErrorLog = quietLog{}
	go func() { o.served <- o.server.Serve(ln) }()
	o.mailer, err = live.NewMailer(live.MailConfig{
		Server: o.address, From: "platform@outagedrill.invalid", Domain: "outagedrill.invalid",
		Dial: route.Dial, Timeout: 30 * time.Second,
	})
	return err
}

// quietLog drops what the server says of connections that are closed.
type quietLog struct{}

func (quietLog) Printf(string, ...any) {}
func (quietLog) Println(...any)        {}

func (o *postOffice) close() {
	if o.server != nil {
		o.server.Close() //nolint:errcheck // it only tells that it was closed
		o.ln.Close()     //nolint:errcheck // a server that has not begun to serve does not know it yet
		<-o.served       //nolint:errcheck // likewise
	}
}

// send hands an e-mail to the server.
func (o *postOffice) send(now engine.Time, m *engine.Mail) error {
	return o.mailer.Send(context.Background(), now, m)
}

// collect gives the letters that arrived since the last time.
func (o *postOffice) collect() []letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	fresh := slices.Clone(o.arrived[o.taken:])
	o.taken = len(o.arrived)
	return fresh
}

// differs tells how what arrived differs from what the journal says was delivered.
func (o *postOffice) differs() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.arrived) != len(o.delivered) {
		return fmt.Errorf("DIS-08: %d e-mails arrived at the mail server (the journal delivers %d)",
			len(o.arrived), len(o.delivered))
	}
	for i, want := range o.delivered {
		got := o.arrived[i]
		same := slices.Equal(got.to, want.to) && got.subject == want.subject && got.body == want.body
		if !same || !got.at.Equal(want.at.Truncate(time.Second)) {
			return fmt.Errorf("DIS-08: e-mail %d arrived as\n%+v\n(the journal delivers\n%+v)",
				i+1, got, want)
		}
	}
	return nil
}

// isDown tells whether the timeline says that mail is down at this instant.
func (o *postOffice) isDown() bool {
	now := o.now()
	return slices.ContainsFunc(o.down, func(w timeline.MailWindow) bool {
		return w.By == 0 && engine.Time(w.From.UnixNano()) <= now && now < engine.Time(w.To.UnixNano())
	})
}

// counter is one visit to the post office.
type counter struct {
	office *postOffice
	to     []string
}

func (c *counter) Mail(string, *smtp.MailOptions) error {
	if c.office.isDown() {
		return &smtp.SMTPError{
			Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come back later",
		}
	}
	return nil
}

func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = append(c.to, to)
	return nil
}

func (c *counter) Data(r io.Reader) error {
	l, err := open(r)
	if err != nil {
		return &smtp.SMTPError{Code: 554, Message: err.Error()}
	}
	l.to = c.to
	c.office.mu.Lock()
	c.office.arrived = append(c.office.arrived, l)
	c.office.mu.Unlock()
	return nil
}

func (c *counter) Reset()        { c.to = nil }
func (c *counter) Logout() error { return nil }

// open reads an e-mail.
func open(r io.Reader) (letter, error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return letter{}, err
	}
	at, err := m.Header.Date()
	if err != nil {
		return letter{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return letter{}, err
	}
	body := m.Body
	if m.Header.Get("Content-Transfer-Encoding") == "quoted-printable" {
		body = quotedprintable.NewReader(m.Body)
	}
	text, err := io.ReadAll(body)
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	return letter{subject: subject, body: string(text), at: at}, err
}

// loopback carries SMTP over TCP on this machine.
type loopback struct{}

func (loopback) Listen() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }

func (loopback) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, network, address)
}

// pipe carries SMTP within the process.
type pipe struct {
	visits chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipe() *pipe { return &pipe{visits: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipe) Listen() (net.Listener, error) { return p, nil }

func (p *pipe) Dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	select {
	case p.visits <- there:
		return here, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Accept is net.Listener's.
func (p *pipe) Accept() (net.Conn, error) {
	select {
	case c := <-p.visits:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

// Close is net.Listener's.
func (p *pipe) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

// Addr is net.Listener's.
func (p *pipe) Addr() net.Addr { return pipeAddress{} }

type pipeAddress struct{}

func (pipeAddress) Network() string { return "pipe" }
func (pipeAddress) String() string  { return "mail.invalid:25" }
