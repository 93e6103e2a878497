package fakevendor

import "slices"

// KindWords are the faults in the words of timeline.md, by their Kind.
func KindWords() []string {
	return []string{
		Down: "down", Maintenance: "maintenance", Flapping: "flapping", Flaky: "flaky", Slow: "slow",
		RateLimited: "rate_limited", Rejected: "rejected", BadCredentials: "bad_credentials",
		TokenRefresh: "token_refresh", TokenRevoked: "token_revoked",
	}
}

// HowWords are the ways of faults in the words of timeline.md, by their How.
func HowWords() []string {
	return []string{
		HTTPStatus: "status", HowRefused: "refused", HowDNS: "dns", HowTLS: "tls", HowReset: "reset",
		HowTimeout: "timeout", HowTruncated: "truncated", HowGarbage: "garbage", HowHTML200: "html200",
		HowEmpty: "empty", HowDead: "dead", HowTransient: "transient",
		HowResetBody: "reset_body", HowBody: "body",
	}
}

// String gives the fault's word.
func (k Kind) String() string { return word(KindWords(), int(k)) }

// String gives the word of how a fault shows itself.
func (h How) String() string { return word(HowWords(), int(h)) }

func word(words []string, i int) string {
	if i >= len(words) {
		return "unknown"
	}
	return words[i]
}

// KindNamed gives the fault of a word.
func KindNamed(word string) (Kind, bool) {
	i := slices.Index(KindWords(), word)
	return Kind(max(i, 0)), i >= 0
}

// HowNamed gives the How of a word; "" is HTTPStatus.
func HowNamed(word string) (How, bool) {
	if word == "" {
		return HTTPStatus, true
	}
	i := slices.Index(HowWords(), word)
	return How(max(i, 0)), i >= 0
}
