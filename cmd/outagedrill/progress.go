package main

import (
	"fmt"
	"time"
)

// Progress is shown after this long, and then so often.
const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
)

// progress shows how far a run has come on a terminal, once it takes longer than a second.
type progress struct {
	con   *console
	name  string
	next  time.Time // when to write
	shown bool
}

func newProgress(con *console, name string) *progress {
	return &progress{con: con, name: name, next: con.now().Add(progressAfter)}
}

// show tells the share that is done, from 0 to 1.
func (p *progress) show(done float64) {
	p.write(func() string { return fmt.Sprintf("%.0f %%", 100*done) })
}

// write writes how far the work has come, if that is due.
func (p *progress) write(text func() string) {
	if !p.con.terminal {
		return
	}
	now := p.con.now()
	if now.Before(p.next) {
		return
	}
	p.next, p.shown = now.Add(progressEvery), true
	fmt.Fprintf(p.con.err, "\r\x1b[K%s: %s", p.name, text())
}

// count tells how many of several scenarios are done, and how many of those failed.
func (p *progress) count(done, of, failed int) {
	p.write(func() string {
		text := fmt.Sprintf("%d of %s", done, plural(of, "scenario"))
		if failed > 0 {
			text += fmt.Sprintf(", %d failed", failed)
		}
		return text
	})
}

// clear takes the progress off the terminal.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.con.err, "\r\x1b[K")
	}
}
