package admin

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/outagedrill/outagedrill/fakevendor"
)

// fault is one fault as the API tells it.
type fault struct {
	Number int `json:"number"`
	FaultSpec
	From  string  `json:"from" format:"date-time"`
	Until *string `json:"until" format:"date-time" doc:"Null: until somebody ends it."`
	State string  `json:"state" enum:"waiting,active,over"`
	Added bool    `json:"added" doc:"By a tester; else it is of the file."`
}

// one asks for one thing by its number.
type one struct {
	Number string `path:"number" maxLength:"20"`
}

func (r *routes) faultOperations() {
	handle(r, http.MethodGet, "list-faults", "/faults", "All faults, of the file and added", "",
		func(s *server, _ context.Context, _ *struct{}) (*plain[[]fault], error) { return s.listFaults() })
	handle(r, http.MethodPost, "add-fault", "/faults", "Add a fault",
		"With the keys of an event of a timeline. It begins at once and lasts until somebody ends it, "+
			"unless at and for say otherwise.", (*server).addFault)
	handle(r, http.MethodGet, "get-fault", "/faults/{number}", "One fault", "", (*server).getFault,
		http.StatusNotFound)
	handle(r, http.MethodDelete, "end-fault", "/faults/{number}", "End a fault now",
		"One that waits never begins; one that is over stays as it is.",
		(*server).endFault, http.StatusNotFound)
	handle(r, http.MethodDelete, "end-faults", "/faults", "End all faults that are active now", "",
		(*server).endFaults)
}

// tell words a fault.
func (s *server) tell(f *Fault) fault {
	cfg, now := s.world.Config(), fakevendor.Time(s.clock.Now().UnixNano())
	out := fault{
		Number: f.Number, FaultSpec: specOf(cfg, &f.Fault), From: *when(f.From.Std()), Added: f.Added,
		State: "active",
	}
	if until := f.To.Std(); f.To < cfg.End {
		out.Until = when(until)
	}
	switch {
	case f.Ended || now >= f.To:
		out.State = "over"
	case now < f.From:
		out.State = "waiting"
	}
	return out
}

func (s *server) faults() []fault {
	list := []fault{}
	for _, f := range s.world.Faults() {
		list = append(list, s.tell(&f))
	}
	return list
}

func (s *server) listFaults() (*plain[[]fault], error) { return &plain[[]fault]{s.faults()}, nil }

func (s *server) find(number string) (*fault, error) {
	n, err := strconv.Atoi(number)
	for _, f := range s.faults() {
		if err == nil && f.Number == n {
			return &f, nil
		}
	}
	return nil, huma.NewError(http.StatusNotFound, "there is no fault "+number)
}

func (s *server) getFault(_ context.Context, in *one) (*plain[fault], error) {
	f, err := s.find(in.Number)
	if err != nil {
		return nil, err
	}
	return &plain[fault]{*f}, nil
}

func (s *server) addFault(ctx context.Context, in *struct{ Body FaultSpec }) (*plain[fault], error) {
	f, err := in.Body.Resolve(s.world.Config(), s.clock.Now())
	if err != nil {
		return nil, wrong(err)
	}
	length := in.Body.For.Std()
	if in.Body.At != "" {
		length = 0 // its end is known: what lies in the past is not made up for
	}
	number, err := s.world.AddFaultFor(&f, length)
	if err != nil {
		return nil, wrong(err)
	}
	s.deed("fault.add", fmt.Sprintf("fault %d: %s", number, in.Body.String()))
	return s.getFault(ctx, &one{strconv.Itoa(number)})
}

func (s *server) endFault(ctx context.Context, in *one) (*plain[fault], error) {
	f, err := s.find(in.Number)
	if err != nil {
		return nil, err
	}
	if err := s.end(f); err != nil {
		return nil, err
	}
	return s.getFault(ctx, in)
}

func (s *server) end(f *fault) error {
	if f.State == "over" {
		return nil
	}
	if err := s.world.EndFault(f.Number); err != nil {
		return wrong(err)
	}
	s.deed("fault.end", fmt.Sprintf("fault %d", f.Number))
	return nil
}

func (s *server) endFaults(context.Context, *struct{}) (*plain[[]fault], error) {
	ended := []fault{}
	for _, f := range s.faults() {
		if f.State != "active" {
			continue
		}
		if err := s.end(&f); err != nil {
			return nil, err
		}
		now, err := s.find(strconv.Itoa(f.Number))
		if err != nil {
			return nil, err
		}
		ended = append(ended, *now)
	}
	return &plain[[]fault]{ended}, nil
}
