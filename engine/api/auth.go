package api

import (
	"net/http"
	"strings"

	"github.com/outagedrill/outagedrill/internal/front"
)

// challenge is what WWW-Authenticate says beside a 401.
const challenge = `Bearer realm="outagedrill"`

// authorized tells whether a request has the platform's token, as one of
//
//	Authorization: Bearer TOKEN
//	Authorization: User TOKEN, Organization ORGANIZATION-SECRET[, Element ELEMENT-TOKEN]
//
// The second is the header of Open Connectors, so that a client written for it works unchanged. Its
// documentation has "authorization: User …, Organization …" for the platform's own calls
// (help.openconnectors.ext.hana.ondemand.com/home/authentication-1801) and adds the element's token for calls
// of an instance; its API pages show all three parts
// (docs.enlyze.com/en/integrations/sap/sap-integration-suite-open-connectors-setup-and-testing). So the
// Element may be left out. Here the user's secret is the token; the others say nothing.
func authorized(r *http.Request, token string) bool {
	scheme, rest, _ := strings.Cut(strings.TrimSpace(r.Header.Get("Authorization")), " ")
	switch strings.ToLower(scheme) {
	case "bearer":
		return front.Same(strings.TrimSpace(rest), token)
	case "user":
		parts := strings.Split(rest, ",")
		if len(parts) == 3 && named(parts[2], "Element") {
			parts = parts[:2]
		}
		return len(parts) == 2 && named(parts[1], "Organization") &&
			front.Same(strings.TrimSpace(parts[0]), token)
	default:
		return false
	}
}

// named tells whether a part of the header has this name and a value.
func named(part, name string) bool {
	got, value, _ := strings.Cut(strings.TrimSpace(part), " ")
	return strings.EqualFold(got, name) && strings.TrimSpace(value) != ""
}
