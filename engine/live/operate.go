package live

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/engine/api"
)

var _ api.Platform = (*Service)(nil)

// Config is what the platform runs.
func (s *Service) Config() *engine.Config { return &s.cfg.Engine }

// do runs f between two happenings and returns once what it caused is kept.
func (s *Service) do(ctx context.Context, f func(now engine.Time)) error {
	return s.platform.Do(ctx, func(now engine.Time) {
		s.quiet.disturb()
		f(now)
	})
}

// Read lets f look at the platform between two happenings.
func (s *Service) Read(ctx context.Context, f func(v *api.View)) error {
	return s.do(ctx, func(now engine.Time) { f(s.view(now)) })
}

func (s *Service) view(now engine.Time) *api.View {
	_, manual := s.cfg.Clock.(*clock.Mock)
	c := api.Clock{Now: now, NextDue: min(s.Next(), s.Wants()), Manual: manual}
	c.Idle = len(s.machine.book.Calls) == 0 && s.platform.beside == 0 && c.NextDue > now
	switch {
	case manual:
	case s.cfg.Time.Scale == 0:
		c.Scale = 1
	default:
		c.Scale = s.cfg.Time.Scale
	}
	return &api.View{Engine: s.machine.engine, History: s.machine.history, Clock: c}
}

// Operate carries out an operator's command. Its outcome is kept when it returns.
func (s *Service) Operate(ctx context.Context, c *api.Command) (outcome engine.Outcome, err error) {
	cmd := engine.Command{Kind: c.Kind, Job: c.Job, Connection: c.Connection, Flow: c.Flow}
	if c.Kind == engine.Reauthorize {
		return s.reauthorize(ctx, c, cmd)
	}
	var refused error
	err = s.do(ctx, func(now engine.Time) {
		if refused = s.guarded(now, c); refused == nil {
			outcome = s.carryOut(now, c, cmd)
		}
	})
	return outcome, errors.Join(refused, err)
}

func (s *Service) guarded(now engine.Time, c *api.Command) error {
	if c.Guard == nil {
		return nil
	}
	return c.Guard(s.view(now))
}

// carryOut gives the engine a command; the first entry that comes of it says how it ended.
func (s *Service) carryOut(now engine.Time, c *api.Command, cmd engine.Command) engine.Outcome {
	outcome := s.tell(now, engine.Event{Kind: engine.Commanded, Command: cmd}).Outcome
	if c.After != nil {
		c.After(s.view(now))
	}
	return outcome
}

// reauthorize lets the vendor judge what the operator filled in, and saves it whatever the vendor says
// (OUT-12). One re-authorization goes on at a time. Its Guard is asked before the vendor is, since a vendor's
// consent cannot be taken back, and again after it, since others may have acted meanwhile.
func (s *Service) reauthorize(
	ctx context.Context, c *api.Command, cmd engine.Command,
) (outcome engine.Outcome, err error) {
	select {
	case s.gate <- struct{}{}:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	defer func() { <-s.gate }()
	var refused error
	done := make(chan struct{})
	err = s.do(ctx, func(now engine.Time) {
		if refused = s.guarded(now, c); refused != nil {
			close(done)
			return
		}
		if cmd.Missing = s.machine.engine.MissingFields(c.Connection, c.Fields); len(cmd.Missing) > 0 {
			outcome = s.carryOut(now, c, cmd)
			close(done)
			return
		}
		s.platform.Go(func(works context.Context) func(engine.Time) {
			cmd.Token = s.consent(works, c.Connection, c.Fields)
			return func(now engine.Time) {
				if refused = s.guarded(now, c); refused == nil {
					outcome = s.carryOut(now, c, cmd)
				}
				close(done)
			}
		})
	})
	if err != nil {
		return 0, err
	}
	select {
	case <-done:
	case <-s.platform.over:
		return 0, ErrStopped
	}
	if refused != nil {
		return 0, refused
	}
	return outcome, s.do(ctx, func(engine.Time) {}) // it is kept once the next command is
}

// consent hands the fields to the vendor and returns the token that it grants. It grants none where the
// connection has no OAuth, and where the fields are wrong or the vendor is away: then the platform holds
// credentials without a good token.
func (s *Service) consent(
	ctx context.Context, connection int, fields map[string]string,
) engine.Token {
	var given struct {
		Access    string    `json:"access_token"`
		Refresh   string    `json:"refresh_token"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	name := s.cfg.Engine.Connections[connection].Name
	body := packed(map[string]any{"fields": fields})
	target := s.cfg.Caller.Endpoints[connection].BaseURL + "/authorize"
	status, err := s.exchangeJSON(ctx, http.MethodPost, target, body, &given)
	switch {
	case err != nil:
		s.log.Warn("the vendor cannot be asked for consent", "connection", name, "error", err)
		return engine.Token{}
	case status != http.StatusOK:
		s.log.Info("the vendor does not accept the credentials", "connection", name, "status", status)
		return engine.Token{}
	case !s.cfg.Engine.Connections[connection].OAuth:
		return engine.Token{}
	}
	return engine.Token{
		Access: generation(given.Access), Refresh: generation(given.Refresh),
		ExpiresAt: engine.Time(given.ExpiresAt.UnixNano()),
	}
}

// generation is the number at the end of a token's text, 0 where there is none.
func generation(token string) uint32 {
	n, err := strconv.ParseUint(token[strings.LastIndexByte(token, '-')+1:], 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}
