package engine

import (
	"fmt"
	"strings"
	"time"
)

// notify decides one mail. It is journaled at once and stays in the outbox until it is delivered, so
// that a failing mail server delays it but never loses or doubles it (DIS-08).
func (e *Engine) notify(m Mail, en Entry) {
	e.st.MailSeq++
	m.ID = e.st.MailSeq
	en.Mail = &m
	m.Decided = e.write(en)
	e.st.Outbox = append(e.st.Outbox, m)
	e.fx.Mails = append(e.fx.Mails, m)
}

// mailDelivered takes a mail out of the outbox.
func (e *Engine) mailDelivered(id int64) {
	for k := range e.st.Outbox {
		m := e.st.Outbox[k]
		if m.ID != id {
			continue
		}
		e.st.Outbox = append(e.st.Outbox[:k], e.st.Outbox[k+1:]...)
		en := about(NotificationDeliveredEntry, m.Decided)
		en.Mail = &m
		e.write(en)
		return
	}
	panic("engine: a mail was delivered that is not in the outbox")
}

// Outbox is the mails decided and not yet delivered, oldest first. It is valid until the next Step.
func (e *Engine) Outbox() []Mail { return e.st.Outbox }

// notifyDisabled tells the instance's owner, DIS-08.
func (e *Engine) notifyDisabled(i int, cause Seq) {
	cj := &e.cfg.Jobs[i]
	d := &e.st.Jobs[i].Disabled
	cn := &e.cfg.Connections[cj.Instance]
	res := e.cfg.Applications[cn.Application].Resources[cj.Resources[d.Resource]]
	body := fmt.Sprintf(`Polling job %s of connector instance %s was disabled by the platform.

Environment: %s
Resource:    %s
Failures:    %d in a row since %s (threshold %d)
Last answer: %s

It stays disabled until somebody enables it. You can
- check that the instance has the right credentials,
- check that your sandbox works,
- re-authenticate the instance,
- enable the job: PUT /jobs/%s/enable.
`, cj.Name, cn.Name, d.Environment, res, d.Failures, clock(d.Since), d.Threshold, d.Last.describe(), cj.Name)
	en := about(NotificationDecidedEntry, cause)
	en.Job, en.Connection = int32(i), int32(cj.Instance)
	e.notify(Mail{
		About: "job.disabled", To: []string{cn.Owner},
		Subject: fmt.Sprintf("Polling job %s of %s was disabled", cj.Name, cn.Name), Body: body,
	}, en)
}

// notifyConnection tells a connection's subscribers that it went offline or is back, OUT-13.
func (e *Engine) notifyConnection(c int, what string, cause Seq) {
	cc := &e.cfg.Connections[c]
	if len(cc.Subscribers) == 0 {
		return
	}
	a := &e.cfg.Applications[cc.Application]
	m := Mail{About: what, To: cc.Subscribers}
	if what == "connection.offline" {
		m.Subject = fmt.Sprintf("Connection %s is offline", cc.Name)
		m.Body = fmt.Sprintf(`Connection %s to application %s is offline: %s.
Its flows are paused. It is tested once each hour and comes back online when a test passes.
Status page: %s
`, cc.Name, a.Name, e.st.Conns[c].Class, a.StatusPage)
	} else {
		m.Subject = fmt.Sprintf("Connection %s is back online", cc.Name)
		m.Body = fmt.Sprintf("Connection %s to application %s is online again. Its flows resume in turn.\n",
			cc.Name, a.Name)
	}
	en := about(NotificationDecidedEntry, cause)
	en.Connection = int32(c)
	e.notify(m, en)
}

// summaryLine is what a summary says of one flow, in records.
type summaryLine struct {
	flow                   string
	opened, resolved, open int64
}

func (e *Engine) notifySummary(owner string, lines []summaryLine, cause Seq) {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%s: %d new open errors, %d newly resolved, %d open in all\n",
			l.flow, l.opened, l.resolved, l.open)
	}
	e.notify(Mail{
		About: "errors.summary", To: []string{owner},
		Subject: fmt.Sprintf("Errors in %s", lines[0].flow), Body: b.String(),
	}, about(NotificationDecidedEntry, cause))
}

// describe says in plain words how a call ended: class, status, message.
func (r *Result) describe() string {
	words := map[Class]string{
		RateLimited:        "the application's API limit was reached",
		BadCredentials:     "the credentials were refused",
		TokenRefreshFailed: "the access token could not be refreshed",
		VendorDown:         "the application did not respond",
		Rejected:           "the request was rejected",
	}[r.Class]
	if r.Status != 0 {
		return fmt.Sprintf("%s, HTTP status %d: %s", r.Class, r.Status, words)
	}
	return fmt.Sprintf("%s, no HTTP status: %s", r.Class, words)
}

func clock(t Time) string { return time.Unix(0, int64(t)).UTC().Format(time.RFC3339) }
