package timeline

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v4"
)

// The limits of a timeline file. Each is checked before the memory that it guards is spent.
const (
	maxBytes    = 16 << 20
	maxNames    = 200_000
	maxExpanded = 1_000_000 // values that aliases stand for
	maxValues   = 1_000_000 // values in the file, and valuesPerName more for each name

	valuesPerName = 16
	smallFile     = 256 << 10 // too small to break maxNames or maxValues
)

// census counts the names and values of a big file roughly, without building anything, so that a file
// of a million jobs is refused at once. It knows comments, quotes and flow collections; where it is
// led astray by odd layout it counts too little, and the exact count comes after.
type census struct {
	names, values int

	section     bool // inside a section of names
	indent      int  // of the section's entries; -1 until the first
	flow        int  // depth of flow collections
	sectionFlow int  // depth at which the section's flow mapping holds its names; 0 none
}

// overflow returns what limit the data breaks, and where; "" if none.
func (c *census) overflow(data []byte) (what string, offset int) {
	for start := 0; start < len(data); {
		end := start + bytes.IndexByte(data[start:], '\n')
		if end < start {
			end = len(data)
		}
		c.line(data[start:end])
		if c.names > maxNames {
			return tooManyNames, start
		}
		if c.values > maxValues+valuesPerName*c.names {
			return tooManyValues, start
		}
		start = end + 1
	}
	return "", 0
}

const (
	tooManyNames  = "more than 200,000 names"
	tooManyValues = "more than 1,000,000 values"
)

func (c *census) line(line []byte) {
	text := bytes.TrimLeft(line, " ")
	indent := len(line) - len(text)
	if len(text) == 0 || text[0] == '#' || text[0] == '\r' {
		return
	}
	if c.flow == 0 {
		c.values++
		if indent == 0 && text[0] != '-' {
			key, _, _ := bytes.Cut(text, []byte{':'})
			c.section, c.indent, c.sectionFlow = isNameSection(string(bytes.Trim(key, `"'`))), -1, 0
		} else if c.section {
			if c.indent < 0 {
				c.indent = indent
			}
			if indent == c.indent {
				c.names++
			}
		}
	}
	c.scan(text, indent == 0)
}

// isNameSection tells whether a section's entries are names.
func isNameSection(key string) bool {
	switch key {
	case "environments", "applications", "connections", "flows", "polling_jobs":
		return true
	}
	return false
}

// scan counts the values within a line and follows its flow collections.
func (c *census) scan(text []byte, top bool) {
	quote, last := byte(0), byte(' ') // last: the last byte that is no space
	for i, b := range text {
		if quote != 0 {
			if b == quote {
				quote = 0
			}
			continue
		}
		begins := last == ' ' || strings.IndexByte(":-,[{?", last) >= 0
		switch {
		case b == '#' && (i == 0 || text[i-1] == ' '):
			return
		case (b == '"' || b == '\'') && begins:
			quote = b
		case b == ':' && (i+1 == len(text) || text[i+1] == ' '), b == '*' && begins:
			c.values++
		default:
			c.bracket(b, begins, top)
		}
		if b != ' ' {
			last = b
		}
	}
}

// bracket follows the flow collections: [ and { open one where a value begins or within another, a comma
// parts its values. One that opens at the top level of a section holds names.
func (c *census) bracket(b byte, begins, top bool) {
	switch {
	case (b == '[' || b == '{') && (begins || c.flow > 0):
		c.values++
		if c.flow++; top && c.section && c.flow == 1 {
			c.sectionFlow, c.names = 1, c.names+1
		}
	case (b == ']' || b == '}') && c.flow > 0:
		c.flow--
	case b == ',' && c.flow > 0:
		c.values++
		if c.flow == c.sectionFlow {
			c.names++
		}
	}
}

// aliases adds up the values that the aliases of a document stand for.
type aliases struct {
	sizes map[*yaml.Node]int // of anchored values; -1 while being counted
	total int
	first *yaml.Node // the first alias
	loop  *yaml.Node // an alias within the value that it stands for
}

func newAliases() *aliases { return &aliases{sizes: map[*yaml.Node]int{}} }

// count is the size of n with its aliases written out, at most a little above maxExpanded.
func (a *aliases) count(n *yaml.Node) int {
	if n.Kind == yaml.AliasNode {
		return a.expand(n)
	}
	size := 1
	for _, c := range n.Content {
		if size += a.count(c); size > 2*maxBytes {
			size = 2 * maxBytes
		}
	}
	return size
}

func (a *aliases) expand(n *yaml.Node) int {
	if a.first == nil {
		a.first = n
	}
	size, known := a.sizes[n.Alias]
	if size < 0 {
		a.loop = n
		return 1
	}
	if !known {
		a.sizes[n.Alias] = -1
		size = a.count(n.Alias)
		a.sizes[n.Alias] = size
	}
	a.total = min(a.total+size, 2*maxBytes)
	return size
}
