package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The contract between outagedrill and a platform under test, version 1: docs/target.md.
const (
	contractVersion = 1
	contractRoot    = "/outagedrill/v1"
)

// Target is a platform under test.
type Target struct {
	URL    string
	Client *http.Client

	about targetAbout
}

// targetAbout is what a platform says of itself.
type targetAbout struct {
	Contract int      `json:"contract"`
	Platform string   `json:"platform"`
	Clock    string   `json:"clock"`
	Offers   []string `json:"offers"`
}

// OpenTarget asks a platform what it is. It is an error when it does not answer, or speaks another contract.
func OpenTarget(ctx context.Context, address string) (*Target, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("the platform under test %q (want a URL such as http://127.0.0.1:8700)",
			address)
	}
	// No time-out: a scenario of many hours takes its time, and the caller's context ends it.
	t := &Target{URL: strings.TrimSuffix(address, "/"), Client: &http.Client{}}
	if err := t.call(ctx, http.MethodGet, contractRoot, nil, &t.about); err != nil {
		return nil, fmt.Errorf("the platform under test does not say what it is: %w", err)
	}
	switch {
	case t.about.Contract != contractVersion:
		return nil, fmt.Errorf("the platform under test speaks contract %d (want %d)",
			t.about.Contract, contractVersion)
	case t.about.Clock != "mock":
		const form = "the platform under test has the clock %q (want mock: one that %s/clock moves)"
		return nil, fmt.Errorf(form, t.about.Clock, contractRoot)
	}
	return t, nil
}

// Name is what the platform calls itself.
func (t *Target) Name() string { return t.about.Platform }

// offers tells whether the platform has something.
func (t *Target) offers(what string) bool { return slices.Contains(t.about.Offers, what) }

// The world that a platform loads.
type (
	targetWorld struct {
		Contract    int                `json:"contract"`
		Now         time.Time          `json:"now"`
		Environment string             `json:"environment"`
		Threshold   int                `json:"threshold"`
		Mail        targetMail         `json:"mail"`
		Connections []targetConnection `json:"connections"`
		PollingJobs []targetJob        `json:"polling_jobs"`
		Flows       []struct{}         `json:"flows"`
	}
	targetMail struct {
		SMTP string `json:"smtp"`
	}
	targetConnection struct {
		ID          string       `json:"id"`
		Application string       `json:"application"`
		BaseURL     string       `json:"base_url"`
		Auth        string       `json:"auth"`
		Owner       string       `json:"owner"`
		StatusPage  string       `json:"status_page"`
		Token       *targetToken `json:"token,omitempty"`
	}
	targetToken struct {
		Access   string    `json:"access_token"`
		Refresh  string    `json:"refresh_token"`
		Expires  time.Time `json:"expires_at"`
		TokenURL string    `json:"token_url"`
	}
	targetJob struct {
		ID        string   `json:"id"`
		Instance  string   `json:"instance"`
		Resources []string `json:"resources"`
		Every     float64  `json:"every"` // seconds
		Phase     float64  `json:"phase"`
		Parallel  bool     `json:"parallel,omitempty"`
	}
)

// What a platform believes.
type (
	targetState struct {
		Now  time.Time        `json:"now"`
		Jobs []targetJobState `json:"jobs"`
	}
	targetJobState struct {
		ID         string     `json:"id"`
		Enabled    bool       `json:"enabled"`
		DisabledBy *string    `json:"disabled_by"`
		DisabledAt *time.Time `json:"disabled_at"`
		Resource   *string    `json:"resource"`
		Threshold  int        `json:"threshold"`
		Resources  []struct {
			Name      string `json:"name"`
			Failures  int    `json:"consecutive_failures"`
			Delivered int64  `json:"delivered"`
		} `json:"resources"`
	}
	targetClock struct {
		Now    time.Time `json:"now"`
		Before bool      `json:"before,omitempty"` // what is due at that very instant waits
	}
	targetIdle struct {
		Now     time.Time  `json:"now"`
		Idle    bool       `json:"idle"`
		NextDue *time.Time `json:"next_due"`
	}
)

// call makes a call of the contract. Anything but 2xx is an error, which holds the answer's body.
func (t *Target) call(ctx context.Context, method, path string, body, into any) error {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		reader = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, t.URL+path, reader)
	if err != nil {
		return err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	resp, err := t.Client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(io.LimitReader(resp.Body, 16<<20))
	switch {
	case err != nil:
		return fmt.Errorf("%s %s: %w", method, path, err)
	case resp.StatusCode/100 != 2:
		return fmt.Errorf("%s %s: %s: %s (want 2xx)",
			method, path, resp.Status, strings.TrimSpace(string(text)))
	case into == nil:
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}
