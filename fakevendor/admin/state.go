package admin

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
	"github.com/outagedrill/outagedrill/internal/front"
)

// mostState is the greatest length of a state in bytes.
const mostState = 64 << 20

// stateType is the media type of a state, which is nobody's business but the world's.
const stateType = "application/octet-stream"

// limitView is a counter of a limit.
type limitView struct {
	Application string  `json:"application"`
	Name        string  `json:"name"`
	Key         string  `json:"key" doc:"What it counts: a connection, an endpoint …"`
	Limit       int64   `json:"limit"`
	Used        int64   `json:"used"`
	Resets      *string `json:"resets" format:"date-time" doc:"Null: by and by, or not known."`
}

// vendorView is one vendor.
type vendorView struct {
	Name       string `json:"name"`
	Dialect    string `json:"dialect"`
	URL        string `json:"url"`
	StatusPage string `json:"status_page,omitempty"`
}

func (r *routes) stateOperations() {
	handle(r, http.MethodGet, "list-vendors", "/vendors", "What is served where", "",
		func(s *server, _ context.Context, _ *struct{}) (*plain[[]vendorView], error) {
			list := []vendorView{}
			for _, v := range s.world.Vendors() {
				list = append(list, vendorView(v))
			}
			return &plain[[]vendorView]{list}, nil
		})
	handle(r, http.MethodGet, "list-limits", "/limits", "How much of each limit is used", "",
		func(s *server, _ context.Context, _ *struct{}) (*plain[[]limitView], error) {
			return &plain[[]limitView]{s.limits()}, nil
		})
	handle(r, http.MethodPost, "reset", "/reset", "Put everything back to the start",
		"Vendors and clock are as they were when the program began, faults that were added are gone, the "+
			"journal is empty. Calls under way are cut off.",
		func(s *server, _ context.Context, _ *struct{}) (*plain[clockView], error) {
			if err := s.world.Reset(); err != nil {
				return nil, huma.NewError(http.StatusServiceUnavailable, err.Error())
			}
			s.deed(hold.DeedReset, "")
			return s.clockView(), nil
		})
	save := front.Operation(http.MethodGet, "save-state", "/state", "Take out all that changes",
		"For PUT /state, of the same configuration and program. The journal is not in it.")
	save.Responses = text(stateType)
	register(r, save, func(s *server, _ context.Context, _ *struct{}) (*document, error) {
		state, err := s.world.Save()
		if err != nil {
			return nil, huma.NewError(http.StatusServiceUnavailable, err.Error())
		}
		return &document{Type: stateType, Body: state}, nil
	})
	handle(r, http.MethodPut, "restore-state", "/state", "Put back what was taken out",
		"Clock included, which may go back by it. Calls under way are cut off; the journal goes on.",
		(*server).restore)
}

type stateBody struct {
	RawBody []byte `contentType:"application/octet-stream"`
}

func (s *server) restore(_ context.Context, in *stateBody) (*plain[clockView], error) {
	if err := s.world.Restore(in.RawBody); err != nil {
		return nil, wrong(err)
	}
	s.deed(hold.DeedRestore, "")
	return s.clockView(), nil
}

func (s *server) limits() []limitView {
	cfg, list := s.world.Config(), []limitView{}
	for _, l := range s.world.Limits() {
		name := cfg.Applications[l.Application].Name
		list = append(list, limitView{name, l.Name, l.Key, l.Limit, l.Used, when(l.Resets)})
	}
	return list
}
