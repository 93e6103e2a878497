package sdks_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/shurcooL/githubv4"
	"golang.org/x/oauth2"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// githubv4 refuses an answer that holds more than it asked for.
func graphClient(t *testing.T, v *vendor) *githubv4.Client {
	t.Helper()
	source := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "any"})
	return githubv4.NewEnterpriseClient(v.url+"/graphql", oauth2.NewClient(t.Context(), source))
}

func TestGitHubV4TurnsPagesAndWrites(t *testing.T) {
	v := serve(t, "github")
	client := graphClient(t, v)
	var q struct {
		Viewer     struct{ Login string }
		Repository struct {
			NameWithOwner string
			Issues        struct {
				Nodes []struct {
					Number    int
					Title     string
					CreatedAt time.Time
					Labels    struct{ Nodes []struct{ Name string } } `graphql:"labels(first: 3)"`
				}
				PageInfo struct {
					EndCursor   githubv4.String
					HasNextPage bool
				}
			} `graphql:"issues(first: 10, after: $cursor)"`
		} `graphql:"repository(owner: $owner, name: $name)"`
		RateLimit struct{ Remaining int }
	}
	variables := map[string]any{
		"owner": githubv4.String("octo"), "name": githubv4.String("demo"), "cursor": (*githubv4.String)(nil),
	}
	seen := map[int]bool{}
	for pages := 1; ; pages++ {
		if err := client.Query(t.Context(), &q, variables); err != nil {
			t.Fatal(err)
		}
		for _, issue := range q.Repository.Issues.Nodes {
			seen[issue.Number] = true
		}
		if !q.Repository.Issues.PageInfo.HasNextPage {
			break
		}
		if pages == 5 {
			t.Fatal("the pages do not end")
		}
		variables["cursor"] = githubv4.NewString(q.Repository.Issues.PageInfo.EndCursor)
	}
	if len(seen) != 25 || q.Viewer.Login != "octocat" || q.Repository.NameWithOwner != "octo/demo" {
		t.Errorf("%d issues of %q read by %q, want 25 of octo/demo by octocat", len(seen),
			q.Repository.NameWithOwner, q.Viewer.Login)
	}
	var m struct {
		CreateIssue struct{ Issue struct{ Title string } } `graphql:"createIssue(input: $input)"`
	}
	input := githubv4.CreateIssueInput{RepositoryID: "R_0000000001", Title: "It is down"}
	if err := client.Mutate(t.Context(), &m, input, nil); err != nil || m.CreateIssue.Issue.Title != "It is down" {
		t.Errorf("an issue is made as %q, %v", m.CreateIssue.Issue.Title, err)
	}
}

func TestGitHubV4Errors(t *testing.T) {
	v := serve(t, "github", dialect.Limit{
		Name: "graphql", Requests: 1, Per: time.Hour, Endpoints: []string{"*/graphql"}, Answer: graphLimit(t),
	})
	client := graphClient(t, v)
	var q struct{ Viewer struct{ Login string } }
	if err := client.Query(t.Context(), &q, nil); err != nil {
		t.Fatal(err)
	}
	wants := func(want string) {
		t.Helper()
		if err := client.Query(t.Context(), &q, nil); err == nil || err.Error() != want {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	wants("API rate limit exceeded for user ID 123.")
	v.Advance(time.Hour)
	end := v.begin(fakevendor.Fault{Kind: fakevendor.Down, Status: http.StatusBadGateway})
	if err := client.Query(t.Context(), &q, nil); err == nil {
		t.Error("no error from a gateway's page")
	}
	end()
	var missing struct {
		Repository struct {
			Issue struct{ Title string } `graphql:"issue(number: 999)"`
		} `graphql:"repository(owner: \"octo\", name: \"demo\")"`
	}
	v.Advance(time.Hour)
	if err := client.Query(t.Context(), &missing, nil); err == nil ||
		err.Error() != "Could not resolve to an Issue with the number of 999." {
		t.Errorf("an issue that is not there: %v", err)
	}
}

// graphLimit is what GitHub answers over the limit of GraphQL.
func graphLimit(t *testing.T) *dialect.Shape {
	t.Helper()
	d, err := dialect.Load("github")
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range d.Limits {
		if l.Name == "graphql" {
			return l.Answer
		}
	}
	t.Fatal("GitHub has no limit of GraphQL")
	return nil
}
