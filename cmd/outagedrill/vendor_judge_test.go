package main

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// startVendor serves vendors whose clock stands still until the script ends, and sets $ADMIN to the tester's
// API and $VENDOR to the first of them.
func startVendor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: vendor CONFIG|DIALECT…")
	}
	read, write := io.Pipe()
	ctx, stop := context.WithCancel(context.Background())
	var complaints strings.Builder
	con := &console{out: write, err: &complaints, now: time.Now, hidden: &hiddenFiles{}}
	for i := range args {
		if strings.HasSuffix(args[i], ".yaml") {
			args[i] = ts.MkAbs(args[i])
		}
	}
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, con, append([]string{"vendor", "--listen", "127.0.0.1:0", "--frozen"}, args...))
		_ = write.Close()
	}()
	ts.Defer(func() {
		stop()
		go io.Copy(io.Discard, read) //nolint:errcheck // it ends when the vendor does
		if code := <-ended; code != 0 {
			ts.Fatalf("vendor exited with status %d: %s", code, complaints.String())
		}
	})
	for lines := bufio.NewScanner(read); lines.Scan(); {
		url := regexp.MustCompile(`http://\S+`).FindString(lines.Text())
		switch {
		case strings.HasPrefix(lines.Text(), "admin"):
			ts.Setenv("ADMIN", url)
			return
		case url != "" && ts.Getenv("VENDOR") == "":
			ts.Setenv("VENDOR", url)
		}
	}
	ts.Fatalf("the vendor did not start: %s", complaints.String())
}

// call makes calls and wants a status of each: call URL STATUS… [key=KEY].
func call(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: call URL STATUS… [key=KEY]")
	}
	key := "any"
	for _, arg := range args[1:] {
		if given, ok := strings.CutPrefix(arg, "key="); ok {
			key = given
			continue
		}
		req, err := http.NewRequest(http.MethodGet, args[0], nil)
		ts.Check(err)
		req.Header.Set("Authorization", "Bearer "+key)
		resp, err := http.DefaultClient.Do(req)
		ts.Check(err)
		ts.Check(resp.Body.Close())
		if want, err := strconv.Atoi(arg); err != nil || resp.StatusCode != want {
			ts.Fatalf("status %d (want %s)", resp.StatusCode, arg)
		}
	}
}
