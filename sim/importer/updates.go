package importer

import (
	"cmp"
	"slices"
	"time"
)

// update is one entry of incident_updates.
type update struct {
	id, status       string
	display, created time.Time
	components       []object // affected_components
}

// at is the time that the vendor shows for the update.
func (u update) at() time.Time {
	if !u.display.IsZero() {
		return u.display
	}
	return u.created
}

// closes tells whether the update says that it is over.
func (u update) closes() bool {
	return u.status == "resolved" || u.status == "completed" || u.status == "postmortem"
}

// updatesOf reads the updates, oldest first: by displayed time, then created, then id. The source's
// order differs between pages and years.
func updatesOf(o object) []update {
	var ups []update
	for _, u := range o.objects("incident_updates") {
		ups = append(ups, update{
			id: u.text("id"), status: u.text("status"), display: u.instant("display_at"),
			created: u.instant("created_at"), components: u.objects("affected_components"),
		})
	}
	slices.SortStableFunc(ups, func(a, b update) int {
		return cmp.Or(a.at().Compare(b.at()), a.created.Compare(b.created), cmp.Compare(a.id, b.id))
	})
	return ups
}

// closing is the time of the update that ended a record: the first that says so after the last
// that does not; without one, the newest update that is no post-mortem.
func closing(ups []update) time.Time {
	var end time.Time
	for _, u := range slices.Backward(ups) {
		switch {
		case u.status == "resolved" || u.status == "completed":
			end = u.at()
		case u.status == "postmortem":
		case end.IsZero():
			return u.at()
		default:
			return end
		}
	}
	return end
}

// noComponents is what pages of 2016 to 2019 write instead of an empty list.
const noComponents = "No components were affected by this update."

// affected gives the components of an incident and their worst status. Those that left operational
// in an update count; if none did, those that an update names; if none is named, those attached to
// the incident, whose own status is that of today and says nothing.
func affected(o object, ups []update) (touched []Component, worst string) {
	var out, named []Component
	for _, u := range ups {
		for _, c := range u.components {
			component := Component{ID: c.text("code"), Name: c.text("name")}
			if component.Name == "" || component.Name == noComponents {
				continue
			}
			named = append(named, component)
			for _, status := range []string{c.text("old_status"), c.text("new_status")} {
				if status != "" && status != operational {
					out = append(out, component)
					worst = worse(worst, status)
				}
			}
		}
	}
	switch {
	case len(out) > 0:
		return distinct(out), worst
	case len(named) > 0:
		return distinct(named), ""
	}
	for _, c := range o.objects("components") {
		if name := c.text("name"); name != "" && c["group"] != true {
			touched = append(touched, Component{ID: c.text("id"), Name: name})
		}
	}
	return distinct(touched), ""
}

// nameComponents marks the ids of components that an incident of a summary names.
func nameComponents(o object, named map[string]bool) {
	for _, c := range o.objects("components") {
		named[c.text("id")] = true
	}
	for _, u := range o.objects("incident_updates") {
		for _, c := range u.objects("affected_components") {
			named[c.text("code")] = true
		}
	}
}

const operational = "operational"

// worse gives the graver of two component statuses.
func worse(a, b string) string {
	if gravity(b) > gravity(a) {
		return b
	}
	return a
}

func gravity(status string) int {
	switch status {
	case "":
		return 0
	case operational:
		return 1
	case "under_maintenance":
		return 2
	case "degraded_performance":
		return 4
	case "partial_outage":
		return 5
	case "major_outage":
		return 6
	}
	return 3 // a word that nobody knows
}

// distinct gives each component once, in the order of first mention. One that was renamed on the
// way counts once, under its newest name.
func distinct(components []Component) []Component {
	var once []Component
	places := map[Component]int{} // under the id alone and under the name alone
	for _, c := range components {
		byID, byName := Component{ID: c.ID}, Component{Name: c.Name}
		i, known := places[byID]
		if !known || c.ID == "" {
			i, known = places[byName]
		}
		if !known {
			i, once = len(once), append(once, c)
		}
		once[i].Name = c.Name
		places[byID], places[byName] = i, i
	}
	return once
}

// renameComponents gives every component the name that the newest record gives it, since pages
// rename components and keep their ids.
func renameComponents(records []Record) {
	newest := map[string]*Record{}
	names := map[string]string{}
	for i := range records {
		r := &records[i]
		for _, c := range r.Components {
			if last := newest[c.ID]; c.ID != "" && (last == nil || !r.Version.Before(last.Version)) {
				newest[c.ID], names[c.ID] = r, c.Name
			}
		}
	}
	for _, r := range records {
		for i, c := range r.Components {
			if name, ok := names[c.ID]; ok {
				r.Components[i].Name = name
			}
		}
	}
}
