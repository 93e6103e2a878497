package api

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// etag words a revision.
func etag(revision int64) string { return strconv.Quote(strconv.FormatInt(revision, 10)) }

// condition is an If-Match header.
type condition struct {
	any       bool // there is none, or it is *
	revisions []int64
}

// readCondition reads an If-Match header. Entity tags that are no revisions of ours match nothing, nor do
// weak ones (RFC 9110, 13.1.1).
func readCondition(text string) (condition, error) {
	text = strings.TrimSpace(text)
	if text == "" || text == "*" {
		return condition{any: true}, nil
	}
	var c condition
	for tag := range strings.SplitSeq(text, ",") {
		tag = strings.TrimSpace(tag)
		strong := strings.TrimPrefix(tag, "W/")
		if len(strong) < 2 || strong[0] != '"' || strong[len(strong)-1] != '"' {
			return c, problem(http.StatusUnprocessableEntity, "validation failed", &huma.ErrorDetail{
				Location: "header.If-Match",
				Message:  `this is no entity tag (want * or a quoted one such as "3")`,
			})
		}
		n, err := strconv.ParseInt(strong[1:len(strong)-1], 10, 64)
		if err == nil && strong == tag {
			c.revisions = append(c.revisions, n)
		}
	}
	return c, nil
}

// check refuses the write where the thing has another revision than the caller saw, and says what changed
// meanwhile.
func (c condition) check(what string, now *changes) error {
	if c.any || slices.Contains(c.revisions, now.revision) {
		return nil
	}
	p := fmt.Sprintf("%s is at revision %d now", what, now.revision)
	if len(c.revisions) == 0 {
		return problem(http.StatusPreconditionFailed, p+", which is none of those in If-Match")
	}
	seen := slices.Max(c.revisions)
	if seen > now.revision {
		return problem(http.StatusPreconditionFailed, fmt.Sprintf("%s, and never had revision %d", p, seen))
	}
	var errs []error
	latest := "changed"
	for _, ch := range now.since(seen) {
		latest = ch.what + " at " + rfc3339(ch.at)
		errs = append(errs, &huma.ErrorDetail{Location: "header.If-Match", Message: latest})
	}
	p = fmt.Sprintf("%s; the latest change since revision %d: %s", p, seen, latest)
	return problem(http.StatusPreconditionFailed, p, errs...)
}
