package dialect

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

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

// builtIn keeps the embedded files that somebody asked for, parsed and judged. Each is read once in a
// process: whoever asks for it is given the same, which nobody changes.
//
//nolint:gochecknoglobals // what it gives for a name is the same at every call
var builtIn struct{ parsed, judged shelf }

// shelf keeps dialects by their names.
type shelf struct{ known sync.Map }

// once gives what is kept under a name; what is not is read, by one who asks while the others wait.
func (s *shelf) once(name string, read func() (*Dialect, error)) (*Dialect, error) {
	known, found := s.known.Load(name)
	if !found {
		known, _ = s.known.LoadOrStore(name, sync.OnceValues(read))
	}
	return known.(func() (*Dialect, error))()
}

// Load reads a dialect: a built-in one by its name, or a file by its path, which has a dot or a slash in it.
// NAME+VARIANT has one of the switches on; there may be several. The error for an unknown name gives the
// valid ones and the nearest.
//
// A built-in dialect is the same at every call, and is not to be changed; every other is of its own. A
// Dialect judges its own shapes fast and those of another one slowly, so load once for a world.
func Load(nameOrPath string) (*Dialect, error) {
	if isPath(nameOrPath) {
		return judged(loadFile(nameOrPath))
	}
	read := func() (*Dialect, error) { return judged(load(nameOrPath)) }
	if _, err := fs.Stat(files, nameOrPath+".yaml"); err != nil { // a variant, or unknown
		return read()
	}
	return builtIn.judged.once(nameOrPath, read)
}

// judged lets a dialect that could be read judge its shapes.
func judged(d *Dialect, err error) (*Dialect, error) {
	if err != nil {
		return nil, err
	}
	return d.judged(), nil
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

// load reads a built-in dialect; nothing is judged yet, and nobody may change it.
func load(name string) (*Dialect, error) {
	base, variants, chosen := strings.Cut(name, "+")
	data, err := Source(base)
	if err != nil {
		return nil, err
	}
	file := base + ".yaml"
	d, err := builtIn.parsed.once(base, func() (*Dialect, error) { return parse(file, data) })
	if err != nil || !chosen {
		return d, err
	}
	return d.vary(file, data, variants)
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
	d, err := parse(path, data)
	if err != nil || !chosen {
		return d, err
	}
	return d.vary(path, data, variants)
}

// vary reads the file of a dialect once more, with the variants in force that were chosen, a + between two.
func (d *Dialect) vary(file string, data []byte, variants string) (*Dialect, error) {
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
	varied, err := parse(file, data, names...)
	if err != nil {
		return nil, err
	}
	varied.Name += "+" + variants
	return varied, nil
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
