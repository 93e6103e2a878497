package reports

import (
	"encoding/json"
	"time"

	"github.com/outagedrill/outagedrill/internal/words"
	"github.com/outagedrill/outagedrill/sim/journal"
)

// plan is what the report needs of the resolved timeline in run.started: whether records could be lost
// or doubled at all, so that "nothing was lost" is said only where it is a finding.
type plan struct {
	canLose    []string // applications with a retention, "acme after 3d"
	canDouble  bool     // a failed write may have landed, or a repeat makes a duplicate
	canNeither bool     // records keep, and a repeat overwrites: no record can be lost or doubled
}

// readPlan reads leniently: a timeline in another shape only means that nothing is claimed.
func readPlan(raw journal.RawObject) plan {
	var tl struct {
		Applications []struct {
			Name       string `json:"name"`
			Retention  any    `json:"retention"`
			Idempotent *bool  `json:"idempotent"`
		} `json:"applications"`
		Faults []struct {
			Applied bool `json:"applied"`
		} `json:"faults"`
		Flows []struct {
			Intake any `json:"intake"`
		} `json:"flows"`
	}
	if len(raw) == 0 || json.Unmarshal(raw, &tl) != nil {
		return plan{}
	}
	var p plan
	for _, a := range tl.Applications {
		switch r := a.Retention.(type) {
		case string:
			if r != "" && r != "0" && r != "0s" {
				p.canLose = append(p.canLose, clean(a.Name)+" after "+clean(r))
			}
		case float64: // nanoseconds
			if r > 0 {
				p.canLose = append(p.canLose, clean(a.Name)+" after "+words.Span(time.Duration(r)))
			}
		}
		p.canDouble = p.canDouble || a.Idempotent != nil && !*a.Idempotent
	}
	for _, f := range tl.Faults {
		p.canDouble = p.canDouble || f.Applied
	}
	pushed := false
	for _, f := range tl.Flows {
		pushed = pushed || f.Intake != nil
	}
	p.canNeither = !pushed && !p.canDouble && len(p.canLose) == 0
	return p
}
