package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// tree is the package that is mutated.
type tree struct {
	dir     string // engine, from the module's root
	fset    *token.FileSet
	sources map[string][]byte // by path from the root
	exports map[string]string // files of compiled imports
	mutants []*mutant
}

// read parses package engine and finds its mutants. It is run at the root of the module.
func read() (*tree, error) {
	t := &tree{dir: "engine", fset: token.NewFileSet(), sources: map[string][]byte{}}
	if err := t.compileImports(); err != nil {
		return nil, err
	}
	names, err := filepath.Glob(filepath.Join(t.dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if t.sources[name], err = os.ReadFile(name); err != nil {
			return nil, err
		}
		file, err := parser.ParseFile(t.fset, name, t.sources[name], parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	info, err := t.check(files, nil)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		name := t.fset.Position(file.Package).Filename
		f := finder{fset: t.fset, info: info, name: name, src: t.sources[name]}
		f.file(file)
		slices.SortStableFunc(f.list, func(a, b *mutant) int { return a.Line - b.Line })
		t.mutants = append(t.mutants, f.list...)
	}
	if err := t.plant(files); err != nil {
		return nil, err
	}
	for i, m := range t.mutants {
		m.ID = i + 1
	}
	return t, nil
}

// compileImports asks the go command for the compiled imports.
func (t *tree) compileImports() error {
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}", "./"+t.dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	t.exports = map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), " ")
		t.exports[path] = file
	}
	return nil
}

// check type-checks the package. Without a place for them, errors end it.
func (t *tree) check(files []*ast.File, failed func(types.Error)) (*types.Info, error) {
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}, Uses: map[*ast.Ident]types.Object{}}
	open := func(path string) (io.ReadCloser, error) { return os.Open(t.exports[path]) }
	conf := types.Config{Importer: importer.ForCompiler(t.fset, "gc", open)}
	if failed != nil {
		conf.Error = func(err error) {
			if e := (types.Error{}); errors.As(err, &e) {
				failed(e)
			}
		}
	}
	_, err := conf.Check(t.dir, t.fset, files, info)
	if failed != nil {
		err = nil
	}
	return info, err
}

// plant adds the mutants that were thought up by hand.
func (t *tree) plant(files []*ast.File) error {
	for _, p := range planted() {
		src := t.sources[p.file]
		if n := bytes.Count(src, []byte(p.old)); n != 1 {
			return fmt.Errorf("planted mutant %q: its text stands %d times in %s (want once)",
				p.name, n, p.file)
		}
		from := bytes.Index(src, []byte(p.old))
		m := &mutant{
			File: p.file, Line: 1 + bytes.Count(src[:from], []byte("\n")), Kind: "planted",
			Source: words(p.old), Change: p.name, edits: []edit{{from, from + len(p.old), p.changed}},
		}
		for _, file := range files {
			for _, d := range file.Decls {
				begin, end := t.fset.Position(d.Pos()), t.fset.Position(d.End())
				fn, ok := d.(*ast.FuncDecl)
				if ok && begin.Filename == p.file && begin.Offset <= from && from+len(p.old) <= end.Offset {
					m.fn, m.Func = fn, nameOf(fn)
				}
			}
		}
		if m.fn == nil {
			return fmt.Errorf("planted mutant %q: its text is not inside one function", p.name)
		}
		t.mutants = append(t.mutants, m)
	}
	return nil
}
