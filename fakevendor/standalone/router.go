package standalone

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// router finds the route of a path.
type router struct {
	fixed    map[string][]*route // paths without parameters
	byLength map[int][]*route    // the others, by their number of segments
	rest     []*route            // those that end in {name*}
	oauth    map[string]oauthPath
	tenants  []tenantPath // paths of the OAuth section that have parameters
	logins   []login
}

// tenantPath is a path of the OAuth section that names a tenant, as /{tenant}/oauth2/v2.0/token.
type tenantPath struct {
	route
	kind oauthPath
}

// oauthPath is what lies at a path of the OAuth section.
type oauthPath uint8

const (
	noOAuth oauthPath = iota
	authorizePath
	tokenPath
	revokePath
	devicePath
	verifyPath
)

// route is a dialect's route, taken apart.
type route struct {
	*dialect.Route
	name     string
	object   *dialect.Object // nil for a fixed answer
	answer   *dialect.Success
	segments []string // with {name} for a parameter
	literals int
	suffixes int // parameters with something around them
}

// parameter is a part of a path, or of what is captured out of a request.
type parameter struct{ name, value string }

func newRouter(api *dialect.API) router {
	r := router{fixed: map[string][]*route{}, byLength: map[int][]*route{}, oauth: map[string]oauthPath{}}
	for i := range api.Routes {
		r.add(api, &api.Routes[i])
	}
	for _, list := range r.byLength {
		slices.SortStableFunc(list, func(x, y *route) int {
			return cmp.Or(cmp.Compare(y.literals, x.literals), cmp.Compare(y.suffixes, x.suffixes))
		})
	}
	for kind, paths := range map[oauthPath][]string{
		authorizePath: api.OAuth.Authorize, tokenPath: api.OAuth.Token, revokePath: api.OAuth.Revoke,
		devicePath: api.OAuth.Device.Paths, verifyPath: {api.OAuth.Device.Verify},
	} {
		for _, path := range paths {
			if path == "" {
				continue
			}
			r.oauth[path] = kind
			if strings.Contains(path, "{") {
				one := route{Route: &dialect.Route{Path: path}, segments: split(path)}
				r.tenants = append(r.tenants, tenantPath{one, kind})
			}
		}
	}
	for i := range api.OAuth.Logins {
		l := &api.OAuth.Logins[i]
		one := route{Route: &dialect.Route{Path: l.Path}, segments: split(l.Path)}
		r.logins = append(r.logins, login{one, l})
	}
	return r
}

func (r *router) add(api *dialect.API, from *dialect.Route) {
	one := &route{Route: from, name: from.Name(), segments: split(from.Path), answer: from.Answer}
	if from.Object >= 0 {
		one.object = &api.Objects[from.Object]
	}
	if one.answer == nil {
		one.answer = &api.Answers[from.Action]
	}
	for _, s := range one.segments {
		switch {
		case !strings.Contains(s, "{"):
			one.literals++
		case !strings.HasPrefix(s, "{") || !strings.HasSuffix(s, "}"): // {id}.json goes before {id}
			one.suffixes++
		}
	}
	switch n := len(one.segments); {
	case one.literals == n:
		r.fixed[from.Path] = append(r.fixed[from.Path], one)
	case strings.HasSuffix(from.Path, "*}"):
		r.rest = append(r.rest, one)
	default:
		r.byLength[n] = append(r.byLength[n], one)
	}
}

// grants tells what lies at a path of the OAuth section.
func (r *router) grants(path string) oauthPath {
	if kind := r.oauth[path]; kind != noOAuth {
		return kind
	}
	for i := range r.tenants {
		if _, ok := r.tenants[i].match(path, nil); ok {
			return r.tenants[i].kind
		}
	}
	return noOAuth
}

func split(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// find gives the route of a call, with the parameters of its path; carries tells whether the request carries
// what a route asks for. Where the path is known but not with this method, other is true.
func (r *router) find(
	method, path string, params []parameter, carries func([]parameter, *dialect.Parameter) bool,
) (found *route, in []parameter, other bool) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	takes := func(one *route, in []parameter) bool {
		return (one.Method == "" || one.Method == method) && (one.When == nil || carries(in, one.When))
	}
	plain := path
	if len(path) > 1 {
		plain = strings.TrimSuffix(path, "/")
	}
	for _, one := range r.fixed[plain] {
		if takes(one, params) {
			return one, params, false
		}
		other = true
	}
	segments := strings.Count(strings.Trim(path, "/"), "/") + 1
	for _, one := range r.byLength[segments] {
		in, ok := one.match(path, params)
		switch {
		case ok && takes(one, in):
			return one, in, false
		case ok:
			other = true
		}
	}
	for _, one := range r.rest {
		if in, ok := one.match(path, params); ok && takes(one, in) {
			return one, in, false
		}
	}
	return nil, params, other
}

// match takes a path apart after the route's segments.
func (r *route) match(path string, params []parameter) ([]parameter, bool) {
	path = strings.Trim(path, "/")
	for i, want := range r.segments {
		segment, rest, more := strings.Cut(path, "/")
		name, wild := strings.CutSuffix(want, "*}")
		if wild {
			return append(params, parameter{name[1:], path}), true
		}
		var ok bool
		if params, ok = matchSegment(want, segment, params); !ok {
			return nil, false
		}
		if more != (i+1 < len(r.segments)) && !strings.HasSuffix(r.Path, "*}") {
			return nil, false
		}
		path = rest
	}
	return params, true
}

// matchSegment takes a segment apart, as {id}.json or accounts({id}); a parameter is never empty.
func matchSegment(want, left string, params []parameter) ([]parameter, bool) {
	for {
		text, rest, more := strings.Cut(want, "{")
		segment, ok := strings.CutPrefix(left, text)
		if !ok || !more {
			return params, ok && segment == ""
		}
		name, after, _ := strings.Cut(rest, "}")
		next, _, _ := strings.Cut(after, "{")
		end := strings.LastIndex(segment, next)
		if next == "" {
			end = len(segment)
		}
		if end <= 0 {
			return nil, false
		}
		params = append(params, parameter{name, segment[:end]})
		want, left = after, segment[end:]
	}
}
