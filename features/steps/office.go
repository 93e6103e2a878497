package steps

import (
	"context"
	"io"
	"net"
	"slices"
	"sync"

	"github.com/emersion/go-smtp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// postOffice is a mail server. While the timeline says that mail is down it answers 451.
type postOffice struct {
	down   []timeline.MailWindow
	now    func() engine.Time
	server *smtp.Server
	ln     net.Listener
	served chan error

	address string // where the server listens
	taken   int    // letters that were collected

	mu      sync.Mutex
	arrived []letter
}

// postalRoute is how SMTP travels: through a pipe, or over TCP.
type postalRoute interface {
	Listen() (net.Listener, error)
	Dial(ctx context.Context, network, address string) (net.Conn, error)
}

func newPostOffice(tl *timeline.Timeline, now func() engine.Time) *postOffice {
	return &postOffice{down: tl.Mail, now: now, served: make(chan error, 1)}
}

// open starts the server.
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
	return nil
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

// collect gives the letters that arrived since the last time.
func (o *postOffice) collect() []letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	fresh := slices.Clone(o.arrived[o.taken:])
	o.taken = len(o.arrived)
	return fresh
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

// Data takes an e-mail, one that cannot be read too: whoever collects it is told.
func (c *counter) Data(r io.Reader) error {
	l := read(r)
	l.to = c.to
	c.office.mu.Lock()
	c.office.arrived = append(c.office.arrived, l)
	c.office.mu.Unlock()
	return nil
}

func (c *counter) Reset()        { c.to = nil }
func (c *counter) Logout() error { return nil }

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
