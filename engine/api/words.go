package api

import (
	"time"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// describe says in plain words how a call ended.
func describe(class engine.Class) string {
	switch class {
	case engine.RateLimited:
		return "the application's API limit was reached"
	case engine.BadCredentials:
		return "the credentials were refused"
	case engine.TokenRefreshFailed:
		return "the access token could not be refreshed"
	case engine.VendorDown:
		return "the application did not respond"
	case engine.Rejected:
		return "the request was rejected"
	default:
		return "of no failure"
	}
}

// rfc3339 words an instant, in UTC.
func rfc3339(t engine.Time) string { return time.Unix(0, int64(t)).UTC().Format(time.RFC3339Nano) }

// instant is an instant or null, for engine.Never.
func instant(t engine.Time) *string {
	if t == engine.Never {
		return nil
	}
	return new(rfc3339(t))
}

// span words a duration as timelines do: 5m, 1h30m.
func span(d time.Duration) string { return timeline.Span(d).String() }

// stated is nil for an empty text, which JSON has as null.
func stated(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
