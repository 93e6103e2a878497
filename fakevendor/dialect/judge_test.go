package dialect_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

func params(t *rapid.T) dialect.Params {
	first := rapid.Int64Range(1, 1<<40).Draw(t, "first")
	wait := rapid.Int64Range(0, 1<<32).Draw(t, "wait")
	return dialect.Params{
		First: first, Last: first + rapid.Int64Range(-1, 5).Draw(t, "records"),
		More:          rapid.Bool().Draw(t, "more"),
		HasRetryAfter: rapid.Bool().Draw(t, "has retry-after"),
		RetryAfter:    time.Duration(wait) * time.Second,
		Access:        rapid.Uint32().Draw(t, "access"),
		Refresh:       rapid.OneOf(rapid.Just(uint32(0)), rapid.Uint32()).Draw(t, "refresh"),
		ExpiresIn:     time.Duration(rapid.Int64Range(0, 1<<55).Draw(t, "expires in")),
		Now:           rapid.Int64Range(0, 1<<61).Draw(t, "now"),
		Resource:      rapid.String().Draw(t, "resource"),
		Connection:    rapid.String().Draw(t, "connection"),
	}
}

// quotas draws what quota headers tell of some of the dialect's limits.
func quotas(t *rapid.T, d *dialect.Dialect) []dialect.Quota {
	var all []dialect.Quota
	for i := range d.Limits {
		if l := &d.Limits[i]; rapid.Bool().Draw(t, "told") {
			all = append(all, dialect.Quota{
				Limit: l, Used: rapid.Int64Range(0, l.Capacity()+3).Draw(t, "used"),
				Reset: rapid.Int64Range(0, 1<<61).Draw(t, "reset"),
			})
		}
	}
	return all
}

// answers gives every answer of a dialect, those of its limits too.
func answers(d *dialect.Dialect) []*dialect.Shape {
	var all []*dialect.Shape
	for s := range dialect.ShapeName(shapes) {
		all = append(all, d.Shape(s))
	}
	for i := range d.Limits {
		if own := d.Limits[i].Answer; own != nil {
			all = append(all, own)
		}
	}
	return all
}

// The fast path is true: for every operation, shape and random Params Judge equals Read(Render).
func TestJudgeIsReadOfRender(t *testing.T) {
	dated := []string{"Retry-After: $retry_after}", "Retry-After: $retry_after_date}"}
	epoch := []string{
		"Retry-After: $retry_after}", "X-Reset: $retry_after_epoch}",
		"header: Retry-After, as: http", "header: X-Reset, as: epoch",
	}
	dialects := every(t)
	dialects["dated"], dialects["epoch"] = variant(t, dated...), variant(t, epoch...)
	for form, hole := range map[string]string{
		"seconds": "$retry_after_decimal", "milliseconds": "$retry_after_ms", "iso8601": "$retry_after_iso",
	} {
		dialects[form] = variant(t, "Retry-After: $retry_after}", "Retry-After: "+hole+"}", "as: http", "as: "+form)
	}
	names := slices.Sorted(maps.Keys(dialects))
	for i, name := range append(names, "any of them") { // variants are drawn: there are many
		if strings.Contains(name, "+") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				d := dialects[name]
				if i == len(names) {
					d = dialects[rapid.SampledFrom(names).Draw(t, "dialect")]
				}
				p := params(t)
				p.Quotas = quotas(t, d)
				var a dialect.Answer
				for _, s := range answers(d) {
					s.Render(&p, &a)
					for op := dialect.ReadPage; op <= dialect.RefreshToken; op++ {
						if diff := cmp.Diff(d.Read(op, &a), d.Judge(op, s, &p)); diff != "" {
							t.Fatalf("%s, %s (-read +judged):\n%s", op, s.Name, diff)
						}
					}
				}
			})
		})
	}
}

// A reading rule changed in the data file changes the fast path.
func TestJudgeFollowsTheRules(t *testing.T) {
	p := dialect.Params{HasRetryAfter: true, RetryAfter: 30 * time.Second}
	changed := variant(t, "{when: {status: 429}, class: rate_limited", "{when: {status: 429}, class: rejected")
	got := changed.Judge(dialect.ReadPage, changed.Shape(dialect.ShapeRateLimited), &p)
	want := dialect.Reading{Class: dialect.Rejected, Status: 429, RetryAfter: 30 * time.Second}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A shape of another dialect is read by this dialect's rules.
func TestJudgeOfAForeignShape(t *testing.T) {
	deaf := variant(t, "{when: {status: 429}, class: rate_limited", "{when: {status: 429}, class: rejected")
	got := deaf.Judge(dialect.ReadPage, generic(t).Shape(dialect.ShapeRateLimited), &dialect.Params{})
	if got.Class != dialect.Rejected {
		t.Errorf("class %s, want rejected", got.Class)
	}
}

func TestShapeIsInterned(t *testing.T) {
	d := generic(t)
	if first, second := d.Shape(dialect.ShapePage), d.Shape(dialect.ShapePage); first != second {
		t.Error("two pointers for one shape")
	}
	if got := d.Shape(dialect.ShapeTLS).Name; got != dialect.ShapeTLS {
		t.Errorf("shape named %s", got)
	}
}

// A dialect is read-only after loading: the race detector watches.
func TestJudgeConcurrently(t *testing.T) {
	d := generic(t)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for s := range dialect.ShapeName(shapes) {
				d.Judge(dialect.ReadPage, d.Shape(s), &dialect.Params{First: 1, Last: 2})
			}
		})
	}
	wait.Wait()
}

func TestJudgeAllocatesNothing(t *testing.T) {
	d := generic(t)
	p := dialect.Params{First: 1, Last: 100, More: true}
	page := d.Shape(dialect.ShapePage)
	if n := testing.AllocsPerRun(100, func() { d.Judge(dialect.ReadPage, page, &p) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkJudge(b *testing.B) {
	d := generic(b)
	p := dialect.Params{First: 1, Last: 100, More: true}
	page := d.Shape(dialect.ShapePage)
	var sum int64
	for b.Loop() {
		r := d.Judge(dialect.ReadPage, page, &p)
		sum += r.Last
	}
	if sum == 0 {
		b.Fatal("nothing read")
	}
}

func BenchmarkReadOfRender(b *testing.B) {
	d := generic(b)
	p := dialect.Params{First: 1, Last: 10, More: true, Resource: "contacts"}
	var a dialect.Answer
	for b.Loop() {
		d.Shape(dialect.ShapePage).Render(&p, &a)
		d.Read(dialect.ReadPage, &a)
	}
}

// BenchmarkParse reads all built-in files, as a start with all of them does.
func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for _, name := range dialect.Names() {
			source, err := dialect.Source(name)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := dialect.Parse(name+".yaml", source); err != nil {
				b.Fatal(err)
			}
		}
	}
}
