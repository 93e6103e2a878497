package hold

import "time"

// told is something that a client learned from an answer.
type told struct {
	seq   int64
	over  int64     // entries up to this number came before it had the answer; 0: none but the answered one
	since time.Time // when it had the answer
	until time.Time // of a wait, or of a token's life
}

// tells is what an entry's answer tells.
func (e *Entry) tells() told { return told{seq: e.Seq, over: e.Over, since: e.End()} }

// known tells whether the client had the answer when it made a call.
func (t *told) known(e *Entry) bool { return !e.At.Before(t.since) && e.Seq > t.over }

// expiring is called_with_expired_token: the client was told how long the token lives.
func expiring(t *Terms, say func(*Finding)) func(*Entry) {
	lives := map[string]told{}
	return func(e *Entry) {
		if l, ok := lives[e.Credential.Fingerprint]; ok && e.Credential.Kind == AccessToken {
			if late := e.At.Sub(l.until); late >= 0 && late >= t.Slack.Std() {
				say(accuse(e, []int64{l.seq}, "used access token %s %s it had expired",
					e.Credential.Fingerprint, after(e, l.until)))
			}
		}
		if g := e.Granted; g != nil && !e.Gone && !g.ExpiresAt.IsZero() {
			lives[g.Access] = told{seq: e.Seq, until: g.ExpiresAt}
		}
	}
}

// rotating is used_rotated_token: the client has had the new refresh token.
func rotating(_ *Terms, say func(*Finding)) func(*Entry) {
	replaced := map[string]told{}
	return func(e *Entry) {
		if e.Credential.Kind != RefreshToken {
			return
		}
		if r, ok := replaced[e.Credential.Fingerprint]; ok && r.known(e) {
			say(accuse(e, []int64{r.seq}, "used refresh token %s %s it had got another one in its place",
				e.Credential.Fingerprint, after(e, r.since)))
		}
		if g := e.Granted; g != nil && !e.Gone && g.Refresh != "" && g.Refresh != e.Credential.Fingerprint {
			replaced[e.Credential.Fingerprint] = e.tells()
		}
	}
}

// refusing is used_revoked_token: an answer has said that the token is good no more.
func refusing(_ *Terms, say func(*Finding)) func(*Entry) {
	refused := map[string]told{}
	return func(e *Entry) {
		c := &e.Credential
		if c.Kind != AccessToken && c.Kind != RefreshToken {
			return
		}
		if r, ok := refused[c.Fingerprint]; ok && r.known(e) {
			say(accuse(e, []int64{r.seq}, "used token %s again %s it had been refused",
				c.Fingerprint, after(e, r.since)))
		}
		_, known := refused[c.Fingerprint]
		switch {
		case e.refuses() && !known && !e.Gone:
			refused[c.Fingerprint] = e.tells()
		case e.Cause == "ok":
			delete(refused, c.Fingerprint)
		}
	}
}

// refuses tells whether an answer says of the token that was presented that it is good no more.
func (e *Entry) refuses() bool {
	if e.Credential.Kind == RefreshToken {
		return e.Cause == "token_refresh_failed" && e.Sub == "dead"
	}
	return e.Cause == "bad_credentials"
}

// refreshing is refreshed_in_parallel: two refreshes with one token overlap, or the second comes while the
// token of the first is still fresh and nobody has refused it.
func refreshing(t *Terms, say func(*Finding)) func(*Entry) {
	type refresh struct {
		told
		good bool // it gave a token, and left the refresh token as it was
	}
	latest := map[string]refresh{} // by refresh token
	granted := map[string]string{} // the refresh token that gave an access token
	return func(e *Entry) {
		if e.Credential.Kind != RefreshToken {
			if e.refuses() {
				delete(latest, granted[e.Credential.Fingerprint])
			}
			return
		}
		key := e.Credential.Fingerprint
		if before, ok := latest[key]; ok {
			since, evidence := e.At.Sub(before.since), []int64{before.seq}
			switch {
			case !before.known(e):
				say(accuse(e, evidence, "refreshed with token %s while entry %d did", key, before.seq))
			case before.good && since < t.Refresh.Std():
				say(accuse(e, evidence, "refreshed again %s it got a token", after(e, before.since)))
			}
		}
		r := refresh{told: e.tells()}
		if g := e.Granted; g != nil {
			r.good = !e.Gone && (g.Refresh == "" || g.Refresh == key)
			granted[g.Access] = key
		}
		latest[key] = r
	}
}
