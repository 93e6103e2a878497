package steps

import (
	"slices"
)

// Kind is a kind of value that patterns speak of, as {name}.
type Kind struct {
	Name    string   `json:"name"`
	Doc     string   `json:"doc"`     // what it is
	Example string   `json:"example"` // with the quotes that it needs
	Choices []string `json:"choices,omitempty"`
}

// Kinds lists the kinds of values in the order in which a step's pattern names them, each once.
func (s *Step) Kinds() []Kind {
	list := []Kind{}
	for _, k := range s.m.kinds {
		if !slices.ContainsFunc(list, func(had Kind) bool { return had.Name == k.name }) {
			list = append(list, Kind{Name: k.name, Doc: k.doc, Example: k.example, Choices: k.among})
		}
	}
	return list
}
