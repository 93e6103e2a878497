package targets_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// need skips a test where a program is missing; in CI that is a failure.
func need(t *testing.T, program string) {
	t.Helper()
	_, err := exec.LookPath(program)
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatalf("%v (in CI the examples must run)", err)
	default:
		t.Skip(err)
	}
}

// patience bounds how long a platform lives, and each call of it.
const patience = 5 * time.Minute

// start runs a platform until the end of the test and returns its URL.
func start(t *testing.T, command ...string) string {
	t.Helper()
	command = append(command, "--port", "0", "--until-stdin-closes")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), patience)
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close() //nolint:errcheck // it may have ended by itself
		if err := cmd.Wait(); err != nil {
			t.Errorf("the platform ended with %v (want 0 once its input is closed)", err)
		}
		cancel()
	})
	line, err := bufio.NewReader(stdout).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if err != nil || !ok {
		t.Fatalf("the platform says %q, %v (want listening on URL)", line, err)
	}
	return url
}

// lab is a platform, a vendor and a mail server, and what they saw.
type lab struct {
	t        *testing.T
	url      string
	client   *http.Client
	start    time.Time
	now      time.Time
	vendor   *httptest.Server
	mail     *smtp.Server
	mailAddr string

	mu       sync.Mutex
	broken   map[string]string // resource, or "token": how it fails
	records  int64             // that a resource has
	calls    []string          // instant job/resource
	refused  int               // e-mails
	mailDown bool
	letters  []*letter
}

type letter struct {
	at, to, id, text string
}

func newLab(t *testing.T, url string) *lab {
	l := &lab{t: t, url: url, client: &http.Client{Timeout: patience}, start: time.Date(2024, 3, 4, 0, 0, 0, 0, time.UTC)}
	t.Cleanup(l.client.CloseIdleConnections)
	l.now, l.broken = l.start, map[string]string{}
	l.vendor = httptest.NewServer(http.HandlerFunc(l.answer))
	t.Cleanup(l.vendor.Close)
	l.mail = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &visit{lab: l}, nil }))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.mailAddr = ln.Addr().String()
	served := make(chan struct{})
	go func() {
		defer close(served)
		l.mail.Serve(ln) //nolint:errcheck // it ends when it is closed
	}()
	t.Cleanup(func() {
		l.mail.Close() //nolint:errcheck // it only tells that it was closed
		ln.Close()     //nolint:errcheck // a server that has not begun to serve does not know it yet
		<-served
	})
	return l
}

// answer is the vendor: pages of two records, tokens that count up.
func (l *lab) answer(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	name := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	l.calls = append(l.calls, l.clock(l.now)+" "+r.Header.Get("X-Outagedrill-Job")+"/"+name)
	if l.fail(w, r, l.broken[name]) {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	if name == "token" || name == "authorize" {
		given := map[string]any{"access_token": "at-2", "refresh_token": "rt-2", "expires_in": 3600}
		if name == "authorize" {
			given["expires_at"] = l.now.Add(time.Hour)
		}
		l.write(w, given)
		return
	}
	type record struct {
		ID     string `json:"id"`
		Number int64  `json:"number"`
	}
	page := struct {
		Records []record `json:"records"`
		More    bool     `json:"has_more"`
	}{Records: []record{}}
	after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	for n := after + 1; n <= l.records; n++ {
		if page.More = len(page.Records) == 2; page.More {
			break
		}
		page.Records = append(page.Records, record{name + "-" + strconv.FormatInt(n, 10), n})
	}
	l.write(w, page)
}

func (l *lab) write(w io.Writer, value any) {
	if err := json.NewEncoder(w).Encode(value); err != nil {
		l.t.Error(err)
	}
}

// fail answers in one of the ways in which a vendor fails; false if it does not.
func (l *lab) fail(w http.ResponseWriter, r *http.Request, how string) bool {
	status, err := strconv.Atoi(how)
	switch {
	case how == "":
		return false
	case err == nil:
		w.WriteHeader(status)
	case how == "expired":
		if r.Header.Get("Authorization") == "Bearer at-2" {
			return false
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="api", error="invalid_token"`)
		w.WriteHeader(http.StatusUnauthorized)
	case how == "html":
		fmt.Fprint(w, "<html><body>We will be back soon</body></html>")
	case how == "empty":
	case how == "garbage":
		fmt.Fprint(w, "\x1f\x07{]records\x02: 0x\x7f")
	case how == "other":
		fmt.Fprint(w, `{"records": [{"id": "x"}]}`)
	case how == "truncated":
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, `{"records": []`)
	case how == "reset":
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			conn.(*net.TCPConn).SetLinger(0) //nolint:errcheck // the connection is gone already
			conn.Close()                     //nolint:errcheck // a reset loses everything anyway
		}
	case how == "second page":
		if r.URL.Query().Get("after") == "0" {
			return false
		}
		w.WriteHeader(http.StatusBadGateway)
	}
	return true
}

// set changes how resources fail; "" mends them.
func (l *lab) set(how string, names ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range names {
		l.broken[name] = how
	}
}

// call makes a call of the contract.
func (l *lab) call(method, path string, body, answer any) int {
	l.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		l.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(l.t.Context(), method, l.url+path, bytes.NewReader(text))
	if err != nil {
		l.t.Fatal(err)
	}
	resp, err := l.client.Do(req)
	if err != nil {
		l.t.Fatal(err)
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	text, err = io.ReadAll(resp.Body)
	if err != nil {
		l.t.Fatal(err)
	}
	if answer != nil {
		if err := json.Unmarshal(text, answer); err != nil {
			l.t.Fatalf("%s %s: %v in %q", method, path, err, text)
		}
	}
	return resp.StatusCode
}

// do makes a call that must succeed.
func (l *lab) do(method, path string, body any) {
	l.t.Helper()
	if status := l.call(method, path, body, nil); status/100 != 2 {
		l.t.Fatalf("%s %s: status %d (want 2xx)", method, path, status)
	}
}

type job struct {
	ID        string   `json:"id"`
	Instance  string   `json:"instance"`
	Resources []string `json:"resources"`
	Every     float64  `json:"every"`
	Phase     float64  `json:"phase"`
}

// load gives the platform a world with a threshold and jobs on one connection.
func (l *lab) load(auth string, threshold int, jobs ...job) {
	l.t.Helper()
	connection := map[string]any{
		"id": "acme-main", "application": "acme", "base_url": l.vendor.URL + "/c/0", "auth": auth,
		"owner": "ops@example.com", "status_page": "",
	}
	if auth == "oauth2" {
		connection["token"] = map[string]any{
			"access_token": "at-1", "refresh_token": "rt-1", "expires_at": l.start.Add(time.Hour),
			"token_url": l.vendor.URL + "/c/0/oauth/token",
		}
	}
	for i := range jobs {
		jobs[i].Instance = "acme-main"
	}
	l.do("PUT", "/outagedrill/v1/world", map[string]any{
		"contract": 1, "now": l.start, "environment": "staging", "threshold": threshold,
		"mail": map[string]string{"smtp": l.mailAddr}, "connections": []any{connection}, "polling_jobs": jobs,
	})
}

type clock struct {
	Now     time.Time  `json:"now"`
	Idle    bool       `json:"idle"`
	NextDue *time.Time `json:"next_due"`
}

// until moves the clock to an offset, from one due instant to the next. With before, what is due then waits.
func (l *lab) until(offset time.Duration, before bool) {
	l.t.Helper()
	to := l.start.Add(offset)
	var c clock
	for l.call("GET", "/outagedrill/v1/idle", nil, &c); c.NextDue != nil && c.NextDue.Before(to); {
		l.move(*c.NextDue, false, &c)
	}
	l.move(to, before, &c)
}

func (l *lab) move(to time.Time, before bool, c *clock) {
	l.t.Helper()
	l.mu.Lock()
	l.now = to
	l.mu.Unlock()
	*c = clock{}
	status := l.call("PUT", "/outagedrill/v1/clock", map[string]any{"now": to, "before": before}, c)
	if status != http.StatusOK || !c.Now.Equal(to) || !c.Idle {
		l.t.Fatalf("the clock was moved to %v: status %d, %+v", to, status, c)
	}
}

// clock words an instant, in minutes from the start.
func (l *lab) clock(at time.Time) string {
	return strconv.Itoa(int(at.Sub(l.start)/time.Minute)) + "m"
}

// visit is one visit to the mail server.
type visit struct {
	lab *lab
	to  string
}

func (v *visit) Mail(string, *smtp.MailOptions) error {
	v.lab.mu.Lock()
	defer v.lab.mu.Unlock()
	if v.lab.mailDown {
		v.lab.refused++
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come back later"}
	}
	return nil
}

func (v *visit) Rcpt(to string, _ *smtp.RcptOptions) error { v.to = to; return nil }

func (v *visit) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	text, err := io.ReadAll(m.Body)
	if err != nil {
		return err
	}
	v.lab.mu.Lock()
	defer v.lab.mu.Unlock()
	v.lab.letters = append(v.lab.letters, &letter{
		v.lab.clock(v.lab.now), v.to, m.Header.Get("Message-Id"), m.Header.Get("Subject") + "\n" + string(text),
	})
	return nil
}

func (v *visit) Reset()        {}
func (v *visit) Logout() error { return nil }

// offers tells whether the platform offers something; "" is nothing.
func (l *lab) offers(what string) bool {
	var about struct {
		Offers []string `json:"offers"`
	}
	l.call("GET", "/outagedrill/v1", nil, &about)
	return what == "" || slices.Contains(about.Offers, what)
}

// restart restarts a platform that offers it; another goes on as it is.
func (l *lab) restart() {
	l.t.Helper()
	if l.offers("restart") {
		l.do("POST", "/outagedrill/v1/restart", nil)
	}
}

// jobs words what the platform believes of its jobs.
func (l *lab) jobs() string {
	l.t.Helper()
	var state struct {
		Jobs []struct {
			ID         string     `json:"id"`
			Enabled    bool       `json:"enabled"`
			DisabledBy *string    `json:"disabled_by"`
			DisabledAt *time.Time `json:"disabled_at"`
			Resource   *string    `json:"resource"`
			Resources  []struct {
				Name      string `json:"name"`
				Failures  int    `json:"consecutive_failures"`
				Delivered int    `json:"delivered"`
			} `json:"resources"`
		} `json:"jobs"`
	}
	l.call("GET", "/outagedrill/v1/state", nil, &state)
	var b strings.Builder
	for _, j := range state.Jobs {
		fmt.Fprintf(&b, "%s", j.ID)
		if j.Enabled != (j.DisabledBy == nil) || j.Enabled != (j.DisabledAt == nil) {
			b.WriteString(" contradicts itself")
		}
		if !j.Enabled && j.DisabledBy != nil && j.DisabledAt != nil {
			fmt.Fprintf(&b, " off at %s by %s", l.clock(*j.DisabledAt), *j.DisabledBy)
		}
		if j.Resource != nil {
			fmt.Fprintf(&b, " for %s", *j.Resource)
		}
		b.WriteString(":")
		for _, r := range j.Resources {
			fmt.Fprintf(&b, " %s %d/%d", r.Name, r.Failures, r.Delivered)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// mails words the e-mails that arrived.
func (l *lab) mails() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for _, m := range l.letters {
		all = append(all, "mail at "+m.at+" to "+m.to+"\n")
	}
	return strings.Join(all, "")
}

// made words the calls since it was asked last.
func (l *lab) made() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	calls := l.calls
	l.calls = nil
	return strings.Join(calls, ", ") + "\n"
}
