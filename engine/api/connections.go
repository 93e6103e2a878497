package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/internal/front"
	nearest "github.com/outagedrill/outagedrill/internal/problem"
)

// connection is GET /connections/{id} and an element of GET /connections.
type connection struct {
	ID             string          `json:"id"`
	Application    string          `json:"application"`
	State          string          `json:"state" enum:"online,offline"`
	OfflineSince   *string         `json:"offline_since" format:"date-time"`
	Why            *string         `json:"why" doc:"A class such as vendor_down; null while online."`
	Message        *string         `json:"message" doc:"The same in plain words."`
	Advice         string          `json:"advice" doc:"Such as: re-authorize the connection."`
	StatusPage     string          `json:"status_page" doc:"Link to the application's own status page."`
	OAuth          bool            `json:"oauth"`
	RequiredFields []string        `json:"required_fields" nullable:"false" doc:"Of its auth type."`
	LastTest       *connectionTest `json:"last_test,omitempty" doc:"Absent before the first test."`
	Flows          []string        `json:"flows" nullable:"false"`
	Jobs           []string        `json:"jobs" nullable:"false"`
	Owner          string          `json:"owner"`
	Subscribers    []string        `json:"subscribers" nullable:"false" doc:"Told of offline and back."`
	Revision       int64           `json:"revision" doc:"Grows with each change of state; the ETag, too."`
}

// connectionTest is how a test of a connection ended.
type connectionTest struct {
	At     string `json:"at" format:"date-time"`
	By     string `json:"by" enum:"sweep,reauthorize,operator"`
	Result string `json:"result" enum:"passed,failed"`
	Class  string `json:"class" doc:"ok, or a class of failure such as vendor_down."`
	Status uint16 `json:"status" doc:"HTTP status; 0 where no answer came."`
}

// connectionChanged is what came of a write.
type connectionChanged struct {
	ID       string `json:"id"`
	State    string `json:"state" enum:"online,offline" doc:"The test may still be under way."`
	Revision int64  `json:"revision"`
}

type connectionQuery struct {
	Paging
	State       string `query:"state" enum:"online,offline"`
	Application string `query:"application" doc:"Id of an application."`
}

// credentials are what an operator fills in to re-authorize a connection (OUT-12).
type credentials struct {
	Fields map[string]string `json:"fields" doc:"The required fields of the connection's auth type."`
}

type reauthorization struct {
	ID      string `path:"id"`
	IfMatch string `header:"If-Match" doc:"Refuses the write unless the thing has this ETag; * is any."`
	Body    credentials
}

func (r *Routes) connectionOperations() {
	get(r, "list-connections", "/connections", "Connections", "In the order of the configuration.",
		(*server).connectionList, http.StatusNotFound)
	get(r, "get-connection", "/connections/{id}", "One connection",
		"Its state, why and since when it is offline, its application's status page, what re-authorizing "+
			"it needs.",
		(*server).connection, http.StatusNotFound)
	test := front.Operation(http.MethodPost, "test-connection", "/connections/{id}/test", "Test a connection",
		"One authenticated call, as the hourly sweep makes it. The answer does not wait for the result, "+
			"which is the connection's last_test once it is there. A passing test brings "+
			"the connection online.",
		http.StatusNotFound, http.StatusPreconditionFailed)
	test.DefaultStatus = http.StatusAccepted
	register(r, test, (*server).test)
	handle(r, http.MethodPut, "reauthorize-connection", "/connections/{id}/credentials",
		"Re-authorize a connection",
		"Saves the credentials whatever the test says, which follows at once. Each required field that is "+
			"empty is named in the problem, and nothing is saved.", (*server).reauthorize,
		http.StatusNotFound, http.StatusPreconditionFailed, http.StatusUnsupportedMediaType)
}

func (s *server) connectionList(
	ctx context.Context, q *connectionQuery,
) (out *listing[connection], err error) {
	if q.Application != "" {
		if _, err := index("application", s.ids.apps, q.Application); err != nil {
			return nil, err
		}
	}
	err = s.read(ctx, func(v *View) error {
		var list []element[connection]
		for c := range s.ids.conns {
			cv := s.connectionView(v, c)
			if fits(q.State, cv.State) && fits(q.Application, cv.Application) {
				list = append(list, element[connection]{int64(c), cv})
			}
		}
		out = paged("/connections", q.Paging, false, list, "state", q.State, "application", q.Application)
		return nil
	})
	return out, err
}

func (s *server) connection(ctx context.Context, in *one) (out *tagged[connection], err error) {
	c, err := index("connection", s.ids.conns, in.ID)
	if err != nil {
		return nil, err
	}
	err = s.read(ctx, func(v *View) error {
		cv := s.connectionView(v, c)
		out = &tagged[connection]{etag(cv.Revision), cv}
		return nil
	})
	return out, err
}

func (s *server) connectionView(v *View, c int) connection {
	cc, h := &s.cfg.Connections[c], &v.History.conns[c]
	cv := v.Engine.Connection(c)
	out := connection{
		ID: cc.Name, Application: s.ids.apps[cc.Application], State: connState(cv.Online),
		Advice: h.advice.String(), StatusPage: cv.StatusPage, OAuth: cc.OAuth,
		RequiredFields: append([]string{}, cc.Fields...), Flows: []string{}, Jobs: []string{},
		Owner:       cc.Owner,
		Subscribers: append([]string{}, cc.Subscribers...), Revision: h.changes.revision,
	}
	if !cv.Online {
		out.OfflineSince, out.Why = instant(cv.OfflineAt), stated(cv.Class.String())
		out.Message = stated(describe(cv.Class))
	}
	if t := &h.test; t.by != engine.ByNobody {
		out.LastTest = &connectionTest{
			At: rfc3339(t.at), By: t.by.String(), Result: "failed", Class: t.class.String(), Status: t.status,
		}
		if t.passed {
			out.LastTest.Result = "passed"
		}
	}
	for i := range s.cfg.FlowList {
		if f := &s.cfg.FlowList[i]; f.From.Connection == c || f.To.Connection == c {
			out.Flows = append(out.Flows, f.Name)
		}
	}
	for i := range s.cfg.Jobs {
		if s.cfg.Jobs[i].Instance == c {
			out.Jobs = append(out.Jobs, s.ids.jobs[i])
		}
	}
	return out
}

// fits tells whether a filter wants a value; an empty one wants all.
func fits(filter, value string) bool { return filter == "" || filter == value }

func connState(online bool) string {
	if online {
		return "online"
	}
	return "offline"
}

func (s *server) test(ctx context.Context, in *write) (*tagged[connectionChanged], error) {
	c, err := index("connection", s.ids.conns, in.ID)
	if err != nil {
		return nil, err
	}
	return s.changeConnection(ctx, in, Command{Kind: engine.Test, Job: -1, Connection: c, Flow: -1})
}

// changeConnection carries out a command about a connection.
func (s *server) changeConnection(
	ctx context.Context, in *write, c Command,
) (*tagged[connectionChanged], error) {
	var out tagged[connectionChanged]
	c.After = func(v *View) {
		rev := v.History.conns[c.Connection].changes.revision
		state := connState(v.Engine.Connection(c.Connection).Online)
		out = tagged[connectionChanged]{etag(rev), connectionChanged{in.ID, state, rev}}
	}
	_, err := s.operate(ctx, in, "connection", c,
		func(v *View) *changes { return &v.History.conns[c.Connection].changes })
	if err != nil {
		return nil, err
	}
	return &out, nil
}

func (s *server) reauthorize(ctx context.Context, in *reauthorization) (*tagged[connectionChanged], error) {
	c, err := index("connection", s.ids.conns, in.ID)
	if err != nil {
		return nil, err
	}
	required := s.cfg.Connections[c].Fields
	if err := unknownFields(required, in.Body.Fields); err != nil {
		return nil, err
	}
	out, err := s.changeConnection(ctx, &write{in.ID, in.IfMatch}, Command{
		Kind: engine.Reauthorize, Job: -1, Connection: c, Flow: -1, Fields: in.Body.Fields,
	})
	if err != nil {
		return nil, err
	}
	return out, missingFields(required, in.Body.Fields)
}

// missingFields names the required fields that are empty.
func missingFields(required []string, filled map[string]string) error {
	var missing []string
	var errs []error
	for _, f := range required {
		if filled[f] == "" {
			missing = append(missing, f)
			errs = append(errs, &huma.ErrorDetail{
				Location: "body.fields." + f, Message: "this required field is empty",
			})
		}
	}
	if errs == nil {
		return nil
	}
	return problem(http.StatusUnprocessableEntity, "nothing was saved: empty required fields: "+
		strings.Join(missing, ", "), errs...)
}

// unknownFields refuses fields that the auth type does not have: one that is misspelt is not filled in.
func unknownFields(required []string, filled map[string]string) error {
	var errs []error
	for f := range filled {
		if slices.Contains(required, f) {
			continue
		}
		message := "there is no such field"
		if near := nearest.Nearest(f, required); near != "" {
			message += fmt.Sprintf("; did you mean %s?", near)
		}
		errs = append(errs, &huma.ErrorDetail{Location: "body.fields." + f, Message: message})
	}
	if errs == nil {
		return nil
	}
	return problem(http.StatusUnprocessableEntity, "validation failed", errs...)
}
