package admin

import (
	"context"
	"net/http"

	"github.com/outagedrill/outagedrill/fakevendor/hold"
)

// ruleView is a rule of the judge.
type ruleView struct {
	Name string `json:"name"`
	What string `json:"what" doc:"What a client did that broke it."`
}

func (r *routes) judgeOperations() {
	handle(r, http.MethodGet, "list-rules", "/judge/rules", "What a well-behaved client does not do", "",
		func(*server, context.Context, *struct{}) (*plain[[]ruleView], error) {
			list := []ruleView{}
			for _, r := range hold.Rules() {
				list = append(list, ruleView{r.Name, r.What})
			}
			return &plain[[]ruleView]{list}, nil
		})
	handle(r, http.MethodPost, "judge", "/judge", "Judge the clients by the journal",
		"A verdict on every rule, with the numbers of the entries that are the evidence. The terms may be "+
			"{}: the defaults then.", (*server).judge)
}

func (s *server) judge(_ context.Context, in *struct{ Body hold.Terms }) (*plain[hold.Verdict], error) {
	v, err := hold.Judge(s.journal, in.Body)
	if err != nil {
		return nil, wrong(err)
	}
	return &plain[hold.Verdict]{*v}, nil
}
