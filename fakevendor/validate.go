package fakevendor

import (
	"errors"
	"fmt"
	"math"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// validate gives the first thing that is wrong with the configuration.
func (c *Config) validate() error {
	if c.End <= c.Start {
		return errors.New("end is not after start")
	}
	for i := range c.Applications {
		if err := c.Applications[i].validate(); err != nil {
			return fmt.Errorf("application %d %q: %w", i, c.Applications[i].Name, err)
		}
	}
	for i := range c.Connections {
		if err := index("application", c.Connections[i].Application, len(c.Applications)); err != nil {
			return fmt.Errorf("connection %d %q: %w", i, c.Connections[i].Name, err)
		}
		if auth := c.Connections[i].Auth; auth > OAuth2 {
			return fmt.Errorf("connection %d %q: unknown auth %d", i, c.Connections[i].Name, auth)
		}
	}
	for i := range c.Faults {
		if err := c.validateFault(&c.Faults[i]); err != nil {
			return fmt.Errorf("fault %d: %w", i, err)
		}
	}
	return nil
}

func index(what string, i, n int) error {
	if i < 0 || i >= n {
		return fmt.Errorf("%s %d does not exist (want 0 to %d)", what, i, n-1)
	}
	return nil
}

func (a *Application) validate() error {
	switch {
	case a.Dialect == nil:
		return errors.New("no dialect")
	case a.PageSize < 1 || a.PageSize > math.MaxInt32:
		return fmt.Errorf("page size %d (want 1 to %d)", a.PageSize, math.MaxInt32)
	case a.Latency.Median < 0 || a.Latency.P99 < 0:
		return errors.New("latency below 0")
	case a.Latency.P99 != 0 && (a.Latency.Median == 0 || a.Latency.P99 < a.Latency.Median):
		return fmt.Errorf("latency p99 %s, median %s (want 0 < median <= p99)",
			a.Latency.P99, a.Latency.Median)
	case a.Retention < 0 || a.TokenLifetime < 0 || a.StatusPageLag < 0:
		return errors.New("retention, token lifetime or status page lag below 0")
	}
	for i, r := range a.Resources {
		if err := r.validate(); err != nil {
			return fmt.Errorf("resource %d %q: %w", i, r.Name, err)
		}
	}
	names := map[string]bool{}
	for i := range a.Limits {
		l := &a.Limits[i]
		if err := validateLimit(l); err != nil {
			return fmt.Errorf("limit %d %q: %w", i, l.Name, err)
		}
		if names[l.Name] {
			return fmt.Errorf("limit %d %q: another one has its name", i, l.Name)
		}
		names[l.Name] = true
	}
	return nil
}

func (r *Resource) validate() error {
	for i, rate := range r.Rates {
		switch {
		case rate.N < 0 || rate.Per <= 0:
			return fmt.Errorf("rate %d: %d each %s (want at least 0 each time above 0)", i, rate.N, rate.Per)
		case rate.From < 0:
			return fmt.Errorf("rate %d: from %s, before the start", i, rate.From)
		case i > 0 && rate.From <= r.Rates[i-1].From:
			return fmt.Errorf("rate %d: from %s is not after %s", i, rate.From, r.Rates[i-1].From)
		}
	}
	return nil
}

func validateLimit(l *dialect.Limit) error {
	switch {
	case l.Requests < 0 || l.Requests > math.MaxInt32 || l.Concurrency < 0:
		return fmt.Errorf("limit of %d requests, %d at once (want 0 to %d)",
			l.Requests, l.Concurrency, math.MaxInt32)
	case l.Requests == 0 && l.Concurrency == 0:
		return errors.New("limit of neither requests nor concurrency")
	case l.Requests > 0 && l.Per <= 0:
		return fmt.Errorf("limit of %d requests per %s (want a time above 0)", l.Requests, l.Per)
	case l.Algorithm > dialect.TokenBucket || l.Anchor > dialect.AtMidnight || l.By >= dialect.ByAddress<<1,
		l.Callers > dialect.Identified:
		return errors.New("limit of unknown algorithm, anchor, key or callers")
	}
	return nil
}

func (c *Config) validateFault(f *Fault) error {
	if f.To < f.From {
		return errors.New("ends before it begins")
	}
	if f.Kind > TokenRevoked || f.How > HowBody {
		return errors.New("unknown kind or how")
	}
	if err := index("application", f.Application, len(c.Applications)); err != nil {
		return err
	}
	for _, r := range f.Resources {
		if err := index("resource", r, len(c.Applications[f.Application].Resources)); err != nil {
			return err
		}
	}
	if f.Connection != -1 || f.ofCredentials() {
		if err := c.validateConnection(f); err != nil {
			return err
		}
	}
	if f.ofCredentials() {
		return c.validateCredentials(f)
	}
	return f.validateApplication()
}

func (f *Fault) validateApplication() error {
	switch {
	case f.Kind == Down && f.How >= HowDead && f.How != HowResetBody:
		return errors.New("down with a how of token_refresh")
	case f.Kind == Down && f.How == HTTPStatus && !f.hasStatus():
		return fmt.Errorf("down with status %d (want 500, 502, 503 or 504)", f.Status)
	case f.Kind == Flapping && (f.Down <= 0 || f.Up < 0):
		return fmt.Errorf("flapping up %s, down %s (want down above 0)", f.Up, f.Down)
	case f.Kind == Flaky && !(f.Rate >= 0 && f.Rate <= 1):
		return fmt.Errorf("flaky with rate %v (want 0 to 1)", f.Rate)
	case f.Latency < 0 || f.RetryAfter < 0:
		return errors.New("latency or retry-after below 0")
	}
	return nil
}

// hasStatus tells whether Status can be answered; 0 stands for the default, 503.
func (f *Fault) hasStatus() bool {
	switch f.Status {
	case 0, 500, 502, 503, 504:
		return true
	}
	return false
}

// ofCredentials tells whether a fault is one of a connection's credentials or tokens.
func (f *Fault) ofCredentials() bool { return f.Kind >= BadCredentials }

func (c *Config) validateConnection(f *Fault) error {
	if err := index("connection", f.Connection, len(c.Connections)); err != nil {
		return err
	}
	if conn := &c.Connections[f.Connection]; conn.Application != f.Application {
		return fmt.Errorf("application %d is not that of connection %q", f.Application, conn.Name)
	}
	return nil
}

func (c *Config) validateCredentials(f *Fault) error {
	conn := &c.Connections[f.Connection]
	switch {
	case f.Kind != BadCredentials && conn.Auth != OAuth2:
		return fmt.Errorf("a token fault on connection %q, which has no OAuth 2.0", conn.Name)
	case f.Kind != BadCredentials && f.Resources != nil:
		return errors.New("a token fault of some resources alone")
	case f.Kind == TokenRefresh && f.How != HowDead && f.How != HowTransient:
		return errors.New("token_refresh that is neither dead nor transient")
	case f.OfTokens:
		return errors.New("a fault of credentials at the token endpoint alone")
	}
	return nil
}
