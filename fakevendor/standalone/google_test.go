package standalone_test

import (
	"testing"
	"time"
)

// Google's lists say how to ask for what changes later: calendars by a sync token, Drive by a page token, Gmail by
// the id of a history.
func TestGoogleChanges(t *testing.T) {
	r := serve(t, []string{"google-workspace"})
	ask := func(method, path, body string) answer {
		return r.ask("google-workspace", method, path, body, key, "Content-Type: application/json")
	}
	const events = "/calendar/v3/calendars/primary/events"
	var told struct{ NextPageToken, NextSyncToken, StartPageToken, NewStartPageToken, HistoryID string }
	ask("GET", events+"?maxResults=20", "").json(t, &told)
	if told.NextPageToken == "" || told.NextSyncToken != "" {
		t.Fatalf("the first page leads on by %+v", told)
	}
	ask("GET", events+"?maxResults=20&pageToken="+told.NextPageToken, "").json(t, &told)
	ask("GET", "/drive/v3/changes/startPageToken", "").json(t, &told)
	ask("GET", "/gmail/v1/users/me/profile", "").json(t, &told)
	r.advance(time.Minute)
	ask("POST", events, `{"summary":"lunch"}`).want(t, 200, "lunch")
	ask("POST", "/drive/v3/files", `{"name":"a.txt"}`).want(t, 200, "a.txt")
	ask("POST", "/gmail/v1/users/me/messages/send", `{"raw":"eA"}`).want(t, 200, "eA")
	for path, want := range map[string]string{
		events + "?syncToken=" + told.NextSyncToken:                        `"id":"event1000000001"`,
		"/drive/v3/changes?pageToken=" + told.StartPageToken:               `"changes":[{"kind":"drive#change","changeType":"file"`,
		"/gmail/v1/users/me/history?startHistoryId=" + told.HistoryID:      `"messagesAdded":[{"message":{`,
		"/drive/v3/changes?pageToken=" + told.StartPageToken + "&fields=x": `"fileId":"file1000000001"`,
	} {
		var page map[string]any
		a := ask("GET", path, "")
		a.want(t, 200, want)
		a.json(t, &page)
		for _, name := range []string{"items", "changes", "history"} {
			if all, ok := page[name].([]any); ok && len(all) != 1 {
				t.Errorf("%s tells of %d changes (want 1)", path, len(all))
			}
		}
	}
}

// Ranges of a spreadsheet are written and read several at once.
func TestGoogleRanges(t *testing.T) {
	r := serve(t, []string{"google-workspace"})
	const values = "/v4/spreadsheets/s1/values:"
	r.ask("google-workspace", "POST", values+"batchUpdate", `{"data":[{"range":"A1","values":[["a"]]},{"range":"B1","values":[["b"]]}]}`,
		key, "Content-Type: application/json").want(t, 200, `{"spreadsheetId":"s1","updatedRange":"B1"}`)
	r.ask("google-workspace", "GET", values+"batchGet?ranges=B1&ranges=A1", "", key).
		want(t, 200, `"valueRanges":[{"majorDimension":"ROWS","range":"B1","values":[["b"]]},{"majorDimension"`)
}
