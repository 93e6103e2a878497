package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// answerMax is the largest answer that is read, in bytes.
const answerMax = 16 << 20

// Client makes the calls of the contract.
type Client struct {
	URL     string        // of the platform, without a slash at the end
	HTTP    *http.Client  // that carries them
	Timeout time.Duration // after which a call is given up
}

// About asks what the platform is.
func (c *Client) About(ctx context.Context) (*About, error) {
	var a About
	return &a, c.do(ctx, callAbout, "", nil, &a)
}

// Load loads a world.
func (c *Client) Load(ctx context.Context, w *World) error { return c.do(ctx, callWorld, "", w, nil) }

// State asks what the platform believes.
func (c *Client) State(ctx context.Context) (*State, error) {
	var s State
	return &s, c.do(ctx, callState, "", nil, &s)
}

// Move moves the platform's clock.
func (c *Client) Move(ctx context.Context, to Clock) (*Idle, error) {
	var idle Idle
	return &idle, c.do(ctx, callClock, "", &to, &idle)
}

// Idle asks when the platform wants to go on.
func (c *Client) Idle(ctx context.Context) (*Idle, error) {
	var idle Idle
	return &idle, c.do(ctx, callIdle, "", nil, &idle)
}

// Enable enables a job.
func (c *Client) Enable(ctx context.Context, job string) error {
	return c.do(ctx, callEnable, job, nil, nil)
}

// Disable disables a job, as its user.
func (c *Client) Disable(ctx context.Context, job string) error {
	return c.do(ctx, callDisable, job, nil, nil)
}

// Authorize gives a connection new credentials.
func (c *Client) Authorize(ctx context.Context, connection string, given *Credentials) error {
	return c.do(ctx, callCredentials, connection, given, nil)
}

// Change changes the environment.
func (c *Client) Change(ctx context.Context, to *Environment) error {
	return c.do(ctx, callEnvironment, "", to, nil)
}

// Restart stops the platform and starts it again.
func (c *Client) Restart(ctx context.Context) error { return c.do(ctx, callRestart, "", nil, nil) }

// errSlow is why a call is given up.
var errSlow = errors.New("slow")

// do makes a call. Anything but 2xx is an error, which holds the answer's body.
func (c *Client) do(ctx context.Context, name, id string, body, into any) error {
	call := find(name)
	path := strings.ReplaceAll(call.Path, "{id}", url.PathEscape(id))
	ctx, cancel := context.WithTimeoutCause(ctx, c.Timeout, errSlow)
	defer cancel()
	text, err := c.send(ctx, call.Method, path, body)
	switch {
	case errors.Is(context.Cause(ctx), errSlow):
		return fmt.Errorf("%s %s: no answer within %s", call.Method, path, c.Timeout)
	case err != nil:
		return fmt.Errorf("%s %s: %w", call.Method, path, err)
	case into == nil:
		return nil
	}
	if err := decode(text, into); err != nil {
		return fmt.Errorf("%s %s: %w", call.Method, path, err)
	}
	return nil
}

// send makes a request and reads the answer's body.
func (c *Client) send(ctx context.Context, method, path string, body any) ([]byte, error) {
	var reader io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		reader = bytes.NewReader(text)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.URL+path, reader)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	resp, err := c.HTTP.Do(req)
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err // the call is named already
	}
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	text, err := io.ReadAll(io.LimitReader(resp.Body, answerMax))
	if err == nil && resp.StatusCode/100 != 2 {
		err = fmt.Errorf("%s: %s (want 2xx)", resp.Status, strings.TrimSpace(string(text)))
	}
	return text, err
}

// find is the call of that name, which there is.
func find(name string) Call {
	for _, c := range Calls() {
		if c.Name == name {
			return c
		}
	}
	panic("contract: no call " + name)
}
