package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// mostAdvance is how far one call may move a clock: what happens meanwhile happens while the caller waits.
const mostAdvance = 366 * 24 * time.Hour

// clock is GET /clock.
type clock struct {
	Now     string  `json:"now" format:"date-time"`
	NextDue *string `json:"next_due" format:"date-time" doc:"When something is due by itself, or null."`
	Idle    bool    `json:"idle" doc:"Nothing is in flight, all that is due is done."`
	Mode    string  `json:"mode" enum:"manual,running" doc:"A manual one stands still until PUT /clock."`
	Scale   float64 `json:"scale" doc:"Platform seconds a second; 0 for a manual clock."`
}

// clockChange says where a manual clock goes.
type clockChange struct {
	Body struct {
		Now     string `json:"now,omitempty" format:"date-time" doc:"The instant to go to, or"`
		Advance string `json:"advance,omitempty" maxLength:"100" example:"1h" doc:"how far: 90s, 15m, 1d."`
	}
}

func (r *Routes) clockOperations() {
	get(r, "get-clock", "/clock", "What time it is on the platform", "", (*server).clock)
	handle(r, http.MethodPut, "set-clock", "/clock", "Move a manual clock forward",
		"Give one of now and advance, at most 366 days away. The answer comes when nothing is left to do up "+
			"to and including that instant.",
		(*server).setClock, http.StatusConflict, http.StatusUnsupportedMediaType)
}

func (s *server) clock(ctx context.Context, _ *struct{}) (out *plain[clock], err error) {
	err = s.read(ctx, func(v *View) error {
		c := &v.Clock
		out = &plain[clock]{clock{rfc3339(c.Now), instant(c.NextDue), c.Idle, "running", c.Scale}}
		if c.Manual {
			out.Body.Mode = "manual"
		}
		return nil
	})
	return out, err
}

func (s *server) setClock(ctx context.Context, in *clockChange) (*plain[clock], error) {
	var now engine.Time
	if err := s.read(ctx, func(v *View) error { now = v.Clock.Now; return nil }); err != nil {
		return nil, err
	}
	to, err := target(now, in.Body.Now, in.Body.Advance)
	if err != nil {
		return nil, err
	}
	switch err := s.platform.SetClock(ctx, to); {
	case errors.Is(err, ErrClockRuns), errors.Is(err, ErrClockBack), errors.Is(err, ErrOver):
		return nil, problem(http.StatusConflict, err.Error())
	case err != nil:
		return nil, unavailable(err)
	}
	return s.clock(ctx, nil)
}

// target reads where a clock is to go.
func target(now engine.Time, instant, advance string) (engine.Time, error) {
	refused := func(field, message string) error {
		return problem(http.StatusUnprocessableEntity, "validation failed",
			&huma.ErrorDetail{Location: "body" + field, Message: message})
	}
	switch {
	case (instant == "") == (advance == ""):
		return 0, refused("", "want one of now and advance")
	case advance != "":
		d, err := timeline.ParseSpan(advance)
		if err != nil || d.Std() <= 0 {
			return 0, refused(".advance", "this is no duration (want one such as 90s, 15m or 1d)")
		}
		if d.Std() > mostAdvance {
			return 0, refused(".advance", "that is too far (want at most 366d)")
		}
		return now.Add(d.Std()), nil
	}
	t, err := time.Parse(time.RFC3339, instant)
	if err != nil {
		return 0, refused(".now", "this is no instant (want one such as 2024-03-04T12:00:00Z)")
	}
	if t.After(time.Unix(0, int64(now)).Add(mostAdvance)) {
		return 0, refused(".now", "that is too far (want at most 366 days ahead)")
	}
	if t.Before(time.Unix(0, int64(now))) {
		return 0, problem(http.StatusConflict, ErrClockBack.Error())
	}
	return engine.Time(t.UnixNano()), nil
}
