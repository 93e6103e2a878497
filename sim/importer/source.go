package importer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// source is an input that is known not to be empty.
type source struct {
	file string
	data []byte // UTF-8 without a byte order mark
}

// format is one kind of source. A further format is a further row of formats and one file.
type format struct {
	name   string
	title  string
	detect func(source) bool
	read   func(source) (*history, error)
}

// formats are tried in this order; the most particular first.
func formats() []format {
	return []format{
		{"statuspage", "Statuspage: incidents, summary, scraped transitions", isStatuspage, readStatuspage},
		{"csv", "CSV: from,to,cause[,application]", isCSV, readCSV},
	}
}

// Formats lists the names that Options.Format takes.
func Formats() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

// read picks the format, by name or by content, and reads the source with it. A source in which its reader
// finds nothing of its own is refused.
func read(src source, name string) (format, *history, error) {
	for _, f := range formats() {
		detected := f.detect(src)
		if name != f.name && (name != "" || !detected) {
			continue
		}
		h, err := f.read(src)
		if err == nil && !detected && !slices.ContainsFunc(h.records, readable) {
			err = unknownFormat(src, name)
		}
		return f, h, err
	}
	if name != "" {
		return format{}, nil, problem.Errors{{
			What: fmt.Sprintf("unknown format %q", clean(name, 40)),
			Want: problem.List(Formats(), "or"), Near: problem.Nearest(name, Formats()),
		}}
	}
	if src.looksLikeJSON() {
		if _, err := jsonValues(src); err != nil {
			return format{}, nil, err
		}
	}
	return format{}, nil, unknownFormat(src, "")
}

// readable tells whether a reader understood a record, if only to refuse it by another rule.
func readable(r Record) bool { return r.Refused == nil || r.Refused.rule != RuleUnreadable }

// unknownFormat says what was expected of a source: the columns of a CSV, or one of the formats.
func unknownFormat(src source, name string) error {
	if header, ok := firstRow(src); ok && (name == "csv" || name == "") {
		return problem.Errors{{
			File: src.file, Line: 1, Col: 1,
			What: fmt.Sprintf("CSV with the columns %s", clean(strings.Join(header, ","), 120)),
			Want: "the columns from,to,cause and perhaps application in line 1, or a row of such values",
		}}
	}
	what := "the format is not known"
	if src.looksLikeJSON() {
		what = "JSON of a format that is not known"
	}
	return fmt.Errorf("%s: %s (want %s)", src.file, what, formatTitles())
}

// formatTitles says what can be read.
func formatTitles() string {
	var titles []string
	for _, f := range formats() {
		titles = append(titles, f.title)
	}
	return strings.Join(titles, "; or ")
}

// looksLikeJSON tells whether the first character opens an object or an array.
func (s source) looksLikeJSON() bool {
	first := bytes.TrimSpace(s.data)[0]
	return first == '{' || first == '['
}

// decodeText removes a byte order mark, and turns UTF-16 with a mark into UTF-8.
func decodeText(data []byte) []byte {
	switch {
	case bytes.HasPrefix(data, []byte{0xEF, 0xBB, 0xBF}):
		return data[3:]
	case bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return fromUTF16(data[2:], binary.BigEndian)
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}):
		return fromUTF16(data[2:], binary.LittleEndian)
	}
	return data
}

func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
