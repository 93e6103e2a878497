package sdks_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-github/v88/github"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

func githubClient(v *vendor) *github.Client {
	v.Helper()
	base := v.url + "/"
	client, err := github.NewClient(github.WithAuthToken("any"), github.WithURLs(&base, &base))
	if err != nil {
		v.Fatal(err)
	}
	return client
}

// go-github reads pages, writes, and finds what it wrote.
func TestGitHub(t *testing.T) {
	v := serve(t, "github")
	client := githubClient(v)
	user, _, err := client.Users.Get(t.Context(), "")
	if err != nil || user.GetLogin() != "octocat" {
		t.Fatalf("user %v: %v", user, err)
	}
	seen, pages := map[int]bool{}, 0
	options := &github.IssueListByRepoOptions{ListOptions: github.ListOptions{PerPage: 10}}
	for {
		issues, resp, err := client.Issues.ListByRepo(t.Context(), "octo", "demo", options)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range issues {
			seen[i.GetNumber()] = true
		}
		if pages++; resp.NextPage == 0 {
			break
		}
		options.ListOptions.Page = resp.NextPage
	}
	if len(seen) != 25 || pages != 3 {
		t.Errorf("%d issues on %d pages (want 25 on 3)", len(seen), pages)
	}
	title := "It is down"
	created, _, err := client.Issues.Create(t.Context(), "octo", "demo", &github.IssueRequest{Title: &title})
	if err != nil {
		t.Fatal(err)
	}
	found, _, err := client.Issues.Get(t.Context(), "octo", "demo", created.GetNumber())
	if err != nil || found.GetTitle() != title {
		t.Errorf("found %v: %v", found, err)
	}
}

// go-github raises its own errors for what can befall it.
func TestGitHubErrors(t *testing.T) {
	v := serve(t, "github")
	client := githubClient(v)
	get := func() error {
		_, _, err := client.Users.Get(t.Context(), "")
		return err
	}
	end := v.begin(fakevendor.Fault{Kind: fakevendor.Down, Status: 500})
	var answer *github.ErrorResponse
	if err := get(); !errors.As(err, &answer) || answer.Response.StatusCode != 500 {
		t.Errorf("while down: %v", err)
	}
	end()
	_, _, err := client.Issues.Get(t.Context(), "octo", "demo", 4711)
	if !errors.As(err, &answer) || answer.Response.StatusCode != 404 || answer.Message != "Not Found" {
		t.Errorf("an issue that is not there: %v", err)
	}
	v.revoke("any")
	if err := get(); !errors.As(err, &answer) || answer.Message != "Bad credentials" {
		t.Errorf("with a revoked token: %v", err)
	}
}

// go-github takes the primary limit for what it is, does not call before the window ends, and calls then.
func TestGitHubRateLimit(t *testing.T) {
	v := serve(t, "github", dialect.Limit{
		Name: "primary", Requests: 2, Per: time.Hour, By: dialect.ByConnection, Anchor: dialect.AtFirstRequest,
	})
	client := githubClient(v)
	for range 2 {
		if _, _, err := client.Users.Get(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
	}
	var limit *github.RateLimitError
	_, _, err := client.Users.Get(t.Context(), "")
	if !errors.As(err, &limit) {
		t.Fatalf("over the limit: %v", err)
	}
	if reset := limit.Rate.Reset.Time; !reset.Equal(v.start.Add(time.Hour)) {
		t.Errorf("the limit is reset at %s (want %s)", reset, v.start.Add(time.Hour))
	}
	calls := v.World().Journal().Extent().Last
	if _, _, err = client.Users.Get(t.Context(), ""); !errors.As(err, &limit) {
		t.Errorf("told to wait: %v", err)
	}
	if got := v.World().Journal().Extent().Last; got != calls {
		t.Errorf("%d calls while told to wait (want none)", got-calls)
	}
	v.Advance(time.Hour)
	if _, _, err := githubClient(v).Users.Get(t.Context(), ""); err != nil {
		t.Errorf("after the window: %v", err)
	}
}

// go-github takes the secondary limit for what it is.
func TestGitHubSecondaryLimit(t *testing.T) {
	v := serve(t, "github+secondary")
	end := v.begin(fakevendor.Fault{Kind: fakevendor.RateLimited, RetryAfter: time.Minute})
	var limit *github.AbuseRateLimitError
	_, _, err := githubClient(v).Users.Get(t.Context(), "")
	if !errors.As(err, &limit) || limit.GetRetryAfter() != time.Minute {
		t.Errorf("over the secondary limit: %v", err)
	}
	end()
	if _, _, err := githubClient(v).Users.Get(t.Context(), ""); err != nil {
		t.Error(err)
	}
}
