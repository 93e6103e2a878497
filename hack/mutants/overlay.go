package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// variable is the environment variable that names the mutant of a process.
const variable = "OUTAGEDRILL_MUTANT"

// chooser is the file that an overlay adds to the package.
const chooser = `package %s

import (
	"os"
	"strconv"
)

var mutantOfThisProcess = func() int {
	n, _ := strconv.Atoi(os.Getenv(%q))
	return n
}()

var turnsOfThisStep int

func turnOfLoop() {
	if turnsOfThisStep++; turnsOfThisStep == 10_000_000 {
		panic("a loop without end")
	}
}
`

// The simulator gives up when time stands still. On mutants it does so earlier: no timeline of a test has a
// thousandth of its steps at one instant.
const (
	driver         = "sim/run.go"
	patientGuard   = "stepsAtOnce = 1_000_000_000"
	impatientGuard = "stepsAtOnce = 200_000"
)

// impatient is the simulator with the earlier guard.
func impatient() ([]byte, error) {
	text, err := os.ReadFile(driver)
	if err != nil {
		return nil, err
	}
	if !bytes.Contains(text, []byte(patientGuard)) {
		return nil, fmt.Errorf("%s has no %q", driver, patientGuard)
	}
	return bytes.Replace(text, []byte(patientGuard), []byte(impatientGuard), 1), nil
}

// suffix marks the copy of a function that a mutant changes.
func suffix(id int) string { return "_mutant" + strconv.Itoa(id) }

// overlay writes the package with all mutants in it, and the file that makes the go command read it in
// place of the true one. Each function gets a copy for each of its mutants, and begins by going to the copy
// of this process's mutant. The list of mutants that do not compile comes back.
func (t *tree) overlay(dir string) (file string, bad map[int]string, err error) {
	first, err := t.write(func(*mutant) bool { return true })
	if err != nil {
		return "", nil, err
	}
	if bad, err = t.unviable(first); err != nil {
		return "", nil, err
	}
	texts, err := t.write(func(m *mutant) bool { return bad[m.ID] == "" })
	if err != nil {
		return "", nil, err
	}
	texts[filepath.Join(t.dir, "mutant_of_this_process.go")] = fmt.Appendf(
		nil, chooser, filepath.Base(t.dir), variable)
	if texts[driver], err = impatient(); err != nil {
		return "", nil, err
	}
	replaced := map[string]string{}
	for name, text := range texts {
		to := filepath.Join(dir, strings.ReplaceAll(name, string(filepath.Separator), "-"))
		if err := os.WriteFile(to, text, 0o644); err != nil {
			return "", nil, err
		}
		from, err := filepath.Abs(name)
		if err != nil {
			return "", nil, err
		}
		replaced[from] = to
	}
	list, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		return "", nil, err
	}
	file = filepath.Join(dir, "overlay.json")
	return file, bad, os.WriteFile(file, list, 0o644)
}

// write writes the package's files with some of the mutants.
func (t *tree) write(with func(*mutant) bool) (map[string][]byte, error) {
	texts := map[string][]byte{}
	for name, src := range t.sources {
		byFunc := map[*ast.FuncDecl][]*mutant{}
		for _, m := range t.mutants {
			if m.File == name && with(m) {
				byFunc[m.fn] = append(byFunc[m.fn], m)
			}
		}
		fns := slices.Collect(maps.Keys(byFunc))
		slices.SortFunc(fns, func(a, b *ast.FuncDecl) int { return int(a.Pos() - b.Pos()) })
		var main, copies bytes.Buffer
		done := 0
		for _, fn := range fns {
			body := t.fset.Position(fn.Body.Lbrace).Offset + 1
			goTo, err := dispatch(fn, byFunc[fn])
			if err != nil {
				return nil, err
			}
			main.Write(src[done:body])
			done = t.fset.Position(fn.End()).Offset
			main.WriteString(goTo)
			main.WriteString(apply(src, t.guards(fn), body, done))
			for _, m := range byFunc[fn] {
				copies.WriteString("\n" + t.copyOf(m, src) + "\n")
			}
		}
		main.Write(src[done:])
		texts[name] = append(main.Bytes(), copies.Bytes()...)
	}
	return texts, nil
}

// copyOf is a mutant's function under a name of its own.
func (t *tree) copyOf(m *mutant, src []byte) string {
	at := t.fset.Position(m.fn.Name.End()).Offset
	edits := append([]edit{{at, at, suffix(m.ID)}}, m.edits...)
	for _, g := range t.guards(m.fn) {
		within := func(e edit) bool { return e.from <= g.from && g.from < e.to }
		if !slices.ContainsFunc(m.edits, within) {
			edits = append(edits, g)
		}
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return a.from - b.from })
	return apply(src, edits, t.fset.Position(m.fn.Type.Func).Offset, t.fset.Position(m.fn.End()).Offset)
}

// guards make a loop that does not end panic: a mutant shall die of what it does, not of a clock.
func (t *tree) guards(fn *ast.FuncDecl) []edit {
	var list []edit
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		if loop, ok := n.(*ast.ForStmt); ok {
			at := t.fset.Position(loop.Body.Lbrace).Offset + 1
			list = append(list, edit{at, at, " turnOfLoop(); "})
		}
		return true
	})
	if fn.Name.Name == "Step" {
		at := t.fset.Position(fn.Body.Lbrace).Offset + 1
		list = append(list, edit{at, at, " turnsOfThisStep = 0; "})
	}
	return list
}

// apply makes edits, which are in order, in a range of a file.
func apply(src []byte, edits []edit, from, to int) string {
	var out strings.Builder
	for _, e := range edits {
		out.Write(src[from:e.from])
		out.WriteString(e.text)
		from = e.to
	}
	out.Write(src[from:to])
	return out.String()
}

// dispatch is the statement that goes to the copy of this process's mutant.
func dispatch(fn *ast.FuncDecl, list []*mutant) (string, error) {
	call := fn.Name.Name
	if fn.Recv != nil {
		if len(fn.Recv.List[0].Names) == 0 {
			return "", fmt.Errorf("%s: its receiver has no name", call)
		}
		call = fn.Recv.List[0].Names[0].Name + "." + call
	}
	var args []string
	for _, p := range fn.Type.Params.List {
		for _, n := range p.Names {
			arg := n.Name
			if _, variadic := p.Type.(*ast.Ellipsis); variadic {
				arg += "..."
			}
			args = append(args, arg)
		}
		if len(p.Names) == 0 || slices.Contains(args, "_") {
			return "", errors.New(call + ": a parameter has no name")
		}
	}
	var out strings.Builder
	out.WriteString(" switch mutantOfThisProcess {")
	for _, m := range list {
		to := call + suffix(m.ID) + "(" + strings.Join(args, ", ") + ")"
		if fn.Type.Results != nil {
			fmt.Fprintf(&out, " case %d: return %s;", m.ID, to)
		} else {
			fmt.Fprintf(&out, " case %d: %s; return;", m.ID, to)
		}
	}
	out.WriteString(" }; ")
	return out.String(), nil
}

// unviable tells which mutants do not compile, and why.
func (t *tree) unviable(texts map[string][]byte) (map[int]string, error) {
	texts[filepath.Join(t.dir, "mutant_of_this_process.go")] = []byte(
		"package " + filepath.Base(t.dir) + "\n\n" +
			"var mutantOfThisProcess, turnsOfThisStep int\n\nfunc turnOfLoop() {}\n")
	var files []*ast.File
	copies := map[*ast.FuncDecl]int{}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		file, err := parser.ParseFile(t.fset, name, texts[name], 0)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
		for _, d := range file.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if _, id, mutated := strings.Cut(fn.Name.Name, "_mutant"); mutated {
				copies[fn], _ = strconv.Atoi(id)
			}
		}
	}
	bad := map[int]string{}
	var outside error
	_, err := t.check(files, func(e types.Error) {
		for fn, id := range copies {
			if fn.Pos() <= e.Pos && e.Pos < fn.End() {
				bad[id] = e.Msg
				return
			}
		}
		outside = e
	})
	return bad, errors.Join(err, outside)
}
