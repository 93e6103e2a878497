package reports

import (
	"slices"
	"strconv"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// restsRow is a value of a policy on which the answer of some case rests, or in which the cases differ.
type restsRow struct {
	Name, Governs string
	Is            string // in all cases, or case by case
	Basis         []string
	On            string // the cases whose answer rests on it
	Why           string
	// Moves says what other values change, by case, where the journals have the runs with them.
	Moves      []string
	Title, URL string // of its source
	names      []string
	values     []string
	on         []string
}

// mostMoved is how many figures are named that other values of an assumption change.
const mostMoved = 4

// restsRows tells of the cases drawn what each answer rests on: documented, chosen and the user's own values.
// A chosen value counts where other runs say that it changes a figure, and where there are none by the rules.
func restsRows(journals []*Journal) []restsRow {
	at := map[string]int{}
	var rows []restsRow
	for i, j := range journals {
		m := newModel(j)
		on := m.matters()
		m.addDocumented(on)
		var moves map[string][]string
		ranges := j.Summary.Ranges
		if ranges != nil && ranges.Figures != nil {
			moves = moved(ranges.Figures)
		}
		number := strconv.Itoa(i + 1)
		for p := range j.Run.Policies {
			policy := &j.Run.Policies[p]
			for k := range policy.Values {
				v := &policy.Values[k]
				key := policy.Governs + " " + v.Name
				row, ok := at[key]
				if !ok {
					row = len(rows)
					at[key] = row
					r := restsRow{Name: clean(v.Name), Governs: policy.Governs, Why: cleanLong(v.Why)}
					r.Title, r.URL = source(policy, v.Source)
					rows = append(rows, r)
				}
				matters := on[key]
				if moves != nil && v.Basis == "chosen" {
					matters = moves[v.Name] != nil
				}
				rows[row].add(number, v, matters)
				rows[row].move(number, moves[v.Name])
			}
		}
	}
	rows = slices.DeleteFunc(rows, func(r restsRow) bool {
		return len(r.on) == 0 && len(slices.Compact(slices.Clone(r.values))) == 1
	})
	for i := range rows {
		rows[i].tell(len(journals))
	}
	return rows
}

func (r *restsRow) add(number string, v *journal.Value, matters bool) {
	r.names, r.values = append(r.names, number), append(r.values, cleanLong(v.Value))
	if !slices.Contains(r.Basis, v.Basis) {
		r.Basis = append(r.Basis, v.Basis)
	}
	if matters {
		r.on = append(r.on, number)
	}
}

// move tells what other values change of a case; cases that come to the same are told once.
func (r *restsRow) move(number string, what []string) {
	if len(what) == 0 {
		return
	}
	text := ": " + list(what, mostMoved)
	if n := len(r.Moves); n > 0 && strings.HasSuffix(r.Moves[n-1], text) {
		r.Moves[n-1] = strings.TrimSuffix(r.Moves[n-1], text) + ", " + number + text
		return
	}
	r.Moves = append(r.Moves, number+text)
}

func (r *restsRow) tell(cases int) {
	var said []string
	for i, v := range r.values {
		said = append(said, r.names[i]+": "+v)
	}
	r.Is = strings.Join(said, "; ")
	if same := slices.Compact(slices.Clone(r.values)); len(same) == 1 && len(r.values) == cases {
		r.Is = same[0]
	}
	switch len(r.on) {
	case 0:
		r.On = "none"
	case cases:
		r.On = "every case"
	default:
		r.On = strings.Join(r.on, ", ")
	}
}

// addDocumented adds the values that the rules name for what happened, whatever their basis.
func (m *model) addDocumented(on concerns) {
	if len(m.offline) > 0 {
		on.add("flows", "sweep.every")
	}
	if slices.ContainsFunc(m.off, func(s *jobStop) bool { return !s.byUser }) {
		on.add("polling_jobs", "threshold."+m.Run.Environment)
	}
}
