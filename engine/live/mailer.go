package live

import (
	"cmp"
	"context"
	"fmt"
	"net"
	netmail "net/mail"
	"slices"
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

// Send hands over an e-mail of the instant at for some of its recipients, the same bytes however often and to
// whomever it is sent, and tells for whom the server took it. It returns as soon as the server has answered,
// and no later: what goes wrong afterwards (an answer to QUIT that does not come) does not make it unsent.
// err is what keeps it from the others, nil if there are none.
func (m *Mailer) Send(
	ctx context.Context, at engine.Time, letter *engine.Mail, to []string,
) (taken []string, err error) {
	named := func(err error) error { return fmt.Errorf("e-mail %d: %w", letter.ID, err) }
	msg, err := m.message(at, letter)
	if err != nil {
		return nil, named(&unsendableError{err})
	}
	var refused refusals
	to = slices.DeleteFunc(slices.Clone(to), func(who string) bool {
		return refused.add(who, unaddressable(who))
	})
	if len(to) == 0 {
		return nil, named(refused.err())
	}
	ctx, hangUp := context.WithTimeout(ctx, m.cfg.Timeout)
	client, err := m.connect(ctx)
	if err == nil {
		taken, err = m.converse(client, msg, to, &refused)
	}
	if client == nil {
		hangUp()
	} else {
		go func() { // nobody waits for it; the time-out bounds it
			defer hangUp()
			client.Quit() //nolint:errcheck // what is taken is taken, whatever the server says now
		}()
	}
	if err = cmp.Or(err, refused.err()); err != nil {
		return taken, fmt.Errorf("mail server %s: %w", m.cfg.Server, named(err))
	}
	return taken, nil
}

func (m *Mailer) connect(ctx context.Context) (*smtp.Client, error) {
	client, err := mail.NewClient(m.host, m.options(func(
		_ context.Context, network, addr string,
	) (net.Conn, error) {
		conn, err := m.cfg.Dial(ctx, network, addr)
		if err == nil {
			context.AfterFunc(ctx, func() { conn.Close() }) //nolint:errcheck // it is over
		}
		return conn, err
	})...)
	if err != nil {
		return nil, err
	}
	return client.DialToSMTPClientWithContext(ctx)
}

// converse is one transaction. It hands the e-mail over for those recipients that the server takes it for;
// the mail package would give up at the first that it refuses.
func (m *Mailer) converse(
	client *smtp.Client, msg *mail.Msg, to []string, refused *refusals,
) (taken []string, err error) {
	if err := client.Mail(envelope(m.cfg.From)); err != nil {
		return nil, err
	}
	for _, who := range to {
		switch err := client.Rcpt(envelope(who)); {
		case err == nil:
			taken = append(taken, who)
		case ofRecipient(err):
			refused.add(who, err)
		default:
			return nil, err
		}
	}
	if len(taken) == 0 {
		return nil, nil
	}
	w, err := client.Data()
	if err != nil {
		return nil, err
	}
	if _, err := msg.WriteTo(w); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return taken, nil
}

// envelope is an address as SMTP wants it, without a name.
func envelope(address string) string {
	parsed, err := netmail.ParseAddress(address)
	if err != nil {
		panic("live: " + err.Error()) // it was checked
	}
	return (&netmail.Address{Address: parsed.Address}).String()
}

// message is the e-mail. Whatever a library would draw from a clock or at random is given.
func (m *Mailer) message(at engine.Time, letter *engine.Mail) (*mail.Msg, error) {
	id := strconv.FormatInt(letter.ID, 10)
	msg := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithCharset(mail.CharsetUTF8))
	if err := msg.From(m.cfg.From); err != nil {
		return nil, err
	}
	msg.ToIgnoreInvalid(letter.To...)
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
