package timeline_test

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// problem is what the reader says of a mistake.
type problem = struct{ What, Want string }

func problemsOf(err error) []problem {
	var list []problem
	if errs := timeline.Errors(nil); errors.As(err, &errs) {
		for _, p := range errs {
			list = append(list, problem{p.What, p.Want})
		}
	}
	return list
}

// wants is the sorted list of what the reader would have where it says something like what of text.
func wants(t *testing.T, text, what string) []string {
	t.Helper()
	_, err := timeline.Parse("drill.yaml", []byte(text))
	for _, p := range problemsOf(err) {
		if strings.Contains(p.What, what) {
			list := regexp.MustCompile(`, | or | and `).Split(p.Want, -1)
			slices.Sort(list)
			return list
		}
	}
	t.Fatalf("%s\nnothing says %q: %v", text, what, err)
	return nil
}

// things is what flows, events and expectations are about.
const things = header + `
applications: {a: }
connections: {c: {application: a, auth: oauth2}}
flows: {f: {from: c/r, to: c/s, every: 1h}}
polling_jobs: {j: {instance: c, resources: [r], every: 1h}}
`

// place is a mapping of timelines: where the schema describes it, a timeline with $ in place of its pairs,
// and pairs that are enough.
type place struct{ at, text, enough string }

func places() []place {
	two := header + "applications: {a: }\nconnections: {c: {application: a}}\n"
	return []place{
		{"", "{$}", "outagedrill: 1, start: 2024-03-01T00:00:00Z, duration: 1d"},
		{"properties/policy", header + "policy: {$}", ""},
		{"properties/defaults", header + "defaults: {$}", ""},
		{"$defs/environment", header + "environments: {e: {$}}", "threshold: 1"},
		{"$defs/application", header + "applications: {a: {$}}", ""},
		{"$defs/latency", header + "applications: {a: {latency: {$}}}", "median: 1s, p99: 2s"},
		{"$defs/step", header + "applications: {a: {records: {r: [{$}]}}}", "from: +1h, rate: 1/h"},
		{"$defs/limit", header + "applications: {a: {rate_limit: {$}}}", "concurrency: 1"},
		{"$defs/connection", header + "applications: {a: }\nconnections: {c: {$}}", "application: a"},
		{"$defs/flow", two + "flows: {f: {$}}", "from: c/r, to: c/s, every: 1h"},
		{"$defs/intake", two + "flows: {f: {from: c/r, to: c/s, every: 1h, intake: {$}}}", "buffer: 1"},
		{"$defs/polling_job", two + "polling_jobs: {j: {$}}", "instance: c, resources: [r], every: 1h"},
		{"$defs/event", things + "events: [{$}]", "at: +1h, fault: down, application: a"},
		{
			"$defs/operator", things + "operators: [{$}]",
			"when: advice.support, do: reauthorize, hours: 09:00-17:00",
		},
		{"$defs/expectation", things + "expect: [{$}]", "flow: f, lost: 0"},
	}
}

// TestSchemaKeys holds the schema's keys, words and defaults to the reader's.
func TestSchemaKeys(t *testing.T) {
	_, doc := compiled(t)
	closed := objects(doc, "")
	for _, p := range places() {
		delete(closed, p.at)
		o := at(doc, p.at)
		properties := o["properties"].(map[string]any) //nolint:forcetypeassert // a closed object
		fill := func(pairs string) string { return strings.Replace(p.text, "$", pairs, 1) }
		if o["allOf"] == nil || p.at == "$defs/operator" {
			keys := slices.Sorted(maps.Keys(properties))
			same(t, p.at, "keys", keys, wants(t, fill("zz: 1"), `unknown key "zz"`))
		}
		required, _ := o["required"].([]any)
		section := strings.TrimPrefix(p.at, "$defs/") + "s"
		if without := at(doc, "then/properties/"+section+"/additionalProperties"); without != nil {
			required, _ = without["required"].([]any) // for defaults: may give them
		}
		if len(required) > 0 && o["oneOf"] == nil {
			same(t, p.at, "required keys", words(required), wants(t, fill(""), " without "))
		}
		whole := p.enough
		for _, key := range slices.Sorted(maps.Keys(properties)) {
			property := properties[key].(map[string]any) //nolint:forcetypeassert // a property
			if list, ok := property["enum"].([]any); ok && !strings.HasPrefix(p.at, "$defs/event") {
				same(t, p.at, key, words(list), wants(t, fill(key+": zz"), `"zz"`))
			}
			if property["description"] == nil {
				t.Errorf("%s: %s has no description", p.at, key)
			}
			if value, ok := property["default"]; ok && key != "outagedrill" {
				whole += fmt.Sprintf(", %s: %v", key, value)
			}
		}
		whole = strings.TrimPrefix(whole, ", ")
		if diff := cmp.Diff(meant(t, fill(p.enough)), meant(t, fill(whole))); diff != "" {
			t.Errorf("%s: defaults written out change the timeline (-without +with):\n%s", p.at, diff)
		}
	}
	if len(closed) > 0 {
		t.Errorf("nothing compares %v with the reader", closed)
	}
}

// meant is what a timeline says to the simulator.
func meant(t *testing.T, text string) timeline.Timeline {
	t.Helper()
	tl := must(t, "", text)
	for i := range tl.Flows {
		tl.Flows[i].ParallelPages = max(tl.Flows[i].ParallelPages, 1)
	}
	for i := range tl.Operators {
		tl.Operators[i].Open, tl.Operators[i].Opening = nil, nil
	}
	return *tl
}

// TestSchemaEvents holds each kind of event to the reader's: its keys, those required, and the words of how.
func TestSchemaEvents(t *testing.T) {
	_, doc := compiled(t)
	event := at(doc, "$defs/event")
	properties := at(event, "properties")
	var kinds, keys []string
	for i := range event["allOf"].([]any) { //nolint:forcetypeassert // it is a list
		branch := at(event, fmt.Sprintf("allOf/%d", i))
		doer := words(at(branch, "if")["required"])[0]
		kind, body := doer+": x", doer+": x"
		if doer == "environment" {
			body = "environment: staging"
		}
		if word := at(branch, "if/properties/"+doer)["const"]; word != nil {
			kind = fmt.Sprintf("%s: %v", doer, word)
			body = kind
		}
		kinds = append(kinds, kind)
		then := at(branch, "then")
		takes := words(at(then, "propertyNames")["enum"])
		keys = append(keys, takes...)
		text := func(pairs string) string { return things + "events: [{" + body + pairs + "}]" }
		same(t, kind, "keys", takes, wants(t, text(", zz: 1"), `unknown key "zz"`))
		same(t, kind, "required keys", words(then["required"]), wants(t, text(""), " without "))
		if slices.Contains(takes, "how") {
			how := words(at(then, "properties/how")["enum"])
			same(t, kind, "how", how, wants(t, text(", how: zz"), `"zz"`))
		}
	}
	slices.Sort(keys)
	same(t, "events", "keys", slices.Sorted(maps.Keys(properties)), slices.Compact(keys))
	same(t, "down", "status", words(at(properties, "status")["enum"]),
		wants(t, things+"events: [{fault: down, status: zz}]", `"zz"`))
	var known []string
	for _, doer := range wants(t, things+"events: [{at: +1h}]", "without what happens") {
		doer = strings.TrimPrefix(doer, "the key ")
		list, ok := at(properties, doer)["enum"].([]any)
		if !ok {
			known = append(known, doer+": x")
			continue
		}
		same(t, "events", doer, words(list), wants(t, things+"events: [{"+doer+": zz}]", `"zz"`))
		for _, word := range words(list) {
			known = append(known, doer+": "+word)
		}
	}
	slices.Sort(kinds)
	slices.Sort(known)
	same(t, "events", "kinds", kinds, known)
}

// TestSchemaExpect holds what can be expected of each subject to the reader's figures and states.
func TestSchemaExpect(t *testing.T) {
	_, doc := compiled(t)
	expectation := at(doc, "$defs/expectation")
	properties := at(expectation, "properties")
	named := map[string]string{"job": "j", "connection": "c", "flow": "f", "application": "a"}
	var keys []string
	for i := range expectation["allOf"].([]any) { //nolint:forcetypeassert // it is a list
		branch := at(expectation, fmt.Sprintf("allOf/%d", i))
		takes := words(at(branch, "then/propertyNames")["enum"])
		keys = append(keys, takes...)
		if at(branch, "if")["required"] == nil {
			want := wants(t, things+"expect: [{zz: 1}]", `unknown figure "zz"`)
			want = slices.DeleteFunc(want, func(key string) bool { return named[key] != "" })
			same(t, "totals", "figures", takes, append(want, "at"))
			sameUnits(t, properties, things+"expect: [{", takes)
			continue
		}
		subject := words(at(branch, "if")["required"])[0]
		pairs := things + "expect: [{" + subject + ": " + named[subject]
		figures := wants(t, pairs+", zz: 1}]", `unknown figure "zz"`)
		same(t, subject, "figures", takes, append(figures, "at", subject))
		sameUnits(t, properties, pairs+", ", takes)
		if slices.Contains(takes, "state") {
			state := at(branch, "then/properties/state/anyOf/0")["enum"]
			same(t, subject, "state", words(state), wants(t, pairs+", state: zz}]", `"zz"`))
		}
	}
	slices.Sort(keys)
	same(t, "expectations", "keys", slices.Sorted(maps.Keys(properties)), slices.Compact(keys))
}

// sameUnits holds that the figures among keys are counts and durations to the schema as to the reader.
func sameUnits(t *testing.T, figures map[string]any, pairs string, keys []string) {
	t.Helper()
	for _, key := range keys {
		ref := at(figures, key)["$ref"]
		if ref != "#/$defs/count" && ref != "#/$defs/span" {
			continue
		}
		_, err := timeline.Parse("drill.yaml", []byte(pairs+key+": 5m}]"))
		count := slices.ContainsFunc(problemsOf(err), func(p problem) bool {
			return strings.HasPrefix(p.What, key+" is not a whole number")
		})
		if count != (ref == "#/$defs/count") {
			t.Errorf("%s is %v to the schema, and the reader says of 5m: %v", key, ref, err)
		}
	}
}

// TestSchemaValues writes values of all kinds at every key: the schema takes what the reader takes, and what
// the reader refuses for the names of the file or for the values beside it.
func TestSchemaValues(t *testing.T) {
	schema, doc := compiled(t)
	beyond := regexp.MustCompile(`^unknown (application|connection|environment|flow|polling job|zone)|` +
		`zone is not a time zone|no who: of operators|never told|without an? (deadline|intake)$|` +
		`below its median|not an instant: "0"`) // which is +0 where the plus is lost
	values := []string{
		"", "~", "true", "[]", "[x]", "{}", "{x: 1}", "zz", "'5'", "c/r", "0", "1", "-1", "1.5", "2147483648",
		"0s", "1h", "1h30", "1.5d", "-1h", "1/m", "1/0s", "0/1.5h2m", "+1h", "2024-03-01T14:00:00Z",
		"2024-03-01", "dialect", "1000", "1001", "2147483647", "18446744073709551615", "18446744073709551616",
		strings.Repeat("x", 200), strings.Repeat("x", 201), strings.Repeat("x", 1001),
	}
	for _, p := range places() {
		for key := range at(at(doc, p.at), "properties") {
			for _, value := range values {
				pairs := slices.DeleteFunc(strings.Split(p.enough, ", "), func(pair string) bool {
					return pair == "" || strings.HasPrefix(pair, key+": ")
				})
				text := strings.Replace(p.text, "$", strings.Join(append(pairs, key+": "+value), ", "), 1)
				_, err := timeline.Parse("drill.yaml", []byte(text))
				refusal := refusal(t, schema, text)
				named := slices.ContainsFunc(problemsOf(err), func(p problem) bool {
					return beyond.MatchString(p.What)
				})
				if (err == nil) != (refusal == nil) && (refusal != nil || !named) {
					t.Errorf("%s, %s: %s\nthe reader says %v, the schema %v", p.at, key, value, err, refusal)
				}
			}
		}
	}
}

// objects are the closed mappings below v, by where they are.
func objects(v any, path string) map[string]bool {
	found := map[string]bool{}
	if list, ok := v.([]any); ok {
		for i, item := range list {
			maps.Copy(found, objects(item, fmt.Sprintf("%s/%d", path, i)))
		}
	}
	object, _ := v.(map[string]any)
	if object["additionalProperties"] == false {
		found[strings.TrimPrefix(path, "/")] = true
	}
	for key, below := range object {
		maps.Copy(found, objects(below, path+"/"+key))
	}
	return found
}

// at is the object at a path of keys and indexes; an empty one where there is none.
func at(v any, path string) map[string]any {
	for key := range strings.SplitSeq(path, "/") {
		var i int
		switch in := v.(type) {
		case map[string]any:
			if path != "" {
				v = in[key]
			}
		case []any:
			if _, err := fmt.Sscan(key, &i); err == nil {
				v = in[i]
			}
		}
	}
	object, _ := v.(map[string]any)
	return object
}

// words are the items of a list as sorted text.
func words(list any) []string {
	var out []string
	items, _ := list.([]any)
	for _, item := range items {
		out = append(out, fmt.Sprint(item))
	}
	slices.Sort(out)
	return out
}

func same(t *testing.T, where, what string, schema, reader []string) {
	t.Helper()
	slices.Sort(schema)
	slices.Sort(reader)
	if diff := cmp.Diff(reader, schema); diff != "" {
		t.Errorf("%s: %s (-the reader's +the schema's):\n%s", where, what, diff)
	}
}
