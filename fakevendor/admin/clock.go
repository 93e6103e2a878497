package admin

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outagedrill/outagedrill/internal/span"
)

// clockView is GET /clock.
type clockView struct {
	Now     string    `json:"now" format:"date-time"`
	Frozen  bool      `json:"frozen"`
	Scale   float64   `json:"scale" doc:"The vendor's seconds in one of yours, while it is not frozen."`
	Waiting int       `json:"waiting" doc:"Calls that wait for their latency."`
	Next    *nextView `json:"next,omitempty" doc:"What comes next by itself, if anything does."`
}

type nextView struct {
	At   string `json:"at" format:"date-time"`
	What string `json:"what"`
}

func (r *routes) clockOperations() {
	handle(r, http.MethodGet, "get-clock", "/clock", "What time it is at the vendor", "",
		func(s *server, _ context.Context, _ *struct{}) (*plain[clockView], error) {
			return s.clockView(), nil
		})
	change := func(id, path, summary, description string, do func(s *server) error) {
		handle(r, http.MethodPost, id, path, summary, description,
			func(s *server, _ context.Context, _ *struct{}) (*plain[clockView], error) {
				if err := do(s); err != nil {
					return nil, err
				}
				return s.clockView(), nil
			}, http.StatusConflict)
	}
	change("freeze-clock", "/clock/freeze", "Let time stand still",
		"Calls under way wait for the clock to be moved. Jumps remain possible.",
		func(s *server) error { s.clock.Freeze(); s.deed("clock.freeze", ""); return nil })
	change("resume-clock", "/clock/resume", "Let time run again", "",
		func(s *server) error { s.clock.Resume(); s.deed("clock.resume", ""); return nil })
	change("next-clock", "/clock/next", "Move to what comes next by itself",
		"A fault that begins or ends, a token that expires, a window of a limit that ends, a call that gets "+
			"its answer.",
		(*server).toNext)
	handle(r, http.MethodPost, "advance-clock", "/clock/advance", "Move time ahead", "",
		(*server).advance, http.StatusConflict)
	handle(r, http.MethodPost, "set-clock", "/clock/set", "Move time to an instant",
		"It never goes back; POST /reset does.", (*server).setClock, http.StatusConflict)
	handle(r, http.MethodPost, "scale-clock", "/clock/scale", "Let time run faster or slower", "",
		(*server).scaleClock, http.StatusConflict)
}

// next is what comes next, of the vendors and of the calls that wait.
func (s *server) next() (Event, bool) {
	next, ok := s.world.Next()
	if wait := s.clock.Read().Next; !wait.IsZero() && (!ok || wait.Before(next.At)) {
		return Event{At: wait, What: "a call gets its answer"}, true
	}
	return next, ok
}

func (s *server) clockView() *plain[clockView] {
	r := s.clock.Read()
	v := clockView{Now: *when(r.Now), Frozen: r.Frozen, Scale: r.Scale, Waiting: r.Waiting}
	if next, ok := s.next(); ok && next.At.Year() <= lastYear {
		v.Next = &nextView{*when(next.At), next.What}
	}
	return &plain[clockView]{v}
}

func (s *server) toNext() error {
	next, ok := s.next()
	if !ok {
		return huma.NewError(http.StatusConflict, "nothing is to come by itself")
	}
	if err := s.clock.Set(next.At); err != nil {
		return huma.NewError(http.StatusConflict, err.Error())
	}
	s.deed("clock.next", next.What)
	return nil
}

type advanceBody struct {
	Body struct {
		By span.Span `json:"by" example:"61m" doc:"How far."`
	}
}

func (s *server) advance(_ context.Context, in *advanceBody) (*plain[clockView], error) {
	if err := s.clock.Advance(in.Body.By.Std()); err != nil {
		return nil, huma.NewError(http.StatusConflict, err.Error())
	}
	s.deed("clock.advance", in.Body.By.String())
	return s.clockView(), nil
}

type setBody struct {
	Body struct {
		To string `json:"to" maxLength:"99" example:"2026-03-01T09:00:00Z" doc:"An instant, or +5m from now."`
	}
}

func (s *server) setClock(_ context.Context, in *setBody) (*plain[clockView], error) {
	to, err := readInstant(in.Body.To, s.clock.Now())
	if err != nil {
		return nil, wrong(fmt.Errorf("to: %w", err))
	}
	if err := s.clock.Set(to); err != nil {
		return nil, huma.NewError(http.StatusConflict, err.Error())
	}
	s.deed("clock.set", to.Format(time.RFC3339Nano))
	return s.clockView(), nil
}

type scaleBody struct {
	Body struct {
		Scale float64 `json:"scale" exclusiveMinimum:"0" maximum:"86400" example:"60"`
	}
}

func (s *server) scaleClock(_ context.Context, in *scaleBody) (*plain[clockView], error) {
	if err := s.clock.SetScale(in.Body.Scale); err != nil {
		return nil, wrong(err)
	}
	s.deed("clock.scale", strconv.FormatFloat(in.Body.Scale, 'g', -1, 64))
	return s.clockView(), nil
}
