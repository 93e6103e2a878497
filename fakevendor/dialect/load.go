package dialect

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/internal/problem"
)

//go:embed *.yaml
var files embed.FS

// Names lists the built-in dialects in alphabetical order.
func Names() []string {
	entries, err := files.ReadDir(".")
	if err != nil {
		panic("dialect: embedded files: " + err.Error())
	}
	var names []string
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".yaml"))
	}
	slices.Sort(names)
	return names
}

// Load reads a built-in dialect. The error for an unknown name gives the valid ones and the nearest.
//
// Every call makes a Dialect of its own. A Dialect judges its own shapes fast and those of another
// one slowly, so load once for a world.
func Load(name string) (*Dialect, error) {
	data, err := Source(name)
	if err != nil {
		return nil, err
	}
	return Parse(name+".yaml", data)
}

// Source gives the text of a built-in dialect, for who wants to reword it. The error for an unknown name
// gives the valid ones and the nearest.
func Source(name string) ([]byte, error) {
	names := Names()
	if !slices.Contains(names, name) {
		return nil, problem.Errors{{
			What: fmt.Sprintf("unknown dialect %q", name),
			Want: problem.List(names, "or"),
			Near: problem.Nearest(name, names),
		}}
	}
	data, err := files.ReadFile(name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("dialect %s: %w", name, err)
	}
	return data, nil
}

// Shape gives the dialect's answer of that name: always the same pointer.
func (d *Dialect) Shape(name ShapeName) *Shape { return &d.shapes[name] }
