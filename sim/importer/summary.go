package importer

// summary reads the components of a summary. One that is not operational and that no incident or
// running maintenance of the same snapshot names is a record of its own: it began when the
// component last changed, and is open. Groups repeat their children and are listed.
func (r *statuspageReader) summary(o object, where string, named map[string]bool) {
	components := o.objects("components")
	labels := componentLabels(components)
	for i, c := range components {
		status := c.text("status")
		if status == operational || status == "" || named[c.text("id")] {
			continue
		}
		rec := Record{
			ID: c.text("id"), Name: labels[i], Where: r.at(where, "component "+clean(labels[i], 60)),
			From: c.instant("updated_at"), Open: true, Severity: status,
			Components: []Component{{c.text("id"), labels[i]}},
		}
		if c["group"] == true {
			rec.refuse(RuleGroup, "a group repeats the states of its components")
		}
		r.h.records = append(r.h.records, rec)
	}
}

// componentLabels names components so that namesakes in different groups stay apart.
func componentLabels(components []object) []string {
	count, groups := map[string]int{}, map[string]string{}
	for _, c := range components {
		count[c.text("name")]++
		groups[c.text("id")] = c.text("name")
	}
	labels := make([]string, len(components))
	for i, c := range components {
		labels[i] = c.text("name")
		if group := groups[c.text("group_id")]; count[labels[i]] > 1 && group != "" {
			labels[i] = group + " / " + labels[i]
		}
	}
	return labels
}
