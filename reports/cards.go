package reports

import (
	"cmp"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// Headings of the chapters that the page moves: what somebody has to do, in the base case and under all
// assumptions, and what failed of the run's own checks.
const (
	peopleDo           = "What people have to do"
	peopleRange        = "The answer for people"
	expectationsFailed = "Expectations failed"
	invariantsBroken   = "Invariants broken"
)

// cards are the answers and the story on the page, where tables and the timeline have all of it: of many
// outages the worst alone. Where there are answers, the story folds but for what failed of the run's own
// checks, and what people have to do stands with the answer for them.
func (m *model) cards() (answers, open, folded []chapter) {
	const most = 3
	answers, story := m.answers(), m.story()
	for i := range story {
		if c := &story[i]; c.Title == whatFailed && len(c.Items) > most {
			c.More, c.Items = c.More+len(c.Items)-most, c.Items[:most]
		}
	}
	if len(answers) == 0 {
		return nil, story, nil
	}
	for _, c := range story {
		switch c.Title {
		case peopleDo:
			answers = withPeople(answers, c)
		case expectationsFailed, invariantsBroken:
			open = append(open, c)
		default:
			folded = append(folded, c)
		}
	}
	return answers, open, folded
}

// withPeople puts what people have to do before the range of it, or after the other answers.
func withPeople(answers []chapter, do chapter) []chapter {
	for i := range answers {
		if a := &answers[i]; a.Title == peopleRange {
			a.Items, a.More = slices.Concat(do.Items, a.Items), a.More+do.More
			return answers
		}
	}
	return append(answers, do)
}

// Short is the title of a card below the heading “The answer”.
func (c chapter) Short() string {
	short, cut := strings.CutPrefix(c.Title, "The answer for ")
	if !cut {
		return c.Title
	}
	return capital(short)
}

// titles names what is folded.
func titles(all []chapter) string {
	var names []string
	for i, c := range all {
		title := c.Title
		if i > 0 {
			title = strings.ToLower(title[:1]) + title[1:]
		}
		names = append(names, title)
	}
	return list(names, len(names))
}

// led is a sentence that begins with the name of what it tells of, "" where it does not.
type led struct{ Name, Rest string }

// leads cuts sentences after the names that they begin with, so that the eye finds these.
func leads(run *journal.Run) func(text string) led {
	var names []string
	for _, a := range run.Applications {
		names = append(names, clean(a.Name))
	}
	for _, c := range run.Connections {
		names = append(names, clean(c.Name))
	}
	for _, f := range run.Flows {
		names = append(names, clean(f.Name))
	}
	for _, j := range run.Jobs {
		names = append(names, clean(j.Name))
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return func(text string) led {
		for _, name := range names {
			rest, ok := strings.CutPrefix(text, name)
			if ok && name != "" && (strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, ": ")) {
				return led{Name: name, Rest: rest}
			}
		}
		return led{Rest: text}
	}
}
