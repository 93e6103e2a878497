package standalone

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/fakevendor"
	"github.com/outagedrill/outagedrill/fakevendor/dialect"
)

// What came of the rows of a job, as comma-separated values: fields that calls about the job find among their
// own. They are kept in a list of their own, by the numbers of the jobs.
const (
	doneRows   = "rows_done"
	failedRows = "rows_failed"
	rowsOf     = " rows" // after the name of the job's kind of object: the list's key
	rowError   = "sf__Error"
)

// columnsName is the parameter that says which columns a table is to have.
const columnsName = "columns"

// loadJob makes the fields of the job that the call is about the request's, beside the rows of its body, and
// finds out what it does to them.
func (c *call) loadJob() {
	c.parted = true
	of := c.route.Job
	fields := map[string]any{}
	number, ok := c.job(of, &fields)
	if !ok {
		c.jobless, c.asked = true, c.captured(of.ID)
		return
	}
	if l := c.app.lists[of.Object+rowsOf]; l != nil && l.Touched[number] != nil {
		if decode(l.Touched[number].Raw, &fields) != nil {
			return // it was written by report
		}
	}
	if rows, ok := c.fields[listField]; ok {
		fields[listField] = rows
	}
	c.fields = fields
	switch deed := strings.ToLower(text(fields[of.Deed])); deed {
	case "insert", "create":
		c.action = dialect.CreateObject
	case "update":
		c.action = dialect.UpdateObject
	case "upsert":
		c.action = dialect.UpsertObject
	case "delete", "harddelete":
		c.action = dialect.DeleteObject
	}
}

// job finds the job that the call is about; false when it is not there.
func (c *call) job(of *dialect.Job, fields *map[string]any) (number int64, ok bool) {
	object := c.object
	defer func() { c.object, c.number, c.raw = object, 0, nil }()
	objects := c.app.api.Objects
	c.object = &objects[slices.IndexFunc(objects, func(o dialect.Object) bool { return o.Name == of.Object })]
	s := source{key: of.Object, resource: -1}
	number, ok = c.parseID(c.captured(of.ID))
	return number, ok && c.load(&s, number) && decode(c.raw, fields) == nil
}

// report keeps what came of the rows of a job.
func (c *call) report() {
	if c.route == nil || c.route.Job == nil || c.answer.status >= http.StatusMultipleChoices {
		return
	}
	of := c.route.Job
	fields := map[string]any{}
	number, ok := c.job(of, &fields)
	var results []map[string]any
	rows := c.given()
	text := append(append([]byte{'['}, c.results...), ']')
	if decode(text, &results) != nil || !ok || len(results) != len(rows) {
		return
	}
	var done, failed []map[string]any
	for i, given := range rows {
		row := maps.Clone(given)
		maps.Copy(row, results[i])
		if _, wrong := row[rowError]; wrong {
			failed = append(failed, row)
		} else {
			done = append(done, row)
		}
	}
	fields[of.Done], fields[of.Failed] = len(results), len(failed)
	c.keepRaw(of.Object, number, fields)
	c.keepRaw(of.Object+rowsOf, number, map[string]any{doneRows: table(done), failedRows: table(failed)})
}

// keepRaw keeps fields as an object of a list, which may be a new one.
func (c *call) keepRaw(key string, number int64, fields map[string]any) {
	raw, err := json.Marshal(fields)
	t := c.touch(&source{key: key}, number)
	if err != nil || t == nil || c.w.bytes+len(raw)-len(t.Raw) > mostBytes {
		return // the vendor is full: the job says nothing of its rows
	}
	c.w.bytes += len(raw) - len(t.Raw)
	t.Raw, t.Updated = raw, c.now
}

// ripen makes the current object what it has become by itself.
func (c *call) ripen() {
	r := c.object.Ripens
	if r == nil || c.raw == nil || c.now < c.updated+fakevendor.Time(r.After) {
		return
	}
	var fields map[string]any
	if decode(c.raw, &fields) != nil || text(fields[r.Field]) != r.From {
		return
	}
	fields[r.Field] = r.To
	if raw, err := json.Marshal(fields); err == nil {
		c.raw = raw
	}
	c.parted = true
}

// rows reads comma-separated values, the first line of which names the columns; nil when they are none.
func rows(body []byte) []any {
	lines, err := csv.NewReader(bytes.NewReader(body)).ReadAll()
	if err != nil || len(lines) == 0 {
		return nil
	}
	all := []any{}
	for _, line := range lines[1:] {
		row := map[string]any{}
		for i, value := range line {
			row[lines[0][i]] = value
		}
		all = append(all, row)
	}
	return all
}

// table writes rows as comma-separated values, below the names of their columns.
func table(rows []map[string]any) string {
	names := map[string]bool{}
	for _, row := range rows {
		for name := range row {
			names[name] = true
		}
	}
	return tableOf(slices.Sorted(maps.Keys(names)), rows)
}

func tableOf(columns []string, rows []map[string]any) string {
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.Write(columns) //nolint:errcheck // a Builder takes all
	for _, row := range rows {
		line := make([]string, len(columns))
		for i, name := range columns {
			line[i] = text(within(row, name))
		}
		w.Write(line) //nolint:errcheck // as above
	}
	w.Flush()
	return out.String()
}

// appendRows writes the objects of the page as comma-separated values: the columns that the request names, or
// all.
func (c *call) appendRows(dst []byte) []byte {
	var all []map[string]any
	if decode(c.appendItems(nil, c.appendItem), &all) != nil {
		return dst
	}
	if names := c.captured(columnsName); names != "" {
		columns := strings.Split(names, ",")
		for i := range columns {
			columns[i] = strings.TrimSpace(columns[i])
		}
		return append(dst, tableOf(columns, all)...)
	}
	for _, row := range all {
		maps.DeleteFunc(row, func(_ string, value any) bool { return text(value) == "" })
	}
	return append(dst, table(all)...)
}
