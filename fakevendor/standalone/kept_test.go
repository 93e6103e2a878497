package standalone_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
	"github.com/outagedrill/outagedrill/fakevendor/standalone"
)

// What is kept of a long request is short, wherever it is kept: in the journal, among the credentials that were
// seen, in the counters of limits, among the codes that wait for their client. Nothing holds the whole of it.
func TestLongRequestsAreLetGo(t *testing.T) {
	const long, most = 60_000, 8 << 20
	filler := strings.Repeat("x", long)
	for name, request := range map[string]string{
		"a path":           "GET /github/orders/%d" + filler + " HTTP/1.1\r\nAuthorization: Bearer any",
		"a list":           "GET /github/%d" + filler + "s/17 HTTP/1.1\r\nAuthorization: Bearer any",
		"an object":        "GET /jira/rest/api/3/issue/%d" + filler + " HTTP/1.1\r\nAuthorization: Bearer any",
		"a host":           "GET http://" + filler + "/github/user?n=%d HTTP/1.1\r\nAuthorization: Bearer any",
		"a key in a query": "GET /google-workspace/things?key=k%d&x=" + filler + " HTTP/1.1",
		"a code":           "GET /github/login/oauth/authorize?response_type=code&client_id=a&auto=1&redirect_uri=http://x/%d" + filler + " HTTP/1.1",
		"a grant":          "POST /github/login/oauth/access_token?grant_type=g%d&x=" + filler + " HTTP/1.1",
	} {
		t.Run(name, func(t *testing.T) {
			r := serve(t, []string{"github", "jira", "google-workspace"}, func(c *standalone.Config) {
				for i := range c.Vendor.Applications {
					a := &c.Vendor.Applications[i]
					a.Limits = []dialect.Limit{{
						Name: "all", Requests: 1_000_000, Per: time.Hour, By: dialect.ByEndpoint | dialect.ByObject,
					}, {Name: "each", Requests: 1_000_000, Per: time.Hour, By: dialect.ByToken | dialect.ByEndpoint}}
				}
			})
			before := heap()
			conn, err := net.Dial("tcp", r.Addr())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close() //nolint:errcheck // all was read
			in := bufio.NewReader(conn)
			for n := range 2 * most / long {
				if _, err := fmt.Fprintf(conn, request+"\r\nHost: x\r\nContent-Length: 0\r\n\r\n", n); err != nil {
					t.Fatal(err)
				}
				resp, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Fatal(err)
				}
				io.Copy(io.Discard, resp.Body) //nolint:errcheck // the next answer tells
				resp.Body.Close()              //nolint:errcheck // it was read
			}
			if kept := heap() - before; kept > most {
				t.Errorf("%d MB are kept of %d MB that were asked", kept>>20, 2*most>>20)
			}
			runtime.KeepAlive(r)
		})
	}
}

// heap is how many bytes are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what pools hold goes at the second time
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// The number of an object that was deleted is not given again.
func TestNumbersAreGivenOnce(t *testing.T) {
	r := serve(t, []string{"generic"})
	r.ask("generic", "POST", "/orders", `{"a":1}`, key).want(t, 201, "1000000001")
	r.ask("generic", "DELETE", "/orders/1000000001", "", key).want(t, 204, "")
	r.ask("generic", "POST", "/orders", `{"a":1}`, key).want(t, 201, "1000000002")
	r.ask("generic", "GET", "/orders/1000000001", "", key).want(t, 404, "")
}
