package dialect

import (
	"fmt"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// Misread tells of the answers that the dialect's own rules take for something else than what they are for: a
// rate_limited that reads as rejected, a down_503 that a client takes for a dead refresh token. A mistake in
// a file, most of the time, but not one that makes it unusable: Parse does not look for it. nil: all is well.
func (d *Dialect) Misread() problem.Errors {
	var errs problem.Errors
	for name := range shapeCount {
		s := &d.shapes[name]
		for op := range Op(opCount) {
			class, sub, judged := s.Name.meaning(op)
			if !judged {
				continue
			}
			for v := range variant(variantCount) {
				r := &s.verdicts[op][v].reading
				if v&^s.uses != 0 || r.Class == class && (sub == NoSub || r.Sub == sub) {
					continue
				}
				errs = append(errs, d.misread(s.Name, op, r, spoken(class, sub)))
				break
			}
		}
	}
	return errs
}

// meaning is what an answer is for: how a call must end that it answers. Not every answer is one to every
// operation.
func (n ShapeName) meaning(op Op) (class Class, sub Sub, judged bool) {
	refresh := op == RefreshToken
	switch n {
	case ShapePage, ShapeWritten, ShapeTested, ShapeToken:
		return OK, NoSub, Op(n) == op
	case ShapeRateLimited:
		return RateLimited, NoSub, !refresh
	case ShapeBadCredentials, ShapeExpiredToken:
		return BadCredentials, NoSub, !refresh
	case ShapeRejected:
		return Rejected, NoSub, !refresh
	case ShapeDeadRefresh:
		return TokenRefreshFailed, Dead, refresh
	case ShapeTransientRefresh:
		return TokenRefreshFailed, Transient, refresh
	case ShapeDown500, ShapeDown502, ShapeDown503, ShapeDown504, ShapeMaintenance, ShapeTruncated, ShapeGarbage,
		ShapeHTML200, ShapeEmpty, ShapeRefused, ShapeReset, ShapeDNS, ShapeTLS, ShapeNoAnswer:
	}
	if refresh {
		return TokenRefreshFailed, Transient, true
	}
	return VendorDown, NoSub, true
}

func (d *Dialect) misread(name ShapeName, op Op, r *Reading, want string) problem.Problem {
	p := problem.Problem{
		What: fmt.Sprintf("%s, answering %s, reads as %s", name, op, spoken(r.Class, r.Sub)), Want: want,
	}
	for i := range d.Facts {
		if f := &d.Facts[i]; f.Path == "shapes."+name.String() {
			p.File, p.Line, p.Col = f.file, f.line, f.col
		}
	}
	return p
}

func spoken(c Class, s Sub) string {
	if s == NoSub {
		return c.String()
	}
	return c.String() + " " + s.String()
}
