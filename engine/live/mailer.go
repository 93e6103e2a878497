package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"github.com/outagedrill/outagedrill/engine"
)

// MailConfig says where e-mail goes and in whose name.
type MailConfig struct {
	Server string // host:port of the SMTP server
	From   string
	Domain string // of Message-IDs, and the name with which the server is greeted; "": that of From
	// Dial opens connections; nil: the net's.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
	// Timeout is how long one delivery may take, by the machine's own clock; 0: 30 s.
	Timeout time.Duration
}

// Mailer hands e-mails to an SMTP server. To a server on this machine it speaks in the clear, to another one
// it speaks TLS where that offers it. It may be used by several goroutines at once.
type Mailer struct {
	cfg  MailConfig
	host string
	port int
}

// NewMailer checks a configuration. It calls nobody.
func NewMailer(cfg MailConfig) (*Mailer, error) {
	host, port, err := net.SplitHostPort(cfg.Server)
	if err != nil {
		return nil, fmt.Errorf("mail server %q: %w (want HOST:PORT)", cfg.Server, err)
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 1 || number > 65535 || host == "" {
		return nil, fmt.Errorf("mail server %q (want HOST:PORT)", cfg.Server)
	}
	if err := mail.NewMsg().From(cfg.From); err != nil {
		return nil, fmt.Errorf("mail sender %q: %w", cfg.From, err)
	}
	if cfg.Domain == "" {
		cfg.Domain = strings.Trim(cfg.From[strings.LastIndexByte(cfg.From, '@')+1:], " >")
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second
	}
	if cfg.Dial == nil {
		cfg.Dial = (&net.Dialer{}).DialContext
	}
	return &Mailer{cfg: cfg, host: host, port: number}, nil
}

// Send hands over one e-mail of the instant at, the same bytes however often it is sent. It returns nil as
// soon as the server has taken the e-mail, and no later: what goes wrong afterwards (an answer to QUIT that
// does not come) does not make it unsent.
func (m *Mailer) Send(ctx context.Context, at engine.Time, letter *engine.Mail) error {
	msg, err := m.message(at, letter)
	if err != nil {
		return &unsendableError{fmt.Errorf("e-mail %d: %w", letter.ID, err)}
	}
	ctx, hangUp := context.WithTimeout(ctx, m.cfg.Timeout)
	dial := func(_ context.Context, network, addr string) (net.Conn, error) {
		conn, err := m.cfg.Dial(ctx, network, addr)
		if err == nil {
			context.AfterFunc(ctx, func() { conn.Close() }) //nolint:errcheck // it is over
		}
		return conn, err
	}
	session, err := m.connect(ctx, dial)
	if err == nil {
		err = session.client.SendWithSMTPClient(session.Client, msg)
	}
	if msg.IsDelivered() {
		go func() { // nobody waits for it; the time-out bounds it
			defer hangUp()
			session.Quit() //nolint:errcheck // the e-mail is delivered whatever the server says now
		}()
		return nil
	}
	hangUp()
	return fmt.Errorf("mail server %s: e-mail %d: %w", m.cfg.Server, letter.ID, err)
}

// session is an open dialogue with the server.
type session struct {
	*smtp.Client
	client *mail.Client
}

func (m *Mailer) connect(ctx context.Context, dial mail.DialContextFunc) (session, error) {
	client, err := mail.NewClient(m.host, m.options(dial)...)
	if err != nil {
		return session{}, err
	}
	opened, err := client.DialToSMTPClientWithContext(ctx)
	return session{opened, client}, err
}

// Temporary tells whether an e-mail that Send could not hand over may go later as it is: the server is not to
// be reached or asks to try again (4xx). Otherwise it refuses the e-mail (5xx), or no e-mail can be made of
// it.
func Temporary(err error) bool {
	var unsendable *unsendableError
	var refused *mail.SendError
	var answer *textproto.Error
	switch {
	case errors.As(err, &unsendable):
		return false
	case errors.As(err, &refused):
		return refused.ErrorCode() < 500
	case errors.As(err, &answer):
		return answer.Code < 500
	default:
		return true
	}
}

// unsendableError is about an e-mail that no server would take.
type unsendableError struct{ error }

func (e *unsendableError) Unwrap() error { return e.error }

// message is the e-mail. Whatever a library would draw from a clock or at random is given.
func (m *Mailer) message(at engine.Time, letter *engine.Mail) (*mail.Msg, error) {
	id := strconv.FormatInt(letter.ID, 10)
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithCharset(mail.CharsetUTF8))
	if err := msg.From(m.cfg.From); err != nil {
		return nil, err
	}
	if err := msg.To(letter.To...); err != nil {
		return nil, err
	}
	msg.Subject(letter.Subject)
	msg.SetDateWithValue(time.Unix(0, int64(at)).UTC())
	msg.SetMessageIDWithValue("notification-" + id + "@" + m.cfg.Domain)
	msg.SetBoundary("notification-" + id)
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(mail.TypeTextPlain, letter.Body)
	return msg, nil
}

func (m *Mailer) options(dial mail.DialContextFunc) []mail.Option {
	policy := mail.TLSOpportunistic
	if ip := net.ParseIP(m.host); m.host == "localhost" || ip != nil && ip.IsLoopback() {
		policy = mail.NoTLS
	}
	return []mail.Option{
		mail.WithPort(m.port), mail.WithHELO(m.cfg.Domain), mail.WithTimeout(m.cfg.Timeout),
		mail.WithTLSPolicy(policy), mail.WithDialContextFunc(dial), mail.WithoutNoop(), mail.WithoutRset(),
	}
}
