package api_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

type listed struct {
	Items []json.RawMessage `json:"items"`
	Next  *string           `json:"next"`
}

func list(t *testing.T, a answer) listed {
	t.Helper()
	var l listed
	if err := json.Unmarshal([]byte(a.body), &l); err != nil {
		t.Fatalf("%v: %s", err, a.body)
	}
	return l
}

func items(t *testing.T, a answer) []string {
	t.Helper()
	var texts []string
	for _, item := range list(t, a).Items {
		texts = append(texts, string(item))
	}
	return texts
}

func nextOf(t *testing.T, a answer) string {
	t.Helper()
	if next := list(t, a).Next; next != nil {
		return *next
	}
	return ""
}

// TestRuns follows a run through a pause: frozen, resumed, completed.
func TestRuns(t *testing.T) {
	p := newPlatform(t)
	p.advance(t, 14*time.Minute)
	p.fails[1] = engine.VendorDown
	p.advance(t, 10*time.Minute)
	ask(t, p, "GET", "/flows/orders/runs?limit=1", "").holds(t, 200, `"items":[{"number":2,"state":"in_progress",`+
		`"frozen":true,"started":"2024-03-04T00:15:00Z","paused":"2024-03-04T00:20:03Z","resumed":null,"ended":null,"pauses":1,`)
	ask(t, p, "GET", "/flows/orders", "").holds(t, 200, `"state":"paused"`)
	delete(p.fails, 1)
	p.advance(t, time.Hour)
	ask(t, p, "GET", "/flows/orders/runs?state=completed", "").holds(t, 200,
		`"paused":"2024-03-04T00:20:03Z","resumed":"2024-03-04T01:00:01Z","ended":"2024-03-04T01:00:01Z","pauses":1,`)
}

// TestBounds: a history that grows without end would not.
func TestBounds(t *testing.T) {
	cfg := world(t)
	h := api.NewHistory(&cfg)
	now := start
	entry := func(en engine.Entry) { h.Wrote(now, 0, &en) }
	for i := range 25_000 {
		now = now.Add(time.Minute)
		entry(engine.Entry{Kind: engine.FlowStartedEntry})
		entry(engine.Entry{Kind: engine.FlowCompletedEntry, Pages: 1})
		mail := engine.Mail{ID: int64(i + 1), About: "errors.summary", To: []string{"ops@example.com"}}
		entry(engine.Entry{Kind: engine.NotificationDecidedEntry, Mail: &mail, Job: -1, Connection: -1})
		if i > 15_000 {
			mail.ID -= 15_000 // what was forgotten can still be delivered
			entry(engine.Entry{Kind: engine.NotificationDeliveredEntry, Mail: &mail})
		}
	}
	p := newPlatform(t)
	p.h = h
	for path, want := range map[string]int{"/flows/orders/runs": 1_000, "/notifications": 10_000} {
		n := 0
		for next := path + "?limit=1000"; next != ""; {
			a := ask(t, p, "GET", next, "")
			n += len(items(t, a))
			next = nextOf(t, a)
		}
		if n != want {
			t.Errorf("%s: %d items (want %d)", path, n, want)
		}
	}
	ask(t, p, "GET", "/flows/orders/runs?limit=1", "").holds(t, 200, `"number":25000,`)
	ask(t, p, "PUT", "/jobs/other/enable", "", "If-Match", `"0"`).holds(t, 200, `"revision":0`)
	ask(t, p, "POST", "/flows/orders/errors/retry", "", "If-Match", `"1"`).holds(t, 412, `at revision 50001 now; the latest change since revision 1: flow.started at`)
}

// TestSameAgain: the same entries make the same history, so a platform that starts again tells the same.
func TestSameAgain(t *testing.T) {
	a, b := troubled(t), troubled(t)
	for _, path := range []string{
		"/jobs", "/connections", "/flows", "/flows/orders/runs", "/notifications", "/metrics",
	} {
		if x, y := ask(t, a, "GET", path, ""), ask(t, b, "GET", path, ""); fmt.Sprint(x) != fmt.Sprint(y) {
			t.Errorf("%s differs:\n%s\n%s", path, x.body, y.body)
		}
	}
}

func TestNotifications(t *testing.T) {
	p := troubled(t)
	ask(t, p, "GET", "/notifications?delivered=false&about=job.disabled", "").holds(t, 200,
		`"about":"job.disabled","to":["ops@example.com"],"subject":"Polling job poll/1 of acme main was disabled"`,
		`"job":"poll/1","connection":"acme main","decided":"2024-03-04T06:45:01Z","delivered":null}`)
	ask(t, p, "GET", "/notifications?to=wms%40example.com&about=connection.online", "").holds(t, 200,
		`"decided":"2024-03-04T05:00:01Z","delivered":"2024-03-04T05:00:01Z"}`)
	if n := len(items(t, ask(t, p, "GET", "/notifications?to=nobody%40example.com", ""))); n != 0 {
		t.Errorf("%d notifications to nobody", n)
	}
}

func TestMetrics(t *testing.T) {
	ask(t, troubled(t), "GET", "/metrics", "").holds(t, 200,
		"# HELP outagedrill_calls_total Requests sent to applications, tests and refreshes included.\n"+
			"# TYPE outagedrill_calls_total counter\n",
		`outagedrill_connection_online{connection="acme main"} 0`+"\n",
		`outagedrill_connection_online{connection="wms"} 1`+"\n",
		`outagedrill_job_disablements_total{by="platform",job="poll/1"} 1`+"\n",
		`outagedrill_consecutive_failures{job="poll/1",resource="contacts"} 10`+"\n",
		`outagedrill_flow_paused{flow="orders"} 1`+"\n",
		"outagedrill_notifications_waiting 1\n")
}

func TestReauthorize(t *testing.T) {
	p := troubled(t)
	path := "/connections/acme%20main/credentials"
	ask(t, p, "PUT", path, `{"fields":{"username":"ops"}}`).wants(t, 422, `{"title": "Unprocessable Entity",
		"status": 422, "detail": "nothing was saved: empty required fields: password",
		"errors": [{"message": "this required field is empty", "location": "body.fields.password"}]}`)
	ask(t, p, "PUT", path, `{"fields":{"username":"ops","pasword":"right"}}`).holds(t, 422, "did you mean password?")
	ask(t, p, "PUT", path, `{"fields":{"username":"ops","password":"right"}}`).wants(t, 200,
		`{"id": "acme main", "state": "offline", "revision": 2}`)
	p.advance(t, time.Second)
	ask(t, p, "GET", "/connections/acme%20main", "").holds(t, 200, `"state":"online","offline_since":null,"why":null`,
		`"last_test":{"at":"2024-03-04T08:00:01Z","by":"reauthorize","result":"passed","class":"ok","status":0}`)
}

func TestDiagnosis(t *testing.T) {
	p := troubled(t)
	ask(t, p, "GET", "/flows/orders/diagnosis", "").holds(t, 200,
		`"symptoms":["in progress with counts standing still","all flows of one application affected","connection offline"]`,
		`"connection":"acme main","status_page":"https://status.acme.example"`,
		`"next_step":"wait for the hourly test of connections"`,
		`{"method":"POST","href":"/connections/acme%20main/test","title":"test it now"}`)
	ask(t, newPlatform(t), "GET", "/flows/orders/diagnosis", "").holds(t, 200,
		`"symptoms":[],"connection":null,"status_page":null,"next_step":"nothing to do"`)
}

func TestErrorsAndRetry(t *testing.T) {
	p := troubled(t)
	ask(t, p, "GET", "/flows/orders/errors?class=value", "").holds(t, 200, `"class":"value","retryable":true}`)
	ask(t, p, "GET", "/flows/orders/errors?class=intermittent", "").holds(t, 200, `"class":"intermittent"`)
	ask(t, p, "POST", "/flows/orders/errors/retry", "").holds(t, 200, `"changed":true`)
	ask(t, newPlatform(t), "POST", "/flows/orders/errors/retry", "").holds(t, 200, `"changed":false`)
}
