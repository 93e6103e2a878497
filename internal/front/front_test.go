package front_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/internal/front"
)

type key struct{}

// api is a front before one operation, GET and POST of /things, and GET /health; large is a path of longer bodies.
func api(token string) *front.Front {
	mux := http.NewServeMux()
	answer := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%v %d %v %q", r.Context().Value(key{}), len(body), err, r.Header.Get("Content-Type"))
	}
	exact := front.ExactMux{ServeMux: mux}
	for _, pattern := range []string{"GET /", "GET /things", "POST /things", "POST /large", "GET /health"} {
		exact.HandleFunc(pattern, answer)
	}
	return &front.Front{
		Mux: func() *http.ServeMux { return mux }, Of: "vendor", Token: token, Challenge: "Bearer",
		Large: map[string]int64{"/large": 2 << 20}, Key: key{}, Value: "value",
	}
}

func ask(f *front.Front, method, url, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), method, url, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	return w
}

// Who may come in, what leads nowhere, and how much may come: each refusal is a problem of RFC 9457.
func TestFront(t *testing.T) {
	const here = "http://localhost:8199"
	mega := strings.Repeat("x", 1<<20)
	for name, tt := range map[string]struct {
		token, method, url, body string
		header                   []string
		status                   int
		want                     string
	}{
		"by name":              {"", "GET", here + "/things", "", nil, 200, "value 0"},
		"by address":           {"", "GET", "http://127.0.0.1/things", "", nil, 200, "value 0"},
		"by IPv6 address":      {"", "GET", "http://[::1]:8199/things", "", nil, 200, "value 0"},
		"the root":             {"", "GET", here + "/", "", nil, 200, "value 0"},
		"another name":         {"", "GET", "http://evil.example/things", "", nil, 403, "serves this machine alone"},
		"a name like ours":     {"", "GET", "http://localhost.evil.example/things", "", nil, 403, "serves this machine alone"},
		"a page elsewhere":     {"", "POST", here + "/things", "{}", []string{"Origin", "http://evil.example"}, 403, "another origin"},
		"fetched cross-site":   {"", "POST", here + "/things", "{}", []string{"Sec-Fetch-Site", "cross-site"}, 403, "another origin"},
		"read elsewhere":       {"", "GET", here + "/things", "", []string{"Origin", "http://evil.example"}, 403, "another origin"},
		"a script elsewhere":   {"", "GET", here + "/things", "", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, 403, "another origin"},
		"a link elsewhere":     {"", "GET", here + "/things", "", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, 200, "value 0"},
		"read by our own page": {"", "GET", here + "/things", "", []string{"Origin", here, "Sec-Fetch-Site", "same-origin"}, 200, "value 0"},
		"our own page":         {"", "POST", here + "/things", "{}", []string{"Origin", here, "Sec-Fetch-Site", "same-origin"}, 200, "value 2"},
		"no token":             {"secret", "GET", here + "/things", "", nil, 401, "needs the vendor's token"},
		"a wrong token":        {"secret", "GET", here + "/things", "", []string{"Authorization", "Bearer secrets"}, 401, "token"},
		"another scheme":       {"secret", "GET", here + "/things", "", []string{"Authorization", "Basic secret"}, 401, "token"},
		"the token":            {"secret", "GET", "http://far.example/things", "", []string{"Authorization", "bearer  secret "}, 200, "value 0"},
		"token, another page":  {"secret", "POST", here + "/things", "", []string{"Authorization", "Bearer secret", "Sec-Fetch-Site", "cross-site"}, 403, "another origin"},
		"health needs none":    {"secret", "GET", here + "/health", "", nil, 200, "value 0"},
		"nothing there":        {"", "GET", here + "/thing", "", nil, 404, "there is nothing at /thing"},
		"below the root":       {"", "GET", here + "/a/b", "", nil, 404, "there is nothing at /a/b"},
		"a path to be mended":  {"", "GET", here + "//things", "", nil, 404, "there is nothing at //things"},
		"dots":                 {"", "GET", here + "/x/../things", "", nil, 404, "there is nothing at"},
		"another method":       {"", "DELETE", here + "/things", "", nil, 405, "DELETE is not for /things (want GET, HEAD, POST)"},
		"as long as may be":    {"", "POST", here + "/things", mega, nil, 200, "value 1048576"},
		"too long":             {"", "POST", here + "/things", mega + "x", nil, 413, "want at most 1 MiB"},
		"long where it may be": {"", "POST", here + "/large", mega + "x", nil, 200, "value 1048577"},
		"too long there":       {"", "POST", here + "/large", mega + mega + "x", nil, 413, "want at most 2 MiB"},
		"a form is JSON here":  {"", "POST", here + "/things", "{}", []string{"Content-Type", "application/x-www-form-urlencoded"}, 200, `""`},
	} {
		t.Run(name, func(t *testing.T) {
			w := ask(api(tt.token), tt.method, tt.url, tt.body, tt.header...)
			if w.Code != tt.status || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("%d %s, want %d %s", w.Code, w.Body, tt.status, tt.want)
			}
			var problem struct {
				Status int
				Detail string
			}
			if w.Code >= 400 && (w.Header().Get("Content-Type") != "application/problem+json" ||
				json.Unmarshal(w.Body.Bytes(), &problem) != nil || problem.Status != tt.status) {
				t.Errorf("%q %s is no problem of RFC 9457", w.Header().Get("Content-Type"), w.Body)
			}
			if got := w.Header().Get("WWW-Authenticate"); (got != "") != (tt.status == 401) {
				t.Errorf("status %d with WWW-Authenticate %q", tt.status, got)
			}
		})
	}
}

// A body that breaks off is refused, and the next large one is taken.
func TestBodyThatBreaks(t *testing.T) {
	f := api("")
	r := httptest.NewRequestWithContext(t.Context(), "POST", "http://localhost/large", broken{})
	w := httptest.NewRecorder()
	f.ServeHTTP(w, r)
	if w.Code != 400 || !strings.Contains(w.Body.String(), "cannot be read") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(f, "POST", "http://localhost/large", "{}"); w.Code != 200 {
		t.Errorf("the next one: %d %s", w.Code, w.Body)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestOnLoopback(t *testing.T) {
	for addr, want := range map[string]bool{
		"127.0.0.1:1": true, "127.8.8.8:1": true, "[::1]:1": true, "localhost:1": true,
		":1": false, "0.0.0.0:1": false, "[::]:1": false, "192.0.2.1:1": false, "example.com:1": false,
	} {
		if got, err := front.OnLoopback(addr); err != nil || got != want {
			t.Errorf("%s: %t, %v (want %t)", addr, got, err, want)
		}
	}
	if _, err := front.OnLoopback("localhost"); err == nil {
		t.Error("an address without a port is taken")
	}
}
