package main

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// mutant is one change of one function.
type mutant struct {
	ID     int    `json:"-"`    // from 1, in the order of the files
	File   string `json:"file"` // engine/call.go
	Line   int    `json:"line"`
	Func   string `json:"func"`
	Kind   string `json:"kind"`
	Source string `json:"source"` // the line that is changed
	Change string `json:"change"` // a < b → a <= b

	fn    *ast.FuncDecl
	edits []edit // of the file, in its order
}

// edit replaces a range of a file.
type edit struct {
	from, to int // bytes
	text     string
}

// key finds a mutant again after lines were added above it. No two have the same.
func (m *mutant) key() string { return m.File + " | " + m.Func + " | " + m.Source + " | " + m.Change }

// nameOf is a function's name, a method's with its type before it: unique in a file.
func nameOf(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return fn.Name.Name
	}
	of := fn.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	return types.ExprString(of) + "." + fn.Name.Name
}

// finder finds the mutants of a file.
type finder struct {
	fset *token.FileSet
	info *types.Info
	name string
	src  []byte
	fn   *ast.FuncDecl
	list []*mutant
}

func (f *finder) file(tree *ast.File) {
	for _, d := range tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil {
			f.fn = fn
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				f.node(n)
				return true
			})
		}
	}
}

func (f *finder) node(n ast.Node) {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		f.binary(n)
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			f.replace("negation", n, f.raw(n.X))
		}
	case *ast.IfStmt:
		f.condition(n.Cond)
		if other, ok := n.Else.(*ast.BlockStmt); ok {
			f.swap(n, span{n.Body.Pos(), n.Body.End()}, span{other.Pos(), other.End()})
		}
	case *ast.ForStmt:
		f.condition(n.Cond)
	case *ast.SwitchStmt:
		f.cases(n)
	case *ast.BasicLit:
		f.number(n)
	case *ast.Ident:
		f.ident(n)
	case *ast.ExprStmt:
		f.remove(n)
	case *ast.AssignStmt:
		f.assignment(n)
	case *ast.IncDecStmt:
		f.remove(n)
		opposite := map[token.Token]string{token.INC: "--", token.DEC: "++"}
		f.replace("arithmetic", n, f.text(n.X)+opposite[n.Tok])
	case *ast.ReturnStmt:
		f.results(n)
	case *ast.BranchStmt:
		if n.Label == nil && n.Tok == token.BREAK {
			f.replace("branch", n, "continue")
		}
		if n.Label == nil && n.Tok == token.CONTINUE {
			f.replace("branch", n, "break")
		}
	}
}

// binary changes the operator of an expression.
func (f *finder) binary(n *ast.BinaryExpr) {
	with := func(kind string, op token.Token) {
		f.replace(kind, n, f.raw(n.X)+" "+op.String()+" "+f.raw(n.Y))
	}
	opposite := map[token.Token]token.Token{
		token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
		token.EQL: token.NEQ, token.NEQ: token.EQL,
	}
	beside := map[token.Token]token.Token{
		token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR,
	}
	if op, ok := opposite[n.Op]; ok {
		with("negation", op)
	}
	if op, ok := beside[n.Op]; ok {
		with("boundary", op)
	}
	logic := map[token.Token]token.Token{token.LAND: token.LOR, token.LOR: token.LAND}
	if op, ok := logic[n.Op]; ok {
		with("logic", op)
	}
	if !f.is(n, types.IsNumeric) {
		return
	}
	arithmetic := map[token.Token]token.Token{
		token.ADD: token.SUB, token.SUB: token.ADD, token.MUL: token.QUO, token.QUO: token.MUL,
	}
	if op, ok := arithmetic[n.Op]; ok {
		with("arithmetic", op)
	}
}

// condition negates a condition whose operator binary does not turn round.
func (f *finder) condition(cond ast.Expr) {
	switch c := cond.(type) {
	case nil:
		return
	case *ast.UnaryExpr:
		return
	case *ast.BinaryExpr:
		if c.Op != token.LAND && c.Op != token.LOR {
			return
		}
	}
	f.replace("negation", cond, "!("+f.raw(cond)+")")
}

// cases negates the conditions of a switch, and lets neighbours swap what they do.
func (f *finder) cases(n *ast.SwitchStmt) {
	list := n.Body.List
	for i := range list {
		c := list[i].(*ast.CaseClause)
		if n.Tag == nil {
			for _, cond := range c.List {
				f.condition(cond)
			}
		}
		if i > 0 {
			before := list[i-1].(*ast.CaseClause)
			f.swap(c, span{before.Colon + 1, before.End()}, span{c.Colon + 1, c.End()})
		}
	}
}

// number puts a whole number off by one.
func (f *finder) number(n *ast.BasicLit) {
	i, err := strconv.ParseInt(n.Value, 0, 64)
	if n.Kind != token.INT || err != nil {
		return
	}
	f.replace("constant", n, strconv.FormatInt(i+1, 10))
	if i > 0 {
		f.replace("constant", n, strconv.FormatInt(i-1, 10))
	}
}

// ident turns true and false round, and min and max.
func (f *finder) ident(n *ast.Ident) {
	other := map[string]string{"true": "false", "false": "true", "min": "max", "max": "min"}[n.Name]
	if use := f.info.Uses[n]; other != "" && use != nil && use.Parent() == types.Universe {
		f.replace("constant", n, other)
	}
}

func (f *finder) assignment(n *ast.AssignStmt) {
	if n.Tok == token.DEFINE {
		return
	}
	f.remove(n)
	op := map[token.Token]string{token.ADD_ASSIGN: "-=", token.SUB_ASSIGN: "+="}[n.Tok]
	if op != "" && f.is(n.Lhs[0], types.IsNumeric) {
		f.replace("arithmetic", n, f.raw(n.Lhs[0])+" "+op+" "+f.raw(n.Rhs[0]))
	}
}

// results returns constants in place of what a function found out, or does not return at all.
func (f *finder) results(n *ast.ReturnStmt) {
	if len(n.Results) == 0 {
		f.remove(n)
	}
	for _, r := range n.Results {
		var constants []string
		switch t := f.info.TypeOf(r); {
		case f.info.Types[r].IsNil(), t == nil:
		case f.is(r, types.IsBoolean):
			constants = []string{"true", "false"}
		case f.is(r, types.IsNumeric):
			constants = []string{"0"}
		case f.is(r, types.IsString):
			constants = []string{`""`}
		case types.IsInterface(t):
			constants = []string{"nil"}
		default:
			switch t.Underlying().(type) {
			case *types.Slice, *types.Pointer, *types.Map:
				constants = []string{"nil"}
			}
		}
		for _, c := range constants {
			if _, literal := r.(*ast.BasicLit); !literal && f.text(r) != "true" && f.text(r) != "false" {
				f.replace("returned", r, c)
			}
		}
	}
}

// is tells whether an expression is of a basic kind.
func (f *finder) is(n ast.Expr, kind types.BasicInfo) bool {
	t := f.info.TypeOf(n)
	if t == nil {
		return false
	}
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&kind != 0
}

func (f *finder) remove(n ast.Node) {
	f.add("removal", n, "removed: "+f.text(n), edit{f.at(n.Pos()), f.at(n.End()), ""})
}

func (f *finder) replace(kind string, n ast.Node, text string) {
	f.add(kind, n, f.text(n)+" → "+words(text), edit{f.at(n.Pos()), f.at(n.End()), text})
}

// span is a range of positions.
type span struct{ from, to token.Pos }

// swap lets two ranges change places.
func (f *finder) swap(n ast.Node, a, b span) {
	first := string(f.src[f.at(a.from):f.at(a.to)])
	second := string(f.src[f.at(b.from):f.at(b.to)])
	if strings.TrimSpace(first) == strings.TrimSpace(second) {
		return
	}
	f.add("branch", n, "swapped: "+words(first)+" ↔ "+words(second),
		edit{f.at(a.from), f.at(a.to), second}, edit{f.at(b.from), f.at(b.to), first})
}

func (f *finder) add(kind string, n ast.Node, change string, edits ...edit) {
	from := f.at(n.Pos())
	begin := strings.LastIndexByte(string(f.src[:from]), '\n') + 1
	line, _, _ := strings.Cut(string(f.src[begin:]), "\n")
	m := &mutant{
		File: f.name, Line: f.fset.Position(n.Pos()).Line, Func: nameOf(f.fn), Kind: kind,
		Source: strings.TrimSpace(line), Change: change, fn: f.fn, edits: edits,
	}
	for _, other := range f.list {
		if other.key() == m.key() {
			m.Change += " (again)"
		}
	}
	f.list = append(f.list, m)
}

func (f *finder) at(p token.Pos) int { return f.fset.Position(p).Offset }

func (f *finder) raw(n ast.Node) string { return string(f.src[f.at(n.Pos()):f.at(n.End())]) }

func (f *finder) text(n ast.Node) string { return words(f.raw(n)) }

// words writes a piece of source on one line.
func words(source string) string {
	var lines []string
	for line := range strings.Lines(source) {
		line, _, _ = strings.Cut(line, " // ")
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.TrimSpace(strings.Join(lines, " "))
}

// String tells where a mutant is and what it changes.
func (m *mutant) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", m.File, m.Line, m.Kind, m.Change)
}
