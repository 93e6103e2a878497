package dialect

// String gives the class in the words of rule C-01.
func (c Class) String() string { return nameOf(classNames(), int(c)) }

// String gives the sub-cause in the words of rules.md and timeline.md; "" for NoSub.
func (s Sub) String() string { return nameOf(subNames(), int(s)) }

// String gives the operation's name as dialect files write it.
func (o Op) String() string { return nameOf(opNames(), int(o)) }

// String gives the transport's name as dialect files write it.
func (t Transport) String() string { return nameOf(transportNames(), int(t)) }

// String gives the shape's name as dialect files write it.
func (n ShapeName) String() string { return nameOf(shapeNames(), int(n)) }

// opCount is the number of operations.
const opCount = int(RefreshToken) + 1

func nameOf(names []string, i int) string {
	if i >= len(names) {
		return "unknown"
	}
	return names[i]
}

func reuseNames() []string {
	return []string{ReuseRefused: "refused", ReuseRevokes: "revokes", ReuseKeepsLast: "keeps_last"}
}

// String gives the reuse's name as dialect files write it.
func (r Reuse) String() string { return nameOf(reuseNames(), int(r)) }

func classNames() []string {
	return []string{
		OK: "ok", RateLimited: "rate_limited", BadCredentials: "bad_credentials",
		TokenRefreshFailed: "token_refresh_failed", VendorDown: "vendor_down", Rejected: "rejected",
	}
}

func subNames() []string {
	return []string{
		NoSub: "", ExpiredToken: "expired_token", Dead: "dead", Transient: "transient",
		Timeout: "timeout", Refused: "refused", Reset: "reset", DNS: "dns", TLS: "tls",
		Truncated: "truncated", Garbage: "garbage", HTMLPage: "html200", EmptyBody: "empty",
		ServerError: "server_error",
	}
}

func opNames() []string {
	return []string{
		ReadPage: "read_page", WriteRecords: "write_records",
		TestConnection: "test_connection", RefreshToken: "refresh_token",
	}
}

func transportNames() []string {
	return []string{
		Answered: "answered", NoAnswer: "no_answer", ConnRefused: "conn_refused",
		ConnReset: "conn_reset", DNSFailure: "dns_failure", TLSFailure: "tls_failure",
		CutShort: "cut_short",
	}
}

func shapeNames() []string {
	return []string{
		ShapePage: "page", ShapeWritten: "written", ShapeTested: "tested", ShapeToken: "token",
		ShapeRateLimited: "rate_limited", ShapeBadCredentials: "bad_credentials",
		ShapeExpiredToken: "expired_token", ShapeDeadRefresh: "dead_refresh",
		ShapeTransientRefresh: "transient_refresh",
		ShapeDown500:          "down_500", ShapeDown502: "down_502", ShapeDown503: "down_503",
		ShapeDown504: "down_504", ShapeMaintenance: "maintenance", ShapeRejected: "rejected",
		ShapeTruncated: "truncated", ShapeGarbage: "garbage", ShapeHTML200: "html200",
		ShapeEmpty: "empty", ShapeRefused: "refused", ShapeReset: "reset", ShapeDNS: "dns",
		ShapeTLS: "tls", ShapeNoAnswer: "no_answer",
	}
}
