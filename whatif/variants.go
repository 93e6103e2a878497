package whatif

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/outagedrill/outagedrill/engine/policy"
)

// Variant is a base case with one thing changed.
type Variant struct {
	Assumption string // the name of the value that is another one; "" where the faults are left out
	Value      string // as --assume takes it
	Case       Case
}

// sweepOffset is the one value of which every possible one is tried, not only the policy's alternatives.
const sweepOffset = "sweep.offset"

// mostOffsets is how many offsets of the sweep are tried at most, the base case's included.
const mostOffsets = 60

// Variants lists what could as well be true: the base case without its faults, then the sweep at every
// minute of its interval, then each alternative of each other value, one at a time. Only values on the basis
// chosen are varied; what a source documents or the user said is not in doubt. Values that cannot matter by
// the timeline's structure are left out (canMatter). Where the interval of the sweep has more than
// mostOffsets minutes, offsets are tried in steps of as many whole minutes as it takes.
func Variants(base Case) ([]Variant, error) {
	base, err := base.filled()
	if err != nil {
		return nil, err
	}
	var quiet, swept, others []Variant
	if c, disturbed := withoutFaults(base); disturbed {
		quiet = []Variant{{Case: c}}
	}
	facts := factsOf(&base)
	seen := map[string]bool{}
	for _, p := range []*policy.Policy{base.Flows, base.PollingJobs} {
		for _, v := range p.Values {
			if seen[v.Name] || v.Basis != policy.Chosen || !facts.canMatter(p.Governs, v.Name) {
				continue
			}
			seen[v.Name] = true
			list, values := &others, v.Alternatives
			if v.Name == sweepOffset {
				list, values = &swept, offsets(p.Flows.SweepEvery, p.Flows.SweepOffset)
			}
			for _, value := range values {
				c, err := base.assume(v.Name, value)
				if err != nil {
					return nil, err
				}
				*list = append(*list, Variant{v.Name, value, c})
			}
		}
	}
	return slices.Concat(quiet, swept, others), nil
}

// filled fills in the built-in policies.
func (c Case) filled() (Case, error) {
	var err error
	if c.Flows == nil {
		if c.Flows, err = policy.Load("celigo-integrator"); err != nil {
			return c, err
		}
	}
	if c.PollingJobs == nil {
		c.PollingJobs, err = policy.Load("sap-open-connectors")
	}
	return c, err
}

// assume is the case with another value, in each policy in which the value is a chosen one.
func (c Case) assume(name, value string) (Case, error) {
	for _, p := range []**policy.Policy{&c.Flows, &c.PollingJobs} {
		if v, has := (*p).Value(name); !has || v.Basis != policy.Chosen {
			continue
		}
		changed, err := (*p).Override(name, value)
		if err != nil {
			return c, fmt.Errorf("policy %s: the alternative %s of %s: %w", (*p).Name, value, name, err)
		}
		*p = changed
	}
	return c, nil
}

// withoutFaults is the case on a day on which no vendor and no mail server fails; false where none does
// anyway. What people do by the timeline they still do.
func withoutFaults(c Case) (Case, bool) {
	if len(c.Timeline.Faults)+len(c.Timeline.Mail) == 0 {
		return c, false
	}
	tl := *c.Timeline
	tl.Faults, tl.Mail = nil, nil
	c.Timeline = &tl
	return c, true
}

// offsets are the offsets of a sweep other than the base case's, in whole minutes.
func offsets(every, base time.Duration) []string {
	minutes := int64((every + time.Minute - 1) / time.Minute)
	step := (minutes + mostOffsets - 1) / mostOffsets
	var list []string
	for m := int64(0); m < minutes; m += step {
		switch d := time.Duration(m) * time.Minute; {
		case d == base:
		case m == 0:
			list = append(list, "0s")
		default:
			list = append(list, strconv.FormatInt(m, 10)+"m")
		}
	}
	return list
}
