package dialect

import (
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

// Load reads a dialect: a built-in one by its name, or a file by its path, which has a dot or a slash in it.
// NAME+VARIANT has one of the switches on; there may be several. The error for an unknown name gives the
// valid ones and the nearest.
//
// Every call makes a Dialect of its own. A Dialect judges its own shapes fast and those of another
// one slowly, so load once for a world.
func Load(nameOrPath string) (*Dialect, error) {
	read := load
	if isPath(nameOrPath) {
		read = loadFile
	}
	d, err := read(nameOrPath)
	if err != nil {
		return nil, err
	}
	d.judgeAll()
	return d, nil
}

// Beside is what to load for the dialect that a file names: a path counts from the folder of that file.
func Beside(file, nameOrPath string) string {
	if !isPath(nameOrPath) || filepath.IsAbs(nameOrPath) {
		return nameOrPath
	}
	return filepath.Join(filepath.Dir(file), nameOrPath)
}

// isPath tells a file from a built-in dialect.
func isPath(name string) bool { return strings.ContainsAny(name, `./\`) }

// load reads a built-in dialect; nothing is judged yet.
func load(name string) (*Dialect, error) {
	base, variants, chosen := strings.Cut(name, "+")
	data, err := Source(base)
	if err != nil {
		return nil, err
	}
	return vary(base+".yaml", data, variants, chosen)
}

// loadFile reads a dialect file; nothing is judged yet.
func loadFile(name string) (*Dialect, error) {
	path, variants, chosen := name, "", false
	if before, after, ok := strings.Cut(name, ".yaml+"); ok {
		path, variants, chosen = before+".yaml", after, true
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("dialect file: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read from
	data, err := io.ReadAll(io.LimitReader(f, MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("dialect file: %w", err)
	}
	return vary(path, data, variants, chosen)
}

// vary parses a dialect and puts the variants in force that were chosen, with a + between two.
func vary(file string, data []byte, variants string, chosen bool) (*Dialect, error) {
	d, err := parse(file, data)
	if err != nil || !chosen {
		return d, err
	}
	known := variantNames(d.Variants)
	names := strings.Split(variants, "+")
	for _, v := range names {
		if !slices.Contains(known, v) {
			return nil, problem.Errors{{
				What: fmt.Sprintf("unknown variant %q of dialect %s", v, d.Name),
				Want: problem.List(known, "or"), Near: problem.Nearest(v, known),
			}}
		}
	}
	if d, err = parse(file, data, names...); err != nil {
		return nil, err
	}
	d.Name += "+" + variants
	return d, nil
}

// Source gives the text of a built-in dialect, for who wants to reword it. The error for an unknown name
// gives the valid ones and the nearest.
func Source(name string) ([]byte, error) {
	names := Names()
	if !slices.Contains(names, name) {
		return nil, problem.Errors{{
			What: fmt.Sprintf("unknown dialect %q", name),
			Want: problem.List(append(slices.Clone(names), "the path of a dialect file"), "or"),
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
