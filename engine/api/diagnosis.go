package api

import (
	"context"
	"net/url"
	"strings"

	"github.com/outagedrill/outagedrill/engine"
)

// diagnosis is GET /flows/{id}/diagnosis (OUT-15).
type diagnosis struct {
	ID         string   `json:"id"`
	Symptoms   []string `json:"symptoms" nullable:"false" doc:"Those of the article that hold."`
	Connection *string  `json:"connection" doc:"The offline one; null if there is none."`
	StatusPage *string  `json:"status_page" doc:"Of its application."`
	Next       string   `json:"next_step" doc:"In words, such as: submit a support ticket."`
	Links      []link   `json:"links" nullable:"false" doc:"The calls that the next step needs."`
}

// link leads to another call.
type link struct {
	Method string `json:"method"`
	Href   string `json:"href"`
	Title  string `json:"title"`
}

// below joins the parts of a path, each escaped.
func below(parts ...string) string {
	var path strings.Builder
	for _, p := range parts {
		path.WriteString("/" + url.PathEscape(p))
	}
	return path.String()
}

func (s *server) diagnosis(ctx context.Context, in *one) (out *plain[diagnosis], err error) {
	i, err := index("flow", s.ids.flows, in.ID)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(v *View) error {
		out = &plain[diagnosis]{s.diagnosed(in.ID, v.Engine.Diagnose(i))}
		return nil
	})
	return out, err
}

func (s *server) diagnosed(id string, d engine.Diagnosis) diagnosis {
	out := diagnosis{
		ID: id, Symptoms: []string{}, Next: d.Next.String(),
		Links: []link{
			{"GET", below("flows", id), "the flow"}, {"GET", below("flows", id, "runs"), "its runs"},
		},
	}
	for _, symptom := range d.Symptoms {
		out.Symptoms = append(out.Symptoms, symptom.String())
	}
	if d.Connection < 0 {
		return out
	}
	conn := s.ids.conns[d.Connection]
	out.Connection, out.StatusPage = &conn, stated(d.StatusPage)
	out.Links = append(out.Links, link{"GET", below("connections", conn), "the offline connection"},
		link{"POST", below("connections", conn, "test"), "test it now"})
	if d.Next == engine.ReauthorizeConnection {
		save := link{"PUT", below("connections", conn, "credentials"), "re-authorize it"}
		out.Links = append(out.Links, save)
	}
	return out
}
