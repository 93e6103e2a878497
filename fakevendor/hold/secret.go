package hold

import (
	"net/url"
	"slices"
	"strings"
)

// Target words a request's path and query for the journal: values of the query that are secrets by their
// name, and the secrets given wherever they stand, are replaced by their fingerprints.
func Target(u *url.URL, secrets ...string) string {
	target := u.EscapedPath()
	if u.RawQuery != "" {
		target += "?" + safeQuery(u.RawQuery)
	}
	for _, secret := range secrets {
		if len(secret) >= shortestSecret {
			mark := "{" + Fingerprint(secret) + "}"
			target = strings.ReplaceAll(target, url.QueryEscape(secret), mark)
			target = strings.ReplaceAll(target, url.PathEscape(secret), mark)
		}
	}
	return target
}

// shortestSecret is the least length of a secret that is looked for anywhere: shorter ones would be found in
// innocent words.
const shortestSecret = 6

// secretNames are parts of the names of query parameters whose values are secrets.
var secretNames = []string{ //nolint:gochecknoglobals // a constant list
	"token", "secret", "key", "password", "passwd", "pwd", "code", "sig", "auth", "credential", "session",
	"assertion", "jwt", "verifier",
}

// safeQuery replaces secrets by their names and leaves the rest as it was written.
func safeQuery(query string) string {
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, value, _ := strings.Cut(part, "=")
		if value != "" && secretName(name) {
			parts[i] = name + "={" + Fingerprint(value) + "}"
		}
	}
	return strings.Join(parts, "&")
}

func secretName(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	name = strings.ToLower(name)
	return slices.ContainsFunc(secretNames, func(part string) bool { return strings.Contains(name, part) })
}
