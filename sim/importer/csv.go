package importer

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// isCSV recognises a header with from, to and cause, or a first row that begins with two times.
func isCSV(src source) bool {
	first, err := csvReader(src.data).Read()
	if err != nil {
		return false
	}
	if _, ok := csvHeader(first); ok {
		return true
	}
	if len(first) < 3 {
		return false
	}
	_, _, from := parseInstant(first[0])
	_, _, to := parseInstant(first[1])
	return from && (to || first[1] == "")
}

// csvReader accepts what spreadsheets and people write: stray quotes, rows of different lengths,
// comments.
func csvReader(data []byte) *csv.Reader {
	r := csv.NewReader(bytes.NewReader(data))
	r.Comment, r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = '#', -1, true, true
	return r
}

// firstRow gives the first row of what may be a CSV: text, no JSON, with two cells or more.
func firstRow(src source) (row []string, ok bool) {
	if src.looksLikeJSON() || !utf8.Valid(src.data) {
		return nil, false
	}
	row, err := csvReader(src.data).Read()
	return row, err == nil && len(row) > 1
}

// columns are the places of the fields in a row; -1 for none.
type columns struct{ from, to, cause, application int }

// csvHeader reads the first row as a header, in any order and case.
func csvHeader(row []string) (columns, bool) {
	find := func(name string) int {
		return slices.IndexFunc(row, func(cell string) bool {
			return strings.EqualFold(strings.TrimSpace(cell), name)
		})
	}
	c := columns{from: find("from"), to: find("to"), cause: find("cause"), application: find("application")}
	return c, c.from >= 0 && c.to >= 0 && c.cause >= 0
}

// readCSV reads from,to,cause[,application], with or without a header. cause is a fault
// (down:timeout) or a word of the status table.
func readCSV(src source) (*history, error) {
	h := &history{}
	reader := csvReader(src.data)
	place := columns{from: 0, to: 1, cause: 2, application: 3}
	for first := true; ; first = false {
		row, err := reader.Read()
		if row == nil && err == nil {
			continue
		}
		if err != nil {
			var bad *csv.ParseError
			if !errors.As(err, &bad) {
				break
			}
			rec := Record{Where: fmt.Sprintf("line %d", bad.StartLine)}
			rec.refuse(RuleUnreadable, "not CSV: %v", bad.Err)
			h.records = append(h.records, rec)
			continue
		}
		if first {
			if header, ok := csvHeader(row); ok {
				place = header
				continue
			}
		}
		line, _ := reader.FieldPos(0)
		h.records = append(h.records, csvRecord(row, place, fmt.Sprintf("line %d", line)))
	}
	return h, nil
}

func csvRecord(row []string, place columns, where string) Record {
	cell := func(i int) string {
		if i < 0 || i >= len(row) {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	r := Record{Where: where, Severity: cell(place.cause), Application: cell(place.application)}
	r.From = csvInstant(&r, "from", cell(place.from))
	r.To = csvInstant(&r, "to", cell(place.to))
	r.Open = cell(place.to) == ""
	if r.Severity == "" && r.Refused == nil {
		r.refuse(RuleUnreadable, "no cause (want from,to,cause)")
	}
	return r
}

// csvInstant reads one time of a row and notes what is wrong with it.
func csvInstant(r *Record, column, cell string) time.Time {
	at, told, ok := parseInstant(cell)
	switch {
	case cell == "":
	case !ok && r.Refused == nil:
		r.refuse(RuleUnreadable, "%s %q is not a time (want RFC 3339, as 2024-03-01T14:00:00Z)",
			column, cell)
	case ok && !told:
		r.adjust(RuleNoZone, "%s has no zone and is taken as UTC", column)
	}
	return at
}
