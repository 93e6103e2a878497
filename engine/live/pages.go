package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/engine"
)

const (
	pageTimeout = 10 * time.Second // by the clock, however fast the platform's time goes
	pageMax     = 1 << 20          // bytes of a page's answer
)

// readStatusPages reads every application's page beside the platform and tells the engine what changed. A
// page that cannot be read changes nothing.
func (s *Service) readStatusPages() {
	if strings.Join(s.cfg.StatusPages, "") == "" {
		return
	}
	s.asking = true
	s.platform.Go(func(ctx context.Context) func(engine.Time) {
		open := make([]bool, len(s.cfg.StatusPages))
		errs := make([]error, len(s.cfg.StatusPages))
		for a, page := range s.cfg.StatusPages {
			if page != "" {
				open[a], errs[a] = s.readStatusPage(ctx, page)
			}
		}
		return func(now engine.Time) {
			s.asking = false
			for a, page := range s.cfg.StatusPages {
				switch {
				case page == "":
				case errs[a] != nil:
					s.log.Warn("a status page cannot be read",
						"application", s.cfg.Engine.Applications[a].Name, "error", errs[a])
				case open[a] != s.machine.engine.Applications()[a].Incident:
					s.tell(now, engine.Event{Kind: engine.StatusPublished, Application: a, Open: open[a]})
				}
			}
		}
	})
}

// readStatusPage tells whether a page shows an open incident.
func (s *Service) readStatusPage(ctx context.Context, page string) (open bool, err error) {
	var answer struct {
		Incidents *[]json.RawMessage `json:"incidents"`
	}
	target := strings.TrimSuffix(page, "/") + "/api/v2/incidents/unresolved.json"
	status, err := s.exchangeJSON(ctx, http.MethodGet, target, nil, &answer)
	switch {
	case err != nil:
		return false, err
	case status != http.StatusOK:
		return false, fmt.Errorf("%s: status %d (want 200)", target, status)
	case answer.Incidents == nil:
		return false, fmt.Errorf("%s: no incidents (want a list, empty or not)", target)
	}
	return len(*answer.Incidents) > 0, nil
}

// exchangeJSON makes a request that is none of the engine's calls, and reads the answer of a 200.
func (s *Service) exchangeJSON(
	ctx context.Context, method, target string, body []byte, answer any,
) (status int, err error) {
	req := newRequest(method, target, body)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json")
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	timer := s.cfg.Clock.AfterFunc(pageTimeout, hangUp)
	defer timer.Stop()
	resp, err := s.cfg.Client.Do(req.WithContext(ctx))
	if s.cfg.Unseal != nil {
		s.cfg.Unseal(resp, err)
	}
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close() //nolint:errcheck // it was read, or is of no use
	if resp.StatusCode != http.StatusOK {
		return resp.StatusCode, nil
	}
	text, err := io.ReadAll(io.LimitReader(resp.Body, pageMax+1))
	switch {
	case err != nil:
		return 0, fmt.Errorf("%s: %w", target, err)
	case len(text) > pageMax:
		return 0, errors.New(target + ": the answer is too long (want at most 1 MiB)")
	}
	if err := json.Unmarshal(text, answer); err != nil {
		return 0, fmt.Errorf("%s: %w", target, err)
	}
	return resp.StatusCode, nil
}
