package timeline

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// add puts what a line says into the sections.
func (f *fleet) add(r row) {
	application := r["application"]
	connection := r["connection"]
	if connection.text == "" {
		connection = cell{application.text + "-main", application.line, application.col}
	}
	a := f.applications.entry(application)
	f.once(a, r, "latency", application)
	f.once(a, r, "dialect", application)
	c := f.connections.entry(connection)
	f.set(c, "application", application, "application of the connection "+quote(connection.text))
	f.once(c, r, "auth", connection)
	f.once(c, r, "owner", connection)
	resources := fields(r["resources"])
	if r["records"].text != "" {
		of := child(a, "records", application)
		for _, resource := range resources {
			f.set(of, resource.text, r["records"], "records of "+quote(resource.text))
		}
	}
	if r["to"].text != "" {
		f.addFlow(r, connection, resources)
		return
	}
	f.addJob(r, connection, resources)
}

// addJob adds a line without a destination.
func (f *fleet) addJob(r row, connection cell, resources []cell) {
	if c := r["auto_resolve"]; c.text != "" {
		f.fail(c.line, c.col, "auto_resolve of a polling job",
			"it with flows alone, which have a value in to")
	}
	job := f.jobs.entry(r["name"])
	list := &yaml.Node{Kind: yaml.SequenceNode, Line: r["resources"].line, Column: r["resources"].col}
	for _, resource := range resources {
		list.Content = append(list.Content, resource.node())
	}
	put(job, "instance", connection)
	job.Content = append(job.Content, text("resources", r["resources"].line, r["resources"].col), list)
	f.schedule(job, r)
}

// addFlow adds a line with a destination, APPLICATION or APPLICATION/RESOURCE, whose connection is called
// APPLICATION-main.
func (f *fleet) addFlow(r row, connection cell, resources []cell) {
	if len(resources) > 1 {
		f.fail(resources[1].line, resources[1].col,
			fmt.Sprintf("%d resources of a flow", len(resources)), "one; or a line each")
	}
	to := r["to"]
	target, resource, cut := strings.Cut(to.text, "/")
	if !cut {
		resource = resources[0].text
	}
	if target == "" || resource == "" {
		f.fail(to.line, to.col, "to is not an application with a resource: "+quote(to.text),
			"APPLICATION or APPLICATION/RESOURCE")
		return
	}
	f.applications.entry(cell{target, to.line, to.col})
	main := cell{target + "-main", to.line, to.col}
	f.set(f.connections.entry(main), "application", cell{target, to.line, to.col},
		"application of the connection "+quote(main.text))
	flow := f.flows.entry(r["name"])
	from := resources[0]
	from.text = connection.text + "/" + from.text
	put(flow, "from", from)
	put(flow, "to", cell{main.text + "/" + resource, to.line, to.col})
	f.schedule(flow, r)
	if r["auto_resolve"].text != "" {
		put(flow, "auto_resolve", r["auto_resolve"])
	}
}

// schedule adds when a job or flow runs.
func (f *fleet) schedule(entry *yaml.Node, r row) {
	put(entry, "every", r["every"])
	if r["phase"].text != "" {
		put(entry, "phase", r["phase"])
	}
}

// once sets a key of an entry that several lines may speak of, if this line says something.
func (f *fleet) once(entry *yaml.Node, r row, key string, name cell) {
	if r[key].text != "" {
		f.set(entry, key, r[key], key+" of "+quote(name.text))
	}
}

// set sets a key of an entry, called what in messages; lines that contradict one another are a problem.
func (f *fleet) set(entry *yaml.Node, key string, value cell, what string) {
	before := f.said[said{entry, key}]
	if before == nil {
		put(entry, key, value)
		f.said[said{entry, key}] = entry.Content[len(entry.Content)-1]
		return
	}
	if before.Value != value.text {
		f.fail(value.line, value.col, fmt.Sprintf("%s: %s, but line %d says %s",
			what, quote(value.text), before.Line, quote(before.Value)), "one value, or none on later lines")
	}
}

// put appends a pair.
func put(entry *yaml.Node, key string, value cell) {
	entry.Content = append(entry.Content, text(key, value.line, value.col), value.node())
}

// child is the mapping under a key of an entry, made where it is not there.
func child(entry *yaml.Node, key string, at cell) *yaml.Node {
	if _, below, _ := mapItem(entry, key); below != nil {
		return below
	}
	below := &yaml.Node{Kind: yaml.MappingNode, Line: at.line, Column: at.col}
	entry.Content = append(entry.Content, text(key, at.line, at.col), below)
	return below
}

// entry is the mapping of a name, made where it is not there.
func (s *section) entry(name cell) *yaml.Node {
	if known := s.entries[name.text]; known != nil {
		return known
	}
	entry := &yaml.Node{Kind: yaml.MappingNode, Line: name.line, Column: name.col}
	s.entries[name.text] = entry
	s.node.Content = append(s.node.Content, text(name.text, name.line, name.col), entry)
	return entry
}

// fields are the words of a cell, each with its place.
func fields(c cell) []cell {
	var out []cell
	column, runes := 0, []rune(c.text)
	for column < len(runes) {
		if runes[column] == ' ' {
			column++
			continue
		}
		end := column
		for end < len(runes) && runes[end] != ' ' {
			end++
		}
		out = append(out, cell{string(runes[column:end]), c.line, c.col + column})
		column = end
	}
	return out
}
