package features_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/features/contract"
)

// stub is a small platform behind the contract. It is right but for its quirk.
type stub struct {
	quirk  string
	server *httptest.Server
	client *http.Client // without keep-alive, so that nothing is made twice

	mu     sync.Mutex
	world  contract.World
	now    time.Time
	jobs   []*stubJob
	outbox []func() error
	retry  time.Time // of the outbox
	calls  int       // of the contract
	late   sync.WaitGroup
	onHang func()
	runs   *runningClock // nil: a mock clock
}

type stubJob struct {
	contract.PollingJob
	due    time.Time
	state  contract.JobState
	listed contract.DisabledJob
	read   map[string]int64
	since  map[string]time.Time
}

// startStub starts a platform that ends with the test.
func startStub(t *testing.T, quirk string) *stub {
	t.Helper()
	s := &stub{quirk: quirk, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	s.server = httptest.NewServer(s)
	t.Cleanup(func() {
		s.server.CloseClientConnections() // a handler that hangs ends with its request
		s.server.Close()
		s.late.Wait()
	})
	return s
}

func (s *stub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.quirk == "hangs" && s.calls > 20 {
		if s.onHang != nil {
			s.onHang()
		}
		<-r.Context().Done()
		return
	}
	if s.quirk == "dies" && s.calls > 1000 {
		panic(http.ErrAbortHandler)
	}
	answer, err := s.answer(r.Method+" "+r.URL.Path, body)
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusConflict)
		answer = err.Error()
	}
	text, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	w.Write(text) //nolint:errcheck // the caller may be gone
}

// answer carries out a call of the contract.
func (s *stub) answer(call string, body []byte) (any, error) {
	var to contract.Clock
	switch call {
	case "GET /outagedrill/v1":
		about := contract.About{
			Contract: 1, Platform: "stub", Clock: "mock", Offers: []string{"polling_jobs", "notifications", "disable"},
		}
		if s.runs != nil {
			about.Clock = ""
		}
		return about, nil
	case "PUT /outagedrill/v1/world":
		return nil, s.load(body)
	case "PUT /outagedrill/v1/clock":
		if s.runs != nil {
			return nil, errors.New("the clock runs by itself")
		}
		if err := json.Unmarshal(body, &to); err != nil {
			return nil, err
		}
		return s.advance(to)
	case "GET /outagedrill/v1/idle":
		return s.idle(), nil
	case "GET /outagedrill/v1/state":
		return s.state(), nil
	case "GET /jobs/polling-disabled":
		list := []contract.DisabledJob{}
		for _, j := range s.disabled() {
			list = append(list, j.listed)
		}
		return list, nil
	case "GET /instances/polling-disabled":
		list := []contract.Instance{}
		for _, j := range s.disabled() {
			if one := (contract.Instance{ID: j.Instance}); !slices.Contains(list, one) {
				list = append(list, one)
			}
		}
		return list, nil
	}
	for _, j := range s.jobs {
		switch call {
		case "PUT /jobs/" + j.ID + "/enable":
			return s.turn(j, true), nil
		case "PUT /jobs/" + j.ID + "/disable":
			return s.turn(j, false), nil
		}
	}
	return nil, fmt.Errorf("no %s", call)
}

func (s *stub) disabled() (list []*stubJob) {
	for _, j := range s.jobs {
		if by := j.state.DisabledBy; by != nil && *by == "platform" {
			list = append(list, j)
		}
	}
	return list
}

func (s *stub) load(body []byte) error {
	s.world, s.jobs, s.outbox = contract.World{}, nil, nil
	if err := json.Unmarshal(body, &s.world); err != nil {
		return err
	}
	s.now = s.world.Now
	for _, w := range s.world.PollingJobs {
		j := &stubJob{PollingJob: w, due: s.now.Add(seconds(w.Phase)), read: map[string]int64{}, since: map[string]time.Time{}}
		j.state = contract.JobState{ID: w.ID, Enabled: true}
		for _, name := range w.Resources {
			j.state.Resources = append(j.state.Resources, contract.ResourceState{Name: name})
		}
		s.jobs = append(s.jobs, j)
	}
	return nil
}

func seconds(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// next finds what is due first, of jobs that are disabled too with hidden; e-mails come before polls (T-03).
func (s *stub) next(hidden bool) (due time.Time, act func()) {
	if len(s.outbox) > 0 {
		due, act = s.retry, s.deliver
	}
	for _, j := range s.jobs {
		if (j.state.Enabled || hidden) && (act == nil || j.due.Before(due)) {
			due, act = j.due, func() { s.tick(j) }
		}
	}
	if s.quirk == "idle" {
		return time.Time{}, nil
	}
	return due, act
}

func (s *stub) idle() contract.Idle {
	idle := contract.Idle{Now: s.now, Idle: true}
	if s.quirk == "idle's clock" {
		idle.Now = s.now.Add(time.Minute)
	}
	if due, act := s.next(false); act != nil {
		idle.NextDue = &due
	}
	return idle
}

func (s *stub) advance(to contract.Clock) (any, error) {
	if to.Now.Before(s.now) {
		return nil, fmt.Errorf("it is %s already", s.now)
	}
	for {
		due, act := s.next(s.quirk == "hidden")
		if act == nil || due.After(to.Now) || to.Before && due.Equal(to.Now) {
			break
		}
		s.now = due
		act()
	}
	s.now = to.Now
	if s.quirk == "async" {
		c, job := s.world.Connections[0], s.world.PollingJobs[0] // of this world: another may be loaded meanwhile
		s.late.Go(func() {
			for range 40 {
				s.get(c.BaseURL+"/"+job.Resources[0], job.ID, c)
			}
		})
	}
	return s.idle(), nil
}

func (s *stub) tick(j *stubJob) {
	first := s.world.Now.Add(seconds(j.Phase))
	j.due = first
	if !s.now.Before(first) {
		j.due = first.Add((s.now.Sub(first)/seconds(j.Every) + 1) * seconds(j.Every))
	}
	if s.quirk == "lazy" {
		return
	}
	for i := range j.state.Resources {
		if !j.state.Enabled && s.quirk != "hidden" || i > 0 && s.quirk == "first resource" {
			return
		}
		s.poll(j, &j.state.Resources[i])
	}
}

func (s *stub) poll(j *stubJob, r *contract.ResourceState) {
	c := s.world.Connections[slices.IndexFunc(s.world.Connections, func(c contract.Connection) bool {
		return c.ID == j.Instance || s.quirk == "wrong connection"
	})]
	header := j.ID
	switch s.quirk {
	case "no header":
		header = ""
	case "unknown header":
		header = "nobody"
	case "other header":
		header = s.jobs[len(s.jobs)-1].ID
	}
	for {
		status, page := s.get(fmt.Sprintf("%s/%s?after=%d", c.BaseURL, url.PathEscape(r.Name), j.read[r.Name]), header, c)
		if page == nil {
			if r.Failures++; r.Failures == 1 {
				j.since[r.Name] = s.now
			}
			if r.Failures >= s.world.Threshold && j.state.Enabled {
				s.disable(j, r, status)
			}
			return
		}
		for _, record := range page.Records {
			j.read[r.Name] = max(j.read[r.Name], record.Number)
			r.Delivered++
		}
		if !page.More || len(page.Records) == 0 {
			r.Failures = 0
			return
		}
	}
}

type stubPage struct {
	Records []struct{ Number int64 }
	More    bool `json:"has_more"`
}

// get asks for a page; nil: it failed.
func (s *stub) get(address, job string, c contract.Connection) (status *int, page *stubPage) {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return nil, nil
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set(contract.JobHeader, job)
	switch c.Auth {
	case "basic":
		req.SetBasicAuth(c.ID, "password")
	case "api_key":
		req.Header.Set("X-Api-Key", c.ID)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, nil
	}
	defer resp.Body.Close() //nolint:errcheck // it is read
	page = &stubPage{}
	if resp.StatusCode != http.StatusOK || json.NewDecoder(resp.Body).Decode(page) != nil {
		return &resp.StatusCode, nil
	}
	return &resp.StatusCode, page
}

func (s *stub) disable(j *stubJob, r *contract.ResourceState, status *int) {
	by, name, at := "platform", r.Name, s.now
	j.state.Enabled, j.state.DisabledBy, j.state.DisabledAt, j.state.Resource = false, &by, &at, &name
	j.listed = contract.DisabledJob{
		ID: j.ID, Instance: j.Instance, Environment: s.world.Environment, Resource: name,
		Threshold: s.world.Threshold, DisabledAt: at,
		LastError: contract.LastError{Class: classOf(status), Status: status, Message: "it failed"},
	}
	for _, each := range j.state.Resources {
		j.listed.Resources = append(j.listed.Resources, contract.FailureCount{Name: each.Name, Failures: each.Failures})
	}
	i := slices.IndexFunc(s.world.Connections, func(c contract.Connection) bool { return c.ID == j.Instance })
	text := fmt.Sprintf("Job %s of %s in %s: %d failures of %s, threshold %d.",
		j.ID, j.Instance, s.world.Environment, r.Failures, name, s.world.Threshold)
	text += fmt.Sprintf(" Since %s. Last: %s, %s. PUT /jobs/%s/enable", j.since[name].Format(time.RFC3339), j.listed.LastError.Class, statusText(status), j.ID)
	s.retry = s.now
	s.outbox = append(s.outbox, s.mail(s.world.Connections[i].Owner, "Disabled: "+j.ID, text))
	if s.quirk == "no mail" {
		s.outbox = nil
	}
	if s.quirk == "junk mail" {
		s.outbox = append(s.outbox, s.mail(s.world.Connections[i].Owner, "Your invoice", "is due"))
	}
}

func statusText(status *int) string {
	if status == nil {
		return "no HTTP status"
	}
	return fmt.Sprintf("HTTP status %d", *status)
}

func classOf(status *int) string {
	classes := map[int]string{401: "bad_credentials", 403: "bad_credentials", 429: "rate_limited"}
	if status == nil || classes[*status] == "" {
		return "vendor_down"
	}
	return classes[*status]
}

// mail makes an e-mail that can be sent several times.
func (s *stub) mail(to, subject, text string) func() error {
	head := "Subject: " + subject + "\r\nMIME-Version: 1.0\r\n"
	switch s.quirk {
	case "base64":
		text = "Content-Type: TEXT/plain\r\nContent-Transfer-Encoding: BASE64\r\n\r\n" +
			base64.StdEncoding.EncodeToString([]byte(text)) + "\r\n"
	case "multipart":
		text = "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n" + text +
			"\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=3D</p>\r\n--b--\r\n"
	case "broken mail":
		text = "Content-Type: multipart/alternative; boundary=b\r\n\r\nno part"
	default:
		text = "\r\n" + text + "\r\n"
	}
	address := s.world.Mail.SMTP
	return func() error {
		return smtp.SendMail(address, nil, "stub@example.com", []string{to}, []byte(head+text))
	}
}

func (s *stub) deliver() {
	s.outbox = slices.DeleteFunc(s.outbox, func(send func() error) bool { return send() == nil })
	s.retry = s.now.Add(time.Minute)
}

func (s *stub) turn(j *stubJob, on bool) contract.Switched {
	changed := j.state.Enabled != on
	by, at := "user", s.now
	switch {
	case changed && on:
		j.state.Enabled, j.state.DisabledBy, j.state.DisabledAt, j.state.Resource = true, nil, nil, nil
		j.due = s.now
		for i := range j.state.Resources {
			j.state.Resources[i].Failures = 0
		}
	case changed:
		j.state.Enabled, j.state.DisabledBy, j.state.DisabledAt = false, &by, &at
	}
	return contract.Switched{ID: j.ID, State: map[bool]string{true: "enabled", false: "disabled"}[on], Changed: changed}
}

// state is what the stub says of itself, truly or not.
func (s *stub) state() contract.State {
	state := contract.State{Now: s.now}
	for _, j := range s.jobs {
		one := j.state
		one.Resources = slices.Clone(one.Resources)
		switch s.quirk {
		case "no resources":
			one.Resources = []contract.ResourceState{}
		case "disabled by the system":
			if by := "system"; !one.Enabled {
				one.DisabledBy = &by
			}
		case "disabled by nobody":
			one.DisabledBy = nil
		case "disabled long ago":
			if at := s.world.Now.Add(-time.Hour); !one.Enabled {
				one.DisabledAt = &at
			}
		}
		state.Jobs = append(state.Jobs, one)
	}
	switch s.quirk {
	case "state's clock":
		state.Now = s.now.Add(time.Minute)
	case "no jobs":
		state.Jobs = []contract.JobState{}
	}
	return state
}
