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
	if !p.con.terminal {
		return
	}
	now := p.con.now()
	if now.Before(p.next) {
		return
	}
	p.next, p.shown = now.Add(progressEvery), true
	fmt.Fprintf(p.con.err, "\r\x1b[K%s: %.0f %%", p.name, 100*done)
}

// clear takes the progress off the terminal.
func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.con.err, "\r\x1b[K")
	}
}
