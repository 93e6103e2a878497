package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// stdinName is what messages call standard input.
const stdinName = "stdin"

// open opens a file, or standard input for "-".
func open(ctx context.Context, con *console, path string) (io.ReadCloser, error) {
	if path == "-" {
		return io.NopCloser(interruptible{ctx, con.in}), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, ofFile(path, err)
	}
	return interruptibleFile{ctx, f}, nil
}

// interruptibleFile is a file that is not read on after the context's end.
type interruptibleFile struct {
	ctx context.Context
	*os.File
}

func (f interruptibleFile) Read(b []byte) (int, error) {
	if f.ctx.Err() != nil {
		return 0, interrupted(f.ctx)
	}
	return f.File.Read(b)
}

// shownPath is what messages call a file.
func shownPath(path string) string {
	if path == "-" {
		return stdinName
	}
	return path
}

// interruptible is a reader whose reads end with the context, which a read of a terminal or pipe would not.
type interruptible struct {
	ctx context.Context
	r   io.Reader
}

func (i interruptible) Read(b []byte) (int, error) {
	type count struct {
		n   int
		err error
	}
	done := make(chan count, 1)
	go func() {
		n, err := i.r.Read(b)
		done <- count{n, err}
	}()
	select {
	case c := <-done:
		return c.n, c.err
	case <-i.ctx.Done():
		return 0, interrupted(i.ctx)
	}
}

// ofFile words an error of opening or reading a file: the file first, then what is wrong.
func ofFile(path string, err error) error {
	var of *fs.PathError
	switch {
	case !errors.As(err, &of):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: no such file", path)
	}
	return fmt.Errorf("%s: %w", path, of.Err)
}
