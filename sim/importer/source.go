package importer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
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

// read picks the format, by name or by content, and reads the source with it.
func read(src source, name string) (format, *history, error) {
	for _, f := range formats() {
		if name == f.name || name == "" && f.detect(src) {
			h, err := f.read(src)
			return f, h, err
		}
	}
	if name != "" {
		return format{}, nil, fmt.Errorf("unknown format %q (expected %s)", clean(name, 40),
			strings.Join(Formats(), " or "))
	}
	if src.looksLikeJSON() {
		if _, err := jsonValues(src); err != nil {
			return format{}, nil, err
		}
	}
	var titles []string
	for _, f := range formats() {
		titles = append(titles, f.title)
	}
	return format{}, nil, fmt.Errorf("%s: format not recognised (expected %s)", src.file,
		strings.Join(titles, "; or "))
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
