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

// Load reads a built-in dialect, NAME, or NAME+VARIANT with one of its switches on, or several of them. The
// error for an unknown name gives the valid ones and the nearest.
//
// Every call makes a Dialect of its own. A Dialect judges its own shapes fast and those of another
// one slowly, so load once for a world.
func Load(name string) (*Dialect, error) {
	d, err := load(name)
	if err != nil {
		return nil, err
	}
	d.judgeAll()
	return d, nil
}

// load reads a built-in dialect; nothing is judged yet.
func load(name string) (*Dialect, error) {
	base, variants, _ := strings.Cut(name, "+")
	data, err := Source(base)
	if err != nil {
		return nil, err
	}
	d, err := parse(base+".yaml", data)
	if err != nil || variants == "" && name == base {
		return d, err
	}
	known := variantNames(d.Variants)
	chosen := strings.Split(variants, "+")
	for _, v := range chosen {
		if !slices.Contains(known, v) {
			return nil, problem.Errors{{
				What: fmt.Sprintf("unknown variant %q of dialect %s", v, base),
				Want: problem.List(known, "or"), Near: problem.Nearest(v, known),
			}}
		}
	}
	d, err = parse(base+".yaml", data, chosen...)
	if err != nil {
		return nil, err
	}
	d.Name = name
	return d, nil
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
