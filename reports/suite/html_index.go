package suite

import (
	"cmp"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/outagedrill/outagedrill/docs"
)

// tagCount is a tag with how many scenarios have it.
type tagCount struct {
	Tag   string
	Count int
}

// tags are the tags of the scenarios, sorted.
func (s *Suite) tags() []tagCount {
	counts := map[string]int{}
	for i := range s.Scenarios {
		for _, tag := range s.Scenarios[i].Tags {
			counts[line(tag)]++
		}
	}
	var all []tagCount
	for tag, n := range counts {
		all = append(all, tagCount{tag, n})
	}
	slices.SortFunc(all, func(a, b tagCount) int { return cmp.Compare(a.Tag, b.Tag) })
	return all
}

// reason is what several scenarios failed for.
type reason struct {
	Text      string
	Scenarios []*pageScenario
}

// reasons groups the scenarios that went wrong by what they say, quoted names and numbers left out, the most
// frequent reason first. What only one says is no group.
func reasons(bad []*pageScenario) []reason {
	var all []reason
	for _, sc := range bad {
		text := pattern(sc.Troubles[0].headline())
		i := slices.IndexFunc(all, func(r reason) bool { return r.Text == text })
		if i < 0 {
			i = len(all)
			all = append(all, reason{Text: text})
		}
		all[i].Scenarios = append(all[i].Scenarios, sc)
	}
	all = slices.DeleteFunc(all, func(r reason) bool { return len(r.Scenarios) == 1 })
	slices.SortStableFunc(all, func(a, b reason) int {
		return cmp.Compare(len(b.Scenarios), len(a.Scenarios))
	})
	return all
}

// pattern is a message without what differs between alike ones: "…" for quoted text, for words with digits
// and for the rules before the colon.
func pattern(message string) string {
	if head, rest, ok := strings.Cut(message, ": "); ok && strings.ToUpper(head) == head {
		message = rest
	}
	var words []string
	quoted := false
	for word := range strings.FieldsSeq(message) {
		opens := strings.Count(word, `"`)
		switch {
		case quoted:
			quoted = opens%2 == 0
			continue
		case opens > 0, strings.ContainsFunc(word, unicode.IsDigit):
			quoted = opens%2 == 1
			word = "…"
		}
		if n := len(words); word == "…" && n > 0 && words[n-1] == word {
			continue
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// piece is a part of a text.
type piece struct {
	Text   string
	Differ bool
}

// apart marks the words in which two texts differ, where they have as many: a reader sees at once that it is
// 19m and not 20m. Other texts are one piece each.
func apart(a, b string) (of, other []piece) {
	from, to := strings.Split(a, " "), strings.Split(b, " ")
	if len(from) != len(to) || len(from) < 2 {
		return []piece{{Text: a}}, []piece{{Text: b}}
	}
	for i := range from {
		differ := from[i] != to[i]
		of, other = append(of, piece{from[i], differ}), append(other, piece{to[i], differ})
	}
	return of, other
}

// slugs keeps the IDs of elements apart. They are made of names, so that a link to a scenario outlives the
// lines above it.
type slugs map[string]bool

// take makes an ID of a file's and a scenario's name.
func (s slugs) take(file, name string) string {
	const most = 80
	slug := []rune(slugged(file) + "-" + slugged(name))
	base := strings.TrimRight(string(slug[:min(len(slug), most)]), "-")
	id := base
	for n := 2; s[id]; n++ {
		id = base + "-" + strconv.Itoa(n)
	}
	s[id] = true
	return id
}

// slugged has the letters and digits of a text in lower case, and a hyphen for all between them.
func slugged(text string) string {
	fields := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if len(fields) == 0 {
		return "x"
	}
	return strings.Join(fields, "-")
}

// baseName is a file's name without folders and extension; that of the rule book has no folder.
func baseName(file string) string {
	file = path.Base(strings.TrimPrefix(file, "rulebook:"))
	return strings.TrimSuffix(file, path.Ext(file))
}

// ruleID is the ID of a rule's row.
func ruleID(id string) string { return "rule_" + slugged(id) }

// hasRule tells whether the scenario names a rule.
func (sc *Scenario) hasRule(id string) bool { return slices.Contains(sc.Rules, id) }

// pageRuleSaid is a rule with what the manual says of it; of a rule of the user's own nothing.
type pageRuleSaid struct {
	ID, Short, Address string
}

// said tells what the manual says of rules.
func said(manual map[string]docs.Rule, ids []string) []pageRuleSaid {
	var all []pageRuleSaid
	for _, id := range ids {
		one := pageRuleSaid{ID: id}
		if r, ok := manual[id]; ok {
			one.Short, one.Address = r.Short, r.Address()
		}
		all = append(all, one)
	}
	return all
}

// pageRuleRow is a rule with how its scenarios came out on each driver.
type pageRuleRow struct {
	pageRuleSaid
	Cells     []Tally
	Scenarios []*pageScenario
}

// coverage is the table of rules and the drivers of its columns.
func (s *Suite) coverage(
	manual map[string]docs.Rule, of map[*Scenario]*pageScenario,
) (rows []pageRuleRow, drivers []string) {
	at := map[string]int{}
	for _, r := range s.rules() {
		at[r.ID] = len(rows)
		rows = append(rows, pageRuleRow{
			pageRuleSaid: said(manual, []string{r.ID})[0], Cells: []Tally{r.Tally},
		})
	}
	others, statuses := s.elsewhere()
	for i := range rows {
		rows[i].Cells = append(rows[i].Cells, make([]Tally, len(others))...)
	}
	for _, sc := range s.ordered() {
		for _, id := range sc.Rules {
			row := &rows[at[id]]
			row.Scenarios = append(row.Scenarios, of[sc])
			for i, driver := range others {
				if status := statuses[driver][sc.key()]; status != "" {
					row.Cells[i+1].add(status)
				}
			}
		}
	}
	return rows, append([]string{s.Driver}, others...)
}
