package sdks_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"github.com/outagedrill/outagedrill/fakevendor"
)

// slack-go reads pages, posts, and finds what it posted.
func TestSlack(t *testing.T) {
	v := serve(t, "slack")
	api := slack.New("xoxb-any", slack.OptionAPIURL(v.url+"/api/"))
	if who, err := api.AuthTestContext(t.Context()); err != nil || who.Team != "Acme" {
		t.Fatalf("auth.test %+v: %v", who, err)
	}
	seen := map[string]bool{}
	params := &slack.GetConversationsParameters{Limit: 10}
	for {
		channels, next, err := api.GetConversationsContext(t.Context(), params)
		if err != nil {
			t.Fatal(err)
		}
		for i := range channels {
			seen[channels[i].ID] = true
		}
		if next == "" {
			break
		}
		params.Cursor = next
	}
	if len(seen) != 25 {
		t.Errorf("%d channels (want 25)", len(seen))
	}
	channel, ts, err := api.PostMessageContext(t.Context(), "C0000000001", slack.MsgOptionText("down again", false))
	if err != nil || channel != "C0000000001" {
		t.Fatalf("posted to %s: %v", channel, err)
	}
	history, err := api.GetConversationHistoryContext(t.Context(),
		&slack.GetConversationHistoryParameters{ChannelID: "C0000000001", Limit: 1})
	if err != nil || len(history.Messages) != 1 || history.Messages[0].Timestamp != ts {
		t.Errorf("history %+v: %v", history, err)
	}
}

// slack-go raises its own errors: for a limit with the wait in it, for credentials by the vendor's code.
func TestSlackErrors(t *testing.T) {
	v := serve(t, "slack")
	api := slack.New("xoxb-any", slack.OptionAPIURL(v.url+"/api/"))
	end := v.begin(fakevendor.Fault{Kind: fakevendor.RateLimited, RetryAfter: 30 * time.Second})
	var limit *slack.RateLimitedError
	if _, err := api.AuthTestContext(t.Context()); !errors.As(err, &limit) || limit.RetryAfter != 30*time.Second {
		t.Errorf("while limited: %v", err)
	}
	end()
	end = v.begin(fakevendor.Fault{Kind: fakevendor.Down, Status: 503})
	var status slack.StatusCodeError
	if _, err := api.AuthTestContext(t.Context()); !errors.As(err, &status) || status.Code != 503 {
		t.Errorf("while down: %v", err)
	}
	end()
	v.revoke("xoxb-any")
	var answer slack.SlackErrorResponse
	if _, err := api.AuthTestContext(t.Context()); !errors.As(err, &answer) || answer.Err != "invalid_auth" {
		t.Errorf("with a revoked token: %v", err)
	}
}

// slack-go exchanges a code, refreshes, and is told that a refresh token works once.
func TestSlackTokens(t *testing.T) {
	v := serve(t, "slack")
	at := slack.OAuthOptionAPIURL(v.url + "/api/")
	code := v.consent(v.url + "/oauth/v2/authorize?client_id=1&response_type=code&redirect_uri=http://localhost/cb")
	first, err := slack.GetOAuthV2ResponseContext(t.Context(), http.DefaultClient, "1", "2", code, "http://localhost/cb", at)
	if err != nil {
		t.Fatal(err)
	}
	v.Advance(12 * time.Hour)
	call := func(token string) error {
		_, err := slack.New(token, slack.OptionAPIURL(v.url+"/api/")).AuthTestContext(t.Context())
		return err
	}
	if err := call(first.AccessToken); err == nil || err.Error() != "token_expired" {
		t.Errorf("after 12 hours: %v", err)
	}
	second, err := slack.RefreshOAuthV2TokenContext(t.Context(), http.DefaultClient, "1", "2", first.RefreshToken, at)
	if err != nil {
		t.Fatal(err)
	}
	if err := call(second.AccessToken); err != nil {
		t.Error(err)
	}
	_, err = slack.RefreshOAuthV2TokenContext(t.Context(), http.DefaultClient, "1", "2", first.RefreshToken, at)
	if err == nil || err.Error() != "invalid_refresh_token" {
		t.Errorf("with a used refresh token: %v", err)
	}
}
