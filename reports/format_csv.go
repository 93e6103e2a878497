package reports

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"github.com/outagedrill/outagedrill/sim/journal"
)

// writeCSV writes a row for each stretch of a state and each happening of a lane (RFC 4180). Times are RFC
// 3339 in UTC, seconds exact decimals; to and seconds are empty where something happened at an instant.
func writeCSV(b *bytes.Buffer, all []*model) error {
	w := csv.NewWriter(b)
	w.UseCRLF = true
	rows := [][]string{{"run", "application", "kind", "name", "what", "from", "to", "seconds", "resource"}}
	for _, m := range all {
		for _, g := range m.lanes().groups {
			for _, l := range g.Lanes {
				rows = append(rows, m.laneRows(g, l)...)
			}
		}
	}
	for _, r := range rows {
		for i, cell := range r {
			r[i] = harmlessCell(cell)
		}
	}
	return w.WriteAll(rows)
}

// laneRows are the rows of one lane, states first, each in the order of their times.
func (m *model) laneRows(g *laneGroup, l *lane) [][]string {
	var rows [][]string
	name := m.exactName(l)
	for _, s := range l.spans {
		resource := ""
		if n := int(s.resource); n > 0 && n <= len(l.resources) {
			resource = l.resources[n-1]
		}
		rows = append(rows, []string{
			strip(m.Run.Name), g.Name, l.Kind, name, m.look.list[s.state].Label,
			s.from.String(), s.to.String(), seconds(s.to.Sub(s.from)), resource,
		})
	}
	for _, k := range l.marks {
		rows = append(rows, []string{
			strip(m.Run.Name), g.Name, l.Kind, name, m.look.list[k.shape].Label, k.at.String(), "", "", "",
		})
	}
	return rows
}

// exactName is a lane's name in full, for programs that look for it.
func (m *model) exactName(l *lane) string {
	i, err := strconv.Atoi(l.ID[1:])
	if err != nil {
		return l.Name
	}
	switch l.Kind {
	case "vendor", "status":
		return strip(m.Run.Applications[i].Name)
	case "connection":
		return strip(m.Run.Connections[i].Name)
	case "flow":
		return strip(m.Run.Flows[i].Name)
	case "job":
		return strip(m.Run.Jobs[i].Name)
	}
	return l.Name
}

// harmlessCell keeps a name from being taken for a formula: one that begins as formulas do gets an
// apostrophe, which spreadsheets take for the sign of text.
func harmlessCell(s string) string {
	if s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

// seconds is a duration as a decimal of seconds.
func seconds(d time.Duration) string { return string(journal.Seconds(d).AppendJSON(nil)) }
