package live_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/live"
)

var letter = engine.Mail{
	ID: 7, To: []string{"ops@example.com", "Ann <ann@example.com>"}, Subject: "Größe of job a is off",
	Body: "Polling job a of Größe was disabled.\n.\n\nA dot stood alone in a line.\n",
}

var noon = engine.Time(time.Date(2024, 3, 4, 12, 0, 0, 0, time.UTC).UnixNano())

func newMailer(t *testing.T, server string) *live.Mailer {
	t.Helper()
	m, err := live.NewMailer(live.MailConfig{
		Server: server, From: "Drill <drill@example.com>", Domain: "world-1.example.com", Timeout: 10 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMail: the same e-mail sent twice is the same bytes, none of them from a clock or a die.
func TestMail(t *testing.T) {
	server := newMailServer(t)
	m := newMailer(t, server.addr)
	for range 2 {
		if taken, err := m.Send(t.Context(), noon, &letter, letter.To); err != nil || len(taken) != 2 {
			t.Fatal(taken, err)
		}
	}
	mails := server.mails()
	if len(mails) != 2 || mails[0] != mails[1] {
		t.Errorf("the two differ: %q", mails)
	}
	want := strings.Join([]string{
		"Auto-Submitted: auto-generated",
		"Date: Mon, 04 Mar 2024 12:00:00 +0000",
		"MIME-Version: 1.0",
		"Message-ID: <notification-7@world-1.example.com>",
		"Subject: =?UTF-8?q?Gr=C3=B6=C3=9Fe_of_job_a_is_off?=",
		`From: "Drill" <drill@example.com>`,
		`To: <ops@example.com>, "Ann" <ann@example.com>`,
		"Content-Transfer-Encoding: quoted-printable",
		"Content-Type: text/plain; charset=UTF-8",
		"",
		"Polling job a of Gr=C3=B6=C3=9Fe was disabled.",
		".",
		"",
		"A dot stood alone in a line.",
		"",
	}, "\r\n")
	if diff := cmp.Diff(want, mails[0]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestMailRefused tells what may be tried again as it is from what may not; nothing of either arrives.
func TestMailRefused(t *testing.T) {
	busy := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "busy"}
	unknown := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody of that name"}
	for name, tt := range map[string]struct {
		plan      plan
		temporary bool
	}{
		"busy at a recipient":    {plan{atRcpt: busy}, true},
		"busy after the data":    {plan{atData: busy}, true},
		"gone after the data":    {plan{hangUp: true}, true},
		"no such recipient":      {plan{atRcpt: unknown}, false},
		"refused after the data": {plan{atData: unknown}, false},
	} {
		t.Run(name, func(t *testing.T) {
			server := newMailServer(t, tt.plan)
			m := newMailer(t, server.addr)
			taken, err := m.Send(t.Context(), noon, &letter, letter.To)
			if err == nil || len(taken) != 0 || live.Temporary(err) != tt.temporary {
				t.Errorf("taken %v, %v: temporary %v, want %v", taken, err, live.Temporary(err), tt.temporary)
			}
			if n := len(server.mails()); n != 0 {
				t.Errorf("%d e-mails arrived", n)
			}
			taken, err = m.Send(t.Context(), noon, &letter, letter.To)
			if err != nil || len(taken) != 2 || len(server.mails()) != 1 {
				t.Errorf("the second time: %v, %v, %d e-mails", taken, err, len(server.mails()))
			}
		})
	}
}

// TestRecipientRefused: a recipient that the server refuses, or whose address is none, keeps the e-mail from
// nobody else, and what he gets later is the same bytes.
func TestRecipientRefused(t *testing.T) {
	ops, ann := letter.To[0], letter.To[1]
	unknown := &smtp.SMTPError{Code: 550, Message: "nobody of that name"}
	busy := &smtp.SMTPError{Code: 452, Message: "the mailbox is full"}
	server := newMailServer(t,
		plan{atRcpt: unknown, who: "ann@example.com"}, plan{atRcpt: busy, who: "ops@example.com"}, plan{})
	m := newMailer(t, server.addr)
	for i, tt := range []struct {
		to, taken []string
		says      string
		temporary bool
	}{
		{[]string{ops, ann}, []string{ops}, "Ann <ann@example.com>: 550", false},
		{[]string{ops, ann}, []string{ann}, "ops@example.com: 452", true},
		{[]string{"nobody", ann}, []string{ann}, "nobody: ", false},
	} {
		taken, err := m.Send(t.Context(), noon, &letter, tt.to)
		if diff := cmp.Diff(tt.taken, taken); diff != "" {
			t.Errorf("%d: taken (-want +got):\n%s", i, diff)
		}
		if err == nil || !strings.Contains(err.Error(), tt.says) || live.Temporary(err) != tt.temporary {
			t.Errorf("%d: %v (want %s…, temporary: %v)", i, err, tt.says, tt.temporary)
		}
	}
	mails := server.mails()
	if len(mails) != 3 || mails[0] != mails[1] || mails[1] != mails[2] {
		t.Errorf("the copies differ: %q", mails)
	}
	want := [][]string{{"ops@example.com"}, {"ann@example.com"}, {"ann@example.com"}}
	if diff := cmp.Diff(want, server.recipients()); diff != "" {
		t.Errorf("recipients (-want +got):\n%s", diff)
	}
}

// TestServerCloses: a server that goes away in the middle (421) refuses nobody.
func TestServerCloses(t *testing.T) {
	server := newMailServer(t, plan{
		atRcpt: &smtp.SMTPError{Code: 421, Message: "closing"}, who: "ann@example.com",
	})
	taken, err := newMailer(t, server.addr).Send(t.Context(), noon, &letter, letter.To)
	if err == nil || !live.Temporary(err) || len(taken) != 0 || len(server.mails()) != 0 {
		t.Errorf("%v, %v, %d e-mails", taken, err, len(server.mails()))
	}
}

// TestNoMailServer: a server that is not there, or that says nothing, is a passing thing.
func TestNoMailServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // accepts, and says nothing
	if err != nil {
		t.Fatal(err)
	}
	silent := newMailer(t, l.Addr().String())
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := silent.Send(ctx, noon, &letter, letter.To); err == nil || !live.Temporary(err) {
		t.Errorf("a silent server: %v", err)
	}
	_ = l.Close()
	if _, err := silent.Send(t.Context(), noon, &letter, letter.To); err == nil || !live.Temporary(err) {
		t.Errorf("no server: %v", err)
	}
}

// TestUnsendable: an e-mail that cannot be written is refused before anybody is called.
func TestUnsendable(t *testing.T) {
	m, err := live.NewMailer(live.MailConfig{
		Server: "127.0.0.1:25", From: "drill@example.com",
		Dial: func(context.Context, string, string) (net.Conn, error) {
			t.Error("somebody was called")
			return nil, errors.New("no")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	nobody := []string{"not an address"}
	_, err = m.Send(t.Context(), noon, &engine.Mail{ID: 1, To: nobody}, nobody)
	if err == nil || live.Temporary(err) {
		t.Errorf("%v", err)
	}
}

func TestMailConfig(t *testing.T) {
	for _, tt := range []struct{ server, from string }{
		{"localhost", "a@b.example"},
		{"localhost:smtp", "a@b.example"},
		{":25", "a@b.example"},
		{"localhost:25", "nobody"},
	} {
		if _, err := live.NewMailer(live.MailConfig{Server: tt.server, From: tt.from}); err == nil {
			t.Errorf("%+v was taken", tt)
		}
	}
}
