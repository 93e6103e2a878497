package dialect

import (
	"fmt"
	"slices"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// Lint parses a dialect file and looks for answers that are misread, its variants' too. The error is a
// problem.Errors with everything that is wrong.
func Lint(file string, data []byte) (*Dialect, error) {
	d, err := Parse(file, data)
	if err != nil {
		return nil, err
	}
	errs := d.Misread()
	for _, v := range d.Variants {
		varied, err := parse(file, data, v.Name)
		if err != nil {
			return nil, err
		}
		for _, p := range varied.judged().Misread() {
			if !slices.Contains(errs, p) {
				errs = append(errs, p)
			}
		}
	}
	if errs != nil {
		return nil, errs
	}
	return d, nil
}

// Misread tells of the answers that the dialect's own rules take for something else than what they are for: a
// rate_limited that reads as rejected, a down_503 that a client takes for a dead refresh token. A mistake in
// a file, most of the time, but not one that makes it unusable: Parse does not look for it. nil: all is well.
func (d *Dialect) Misread() problem.Errors {
	var errs problem.Errors
	look := func(s *Shape, title, path string) {
		for op := range Op(opCount) {
			if read, want := s.misread(op); read != "" {
				errs = append(errs, d.misread(title, path, op, read, want))
			}
		}
	}
	for name := range shapeCount {
		look(&d.shapes[name], name.String(), "shapes."+name.String())
	}
	for i := range d.Limits {
		if l := &d.Limits[i]; l.Answer != nil {
			look(l.Answer, "the answer of limit "+l.Name, "limits."+l.Name+".answer")
		}
	}
	return errs
}

// misread says what an answer reads as, and what it should, in the first of its forms that goes wrong; ""
// when none does.
func (s *Shape) misread(op Op) (read, want string) {
	class, sub, judged := s.Name.meaning(op)
	found := s.judged()
	for v := range variant(variantCount) {
		verdict := &found.verdicts[op][v]
		r := &verdict.reading
		waits := v&withRetryAfter != 0 || s.uses&withRetryAfter == 0 // a limit always knows when to come back
		switch {
		case found.swayed[op]&(1<<v) != 0 && (waits || !s.limits):
			return "another thing with quota headers than without", "the same"
		case !judged || v&^s.uses != 0:
		case r.Class != class || sub != NoSub && r.Sub != sub:
			return spoken(r.Class, r.Sub), spoken(class, sub)
		case verdict.carries&carryOdd != 0:
			return "a wait of " + r.RetryAfter.String(), sampleWait.String() + ", which it says"
		}
	}
	return "", ""
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
	case ShapeDown500, ShapeDown502, ShapeDown503, ShapeDown504, ShapeMaintenance, ShapeTruncated,
		ShapeGarbage, ShapeHTML200, ShapeEmpty, ShapeRefused, ShapeReset, ShapeDNS, ShapeTLS, ShapeNoAnswer,
		shapeCount:
	}
	if refresh {
		return TokenRefreshFailed, Transient, true
	}
	return VendorDown, NoSub, true
}

func (d *Dialect) misread(title, path string, op Op, read, want string) problem.Problem {
	p := problem.Problem{What: fmt.Sprintf("%s, answering %s, reads as %s", title, op, read), Want: want}
	for i := range d.Facts {
		if f := &d.Facts[i]; f.Path == path {
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
