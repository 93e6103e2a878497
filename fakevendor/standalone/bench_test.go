package standalone_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// BenchmarkServe serves a page of about 1 KB with a limit and the journal on, and the same bytes by bare
// net/http, in turns in one process, to 32 clients that keep their connections. What counts is the metric
// of-bare: how many calls are served for each that bare net/http serves.
func BenchmarkServe(b *testing.B) {
	r := serve(b, []string{"generic"}, func(c *standalone.Config) {
		c.Vendor.Applications[0].Limits = []dialect.Limit{
			{Name: "minute", Requests: 1 << 30, Per: time.Minute, By: dialect.ByToken},
		}
	})
	request := "GET /generic/orders?limit=10 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer any\r\n\r\n"
	body := firstBody(b, r.Addr(), request)
	bare, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body) //nolint:errcheck // as a client that leaves
	})}
	go server.Serve(bare) //nolint:errcheck // until it is closed
	defer server.Close()  //nolint:errcheck // nobody asks
	var ours, theirs time.Duration
	const turns = 10
	for b.Loop() {
		for range turns {
			theirs += load(b, bare.Addr().String(), request, 3200)
			ours += load(b, r.Addr(), request, 3200)
		}
	}
	b.ReportMetric(theirs.Seconds()/ours.Seconds(), "of-bare")
	b.ReportMetric(float64(len(body)), "bytes")
	b.ReportMetric(float64(b.N*turns*3200)/ours.Seconds(), "calls/s")
}

// load makes so many calls over 32 connections and gives how long they took.
func load(b *testing.B, addr, request string, calls int) time.Duration {
	const clients = 32
	began := time.Now()
	var wait sync.WaitGroup
	for range clients {
		wait.Go(func() {
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				b.Error(err)
				return
			}
			defer conn.Close() //nolint:errcheck // all was read
			in := bufio.NewReader(conn)
			for range calls / clients {
				if _, err := io.WriteString(conn, request); err != nil {
					b.Error(err)
					return
				}
				if _, err := readAnswer(in, nil); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wait.Wait()
	return time.Since(began)
}

func firstBody(b *testing.B, addr, request string) []byte {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close() //nolint:errcheck // all was read
	if _, err := io.WriteString(conn, request); err != nil {
		b.Fatal(err)
	}
	var body []byte
	if body, err = readAnswer(bufio.NewReader(conn), []byte{}); err != nil {
		b.Fatal(err)
	}
	return body
}

// readAnswer reads one answer as cheaply as can be; the body is given where into is not nil.
func readAnswer(in *bufio.Reader, into []byte) ([]byte, error) {
	length := 0
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, err = strconv.Atoi(string(bytes.TrimSpace(value)))
			if err != nil {
				return nil, err
			}
		}
		if len(line) <= 2 {
			break
		}
	}
	if into == nil {
		_, err := in.Discard(length)
		return nil, err
	}
	into = make([]byte, length)
	_, err := io.ReadFull(in, into)
	return into, err
}

// BenchmarkHandler is the same page without a network.
func BenchmarkHandler(b *testing.B) {
	r := serve(b, []string{"generic"})
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "/generic/orders?limit=10", nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer any")
	w := discard{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		r.ServeHTTP(w, req)
	}
}

// discard is a response that nobody reads.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}
