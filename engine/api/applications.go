package api

import (
	"context"
	"net/http"

	"github.com/outagedrill/outagedrill/engine"
)

// application is GET /applications/{id} and an element of GET /applications: a line of the platform's own
// status page (OUT-10).
type application struct {
	ID          string   `json:"id"`
	StatusPage  string   `json:"status_page" doc:"Link to the application's own status page."`
	Incident    bool     `json:"incident" doc:"That page shows an open incident."`
	Connections []string `json:"connections" nullable:"false"`
	Offline     int      `json:"offline_connections"`
}

// notified is an element of GET /notifications: an e-mail that the platform decided to send.
type notified struct {
	ID         int64    `json:"id"`
	About      string   `json:"about" enum:"job.disabled,connection.offline,connection.online,errors.summary"`
	To         []string `json:"to" nullable:"false"`
	Subject    string   `json:"subject"`
	Body       string   `json:"body"`
	Job        *string  `json:"job"`
	Connection *string  `json:"connection"`
	Decided    string   `json:"decided" format:"date-time"`
	Delivered  *string  `json:"delivered" format:"date-time" doc:"Null while the mail waits."`
}

type notifiedQuery struct {
	Paging
	About     string `query:"about" enum:"job.disabled,connection.offline,connection.online,errors.summary"`
	To        string `query:"to" doc:"An address."`
	Delivered string `query:"delivered" enum:"true,false"`
}

func (r *Routes) applicationOperations() {
	get(r, "list-applications", "/applications", "Applications", "The platform's own status page.",
		(*server).applicationList)
	get(r, "get-application", "/applications/{id}", "One application", "",
		(*server).application, http.StatusNotFound)
	get(r, "list-notifications", "/notifications", "E-mails that the platform sent or has to send",
		"The newest first; the platform remembers 10000.", (*server).notified)
}

func (s *server) applicationList(ctx context.Context, q *Paging) (out *listing[application], err error) {
	err = s.read(ctx, func(v *View) error {
		var list []element[application]
		for i, a := range v.Engine.Applications() {
			list = append(list, element[application]{int64(i), s.applicationView(v, i, a)})
		}
		out = paged("/applications", *q, false, list)
		return nil
	})
	return out, err
}

func (s *server) application(ctx context.Context, in *one) (out *plain[application], err error) {
	i, err := index("application", s.ids.apps, in.ID)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(v *View) error {
		out = &plain[application]{s.applicationView(v, i, v.Engine.Applications()[i])}
		return nil
	})
	return out, err
}

func (s *server) applicationView(v *View, i int, a engine.ApplicationView) application {
	out := application{ID: a.Name, StatusPage: a.StatusPage, Incident: a.Incident, Connections: []string{}}
	for c := range s.cfg.Connections {
		if s.cfg.Connections[c].Application != i {
			continue
		}
		out.Connections = append(out.Connections, s.ids.conns[c])
		if !v.Engine.Connection(c).Online {
			out.Offline++
		}
	}
	return out
}

func (s *server) notified(ctx context.Context, q *notifiedQuery) (out *listing[notified], err error) {
	err = s.read(ctx, func(v *View) error {
		all := recent(v.History.notifications, mostNotifications)
		var list []element[notified]
		for k := len(all) - 1; k >= 0; k-- {
			if n := &all[k]; q.wants(n) {
				list = append(list, element[notified]{n.id, s.notifiedView(n)})
			}
		}
		out = paged("/notifications", q.Paging, true, list,
			"about", q.About, "to", q.To, "delivered", q.Delivered)
		return nil
	})
	return out, err
}

func (q *notifiedQuery) wants(n *notification) bool {
	for _, to := range n.to {
		if fits(q.To, to) {
			delivered := "true"
			if n.delivered == engine.Never {
				delivered = "false"
			}
			return fits(q.About, n.about) && fits(q.Delivered, delivered)
		}
	}
	return false
}

func (s *server) notifiedView(n *notification) notified {
	out := notified{
		ID: n.id, About: n.about, To: append([]string{}, n.to...), Subject: n.subject, Body: n.body,
		Decided: rfc3339(n.decided), Delivered: instant(n.delivered),
	}
	if n.job >= 0 {
		out.Job = &s.ids.jobs[n.job]
	}
	if n.conn >= 0 {
		out.Connection = &s.ids.conns[n.conn]
	}
	return out
}
