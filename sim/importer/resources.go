package importer

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
)

// wholeApplication is the value of Options.Components for a component that is all of it.
const wholeApplication = "*"

// atlas says which resource a component is: the user's map by name, and by the name's slug.
type atlas map[string]string

func newAtlas(components map[string]string) atlas {
	a := atlas{}
	for _, name := range slices.Sorted(maps.Keys(components)) {
		a[slug(name)] = components[name]
	}
	maps.Copy(a, components)
	return a
}

// resource gives the resource of a component; "" for one that is not used.
func (a atlas) resource(component string) string {
	for _, key := range []string{component, slug(component)} {
		if resource, ok := a[key]; ok {
			return resource
		}
	}
	return slug(component)
}

// resources gives those of several components, sorted; nil is the whole application.
func (a atlas) resources(components []Component) []string {
	found := []string{}
	for _, c := range components {
		switch resource := a.resource(c.Name); resource {
		case wholeApplication:
			return nil
		case "":
		default:
			found = append(found, resource)
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// slug is a name in lower case with dashes: "API Requests" is api-requests.
func slug(name string) string {
	s := strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return r == unicode.ReplacementChar || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), "-")
	if s == "" && name != "" {
		return "component"
	}
	if runes := []rune(s); len(runes) > 60 {
		s = strings.TrimRight(string(runes[:60]), "-")
	}
	return s
}

// address gives the windows their applications and resources, as far as the records tell: nothing
// of the workload is looked at yet. Faults of connections know no resources.
func (j *judgement) address(app string, own bool) {
	a := newAtlas(j.opt.Components)
	for i := range j.windows {
		w := &j.windows[i]
		w.application = cmp.Or(w.record.Application, app)
		if own {
			w.application = applicationName(w.application)
		}
		if len(w.record.Components) > 0 && !w.fault.onConnection() {
			w.resources = a.resources(w.record.Components)
		}
	}
}

// fit keeps what the workload uses: a window that touches none of it is refused.
func (j *judgement) fit(work *workload) {
	unused := map[string]int{}
	j.windows = slices.DeleteFunc(j.windows, func(w window) bool {
		app := work.find(w.application)
		switch {
		case app == nil:
			j.refuse(w.record, RuleNoResource, "application "+w.application+" is not in the workload")
			return true
		case w.fault.onConnection() && len(app.reached(w.fault)) == 0:
			j.refuse(w.record, RuleNoResource, "no connection of the workload can have a "+w.fault.Kind)
			return true
		case w.resources == nil:
			return false
		}
		for _, r := range w.resources {
			if !app.resources[r] {
				unused[r]++
			}
		}
		if !slices.ContainsFunc(w.resources, func(r string) bool { return app.resources[r] }) {
			j.refuse(w.record, RuleNoResource, "touches no resource of the workload: "+
				strings.Join(w.record.names(), ", "))
			return true
		}
		return false
	})
	for i := range j.windows {
		w := &j.windows[i]
		app := work.find(w.application)
		w.application = app.name
		w.resources = slices.DeleteFunc(w.resources, func(r string) bool { return !app.resources[r] })
	}
	for _, r := range slices.Sorted(maps.Keys(unused)) {
		naming := "1 record names it"
		if unused[r] != 1 {
			naming = fmt.Sprintf("%d records name it", unused[r])
		}
		j.history.remarkf("%s is no resource of the workload; %s", r, naming)
	}
}

// longestOut gives the resources of an application that were out, the longest first.
func longestOut(windows []window, app string) []string {
	out := map[string]time.Duration{}
	for _, w := range windows {
		if w.application != app {
			continue
		}
		for _, r := range w.resources {
			out[r] += min(w.to.Sub(w.from), 365*24*time.Hour)
		}
	}
	return slices.SortedFunc(maps.Keys(out), func(a, b string) int {
		return cmp.Or(cmp.Compare(out[b], out[a]), cmp.Compare(a, b))
	})
}
