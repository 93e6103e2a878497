package timeline

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Source is the text behind a timeline, for positions in messages. Two sources always compare equal.
type Source struct{ root *yaml.Node }

// Equal reports true: where a value stood is no part of what it is.
func (*Source) Equal(*Source) bool { return true }

// Pos is the position of a value of the file, both from 1. The path is keys and list indexes joined
// by dots: applications.acme.dialect, events.3.fault. A name may hold dots itself. Where the file has
// no such value, the position is that of the nearest value around it.
func (t *Timeline) Pos(path string) (line, col int) {
	if t.Source == nil {
		return 1, 1
	}
	n := locate(t.Source.root, t.Source.root, path)
	return max(n.Line, 1), max(n.Column, 1)
}

// locate follows path from n; at is where to point if the path ends here or leads nowhere: the key of
// a collection, a value that stands alone itself.
func locate(at, n *yaml.Node, path string) *yaml.Node {
	if path == "" {
		return at
	}
	switch n = follow(n); n.Kind {
	case yaml.MappingNode:
		key, value, rest := mapItem(n, path)
		if key == nil {
			return at
		}
		if follow(value).Kind == yaml.ScalarNode {
			return value
		}
		return locate(key, value, rest)
	case yaml.SequenceNode:
		if item, rest := listItem(n, path); item != nil {
			return locate(item, item, rest)
		}
	}
	return at
}

// mapItem finds the longest key that path begins with, since names may hold dots.
func mapItem(n *yaml.Node, path string) (key, value *yaml.Node, rest string) {
	if n.Kind != yaml.MappingNode {
		return nil, nil, ""
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := follow(n.Content[i])
		after, ok := strings.CutPrefix(path, k.Value)
		if !ok || after != "" && after[0] != '.' || key != nil && len(k.Value) <= len(key.Value) {
			continue
		}
		key, value, rest = k, n.Content[i+1], strings.TrimPrefix(after, ".")
	}
	return key, value, rest
}

func listItem(n *yaml.Node, path string) (value *yaml.Node, rest string) {
	index, rest, _ := strings.Cut(path, ".")
	i, err := strconv.Atoi(index)
	if err != nil || i < 0 || i >= len(n.Content) {
		return nil, ""
	}
	return n.Content[i], rest
}
