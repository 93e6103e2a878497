package features_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/features/contract"
	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/reports/suite"
)

// TestMappedTarget plays the auto-disable rule on the Python platform behind paths and names of another kind, as
// examples/targets/other.yaml maps them: it is judged as it is by the contract's own.
func TestMappedTarget(t *testing.T) {
	needs(t, "python3")
	const file = "../examples/targets/other.yaml"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	mapping, err := contract.ReadMapping(file, text)
	if err != nil {
		t.Fatal(err)
	}
	play := func(t *testing.T, tags string, args ...string) *suite.Suite {
		there := startTarget(t, "python3", append([]string{"../examples/targets/python/poller.py"}, args...)...)
		other := httptest.NewServer(&otherPlatform{there})
		t.Cleanup(other.Close)
		target, err := steps.OpenTarget(t.Context(), other.URL+"/v4", steps.TargetOptions{Timeout: targetPatience, Map: mapping})
		if err != nil {
			t.Fatal(err)
		}
		return playTarget(t, steps.UnderTest(target), tags)
	}
	right := play(t, "@DIS-05 or @DIS-07 or @DIS-08 or @DIS-11 or @DIS-12")
	for _, f := range failuresOf(right) {
		t.Error(f.Message)
	}
	if right.Tally().Passed < 15 {
		t.Errorf("%s (expected 15 passed or more)", right.Tally())
	}
	if play(t, "@DIS-05", "--defect", "off_by_one").Green() {
		t.Error("a platform that is off by one is green behind its mapping")
	}
}

// otherPlatform has the Python platform's behaviour, and paths and names of its own below /v4.
type otherPlatform struct{ there string }

type object = map[string]any

func (o *otherPlatform) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body object
	json.NewDecoder(r.Body).Decode(&body) //nolint:errcheck // some have none
	const own = "/outagedrill/v1"
	var answer any
	switch call := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/v4"); call {
	case "POST /testing/world":
		for _, each := range body["links"].([]any) {
			each.(object)["id"] = each.(object)["name"]
		}
		for _, each := range body["syncs"].([]any) {
			one := each.(object)
			one["id"], one["instance"], one["resources"] = one["name"], one["link"], one["streams"]
		}
		stage := body["stage"].(object)
		answer = o.call("PUT", own+"/world", object{
			"now": body["time"], "environment": stage["name"], "threshold": stage["limit"], "contract": body["contract"],
			"mail": object{"smtp": body["mail"].(object)["server"]}, "connections": body["links"], "polling_jobs": body["syncs"],
		})
	case "GET /api/syncs":
		state := o.call("GET", own+"/state", nil).(object)
		answer = object{"clock": state["now"], "data": each(state["jobs"], syncOf)}
	case "POST /testing/clock":
		answer = clockOf(o.call("PUT", own+"/clock", object{"now": body["to"], "before": body["hold"] == true}))
	case "GET /testing/clock":
		answer = clockOf(o.call("GET", own+"/idle", nil))
	case "PATCH /testing/stage":
		answer = o.call("PUT", own+"/environment", object{"environment": body["name"], "threshold": body["limit"]})
	case "GET /api/syncs/suspended":
		answer = object{"items": each(o.call("GET", "/jobs/polling-disabled", nil), syncOf)}
	case "GET /api/links/suspended":
		answer = object{"items": each(o.call("GET", "/instances/polling-disabled", nil), func(i object) object {
			return object{"name": i["id"]}
		})}
	default:
		path := strings.NewReplacer("/api/syncs/", "/jobs/", "/resume", "/enable", "/stop", "/disable").Replace(r.URL.Path)
		turned, ok := o.call("PUT", strings.TrimPrefix(path, "/v4"), nil).(object)
		if !ok || r.Method != "POST" {
			w.WriteHeader(http.StatusNotFound)
		}
		result := "was active"
		if turned["changed"] == true {
			result = "resumed"
		}
		answer = object{"name": turned["id"], "result": result}
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(answer) //nolint:errcheck // the caller may be gone
}

// call makes a call of the contract; nil: it failed or has no answer.
func (o *otherPlatform) call(method, path string, body any) (answer any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	req, err := http.NewRequest(method, o.there+path, bytes.NewReader(text))
	if err != nil {
		panic(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer resp.Body.Close() //nolint:errcheck // it is read
	if resp.StatusCode/100 == 2 {
		json.NewDecoder(resp.Body).Decode(&answer) //nolint:errcheck // some have none
	}
	return answer
}

func each(list any, change func(object) object) []object {
	all := []object{}
	for _, item := range list.([]any) {
		all = append(all, change(item.(object)))
	}
	return all
}

func clockOf(idle any) object {
	i := idle.(object)
	return object{"clock": i["now"], "busy": i["idle"] != true, "next": i["next_due"]}
}

// syncOf words a job.
func syncOf(job object) object {
	streams := each(job["resources"], func(r object) object {
		return object{
			"name": r["name"], "stats": object{"failures": r["consecutive_failures"], "records": r["delivered"]},
		}
	})
	status := map[string]string{"platform": "suspended", "user": "stopped"}[fmt.Sprint(job["disabled_by"])]
	if status == "" {
		return object{"name": job["id"], "status": "active", "streams": streams}
	}
	s := object{"name": job["id"], "status": status, "since": job["disabled_at"], "streams": streams, "link": job["instance"]}
	if cause, ok := job["last_error"].(object); ok {
		cause["stream"] = job["resource"]
		s["cause"], s["stage"] = cause, object{"name": job["environment"], "limit": job["threshold"]}
	}
	return s
}
