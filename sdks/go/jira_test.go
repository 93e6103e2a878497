package sdks_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/andygrunwald/go-jira"

	"github.com/outagedrill/outagedrill/fakevendor"
)

func jiraClient(v *vendor) *jira.Client {
	v.Helper()
	basic := jira.BasicAuthTransport{Username: "ada@example.com", Password: "any"}
	client, err := jira.NewClient(basic.Client(), v.url)
	if err != nil {
		v.Fatal(err)
	}
	return client
}

// go-jira reads pages, by offset and by token, creates, changes, comments, moves on and deletes.
func TestJira(t *testing.T) {
	v := serve(t, "jira")
	client := jiraClient(v)
	seen := map[string]bool{}
	ten := &jira.SearchOptions{MaxResults: 10}
	err := client.Issue.SearchPages("project = DEMO", ten, func(i jira.Issue) error {
		seen[i.Key] = true
		return nil
	})
	if err != nil || len(seen) != 25 {
		t.Errorf("%d issues (want 25): %v", len(seen), err)
	}
	options, count := &jira.SearchOptionsV2{MaxResults: 10}, 0
	for {
		issues, resp, err := client.Issue.SearchV2JQL("project = DEMO", options)
		if err != nil {
			t.Fatal(err)
		}
		count += len(issues)
		if options.NextPageToken = resp.NextPageToken; resp.IsLast {
			break
		}
	}
	if count != 25 {
		t.Errorf("%d issues by token (want 25)", count)
	}
	made, _, err := client.Issue.Create(&jira.Issue{Fields: &jira.IssueFields{Summary: "It is down"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := client.Issue.AddComment(made.Key, &jira.Comment{Body: "still"}); err != nil {
		t.Error(err)
	}
	if _, err := client.Issue.DoTransition(made.Key, "31"); err != nil {
		t.Error(err)
	}
	change := map[string]any{"fields": map[string]any{"summary": "It is up"}}
	if _, err := client.Issue.UpdateIssue(made.Key, change); err != nil {
		t.Error(err)
	}
	if got, _, err := client.Issue.Get(made.Key, nil); err != nil || got.Fields.Summary != "It is up" {
		t.Errorf("found %+v: %v", got, err)
	}
	if _, err := client.Issue.Delete(made.Key); err != nil {
		t.Error(err)
	}
	if projects, _, err := client.Project.GetList(); err != nil || len(*projects) == 0 {
		t.Errorf("projects %v: %v", projects, err)
	}
}

// go-jira gives the answer with its error: its status, and how long to wait.
func TestJiraErrors(t *testing.T) {
	v := serve(t, "jira")
	client := jiraClient(v)
	get := func(key string) (*jira.Response, error) {
		_, resp, err := client.Issue.Get(key, nil)
		return resp, err
	}
	var answer *jira.Error
	if _, err := get("DEMO-4711"); !errors.As(err, &answer) || len(answer.ErrorMessages) != 1 {
		t.Errorf("an issue that is not there: %v", err)
	}
	end := v.begin(fakevendor.Fault{Kind: fakevendor.RateLimited, RetryAfter: 30 * time.Second})
	resp, err := get("DEMO-3")
	if err == nil || resp.StatusCode != 429 || resp.Header.Get("Retry-After") != "30" {
		t.Errorf("while limited: %v", err)
	}
	end()
	for status, fault := range map[int]fakevendor.Fault{
		http.StatusInternalServerError: {Kind: fakevendor.Down, Status: 500},
		http.StatusServiceUnavailable:  {Kind: fakevendor.Maintenance},
		http.StatusUnauthorized:        {Kind: fakevendor.BadCredentials},
	} {
		end := v.begin(fault)
		if resp, err := get("DEMO-3"); err == nil || resp.StatusCode != status {
			t.Errorf("want status %d: %v", status, err)
		}
		end()
	}
	if _, err := get("DEMO-3"); err != nil {
		t.Errorf("all is well: %v", err)
	}
}
