package reports

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
)

// script is the timeline's, put together from its parts in order, without their comments and indents. It
// stands in the page between comments that let the page be read as XML too.
func script() (string, error) {
	var b strings.Builder
	b.WriteString("//<![CDATA[\n\"use strict\";\n(() => {\n")
	parts := []string{
		"data", "time", "view", "draw", "explain", "rows", "controls", "pointers", "charts", "main",
	}
	for _, part := range parts {
		text, err := assets.ReadFile("assets/timeline/" + part + ".js")
		if err != nil {
			return "", fmt.Errorf("reading the timeline's script: %w", err)
		}
		for line := range strings.Lines(string(text)) {
			if line = strings.TrimLeft(line, "\t"); !strings.HasPrefix(line, "// ") && line != "\n" {
				b.WriteString(line)
			}
		}
	}
	b.WriteString("})();\n//]]>")
	return b.String(), nil
}

// sheetOf is a style sheet from its files and the dark colours of the pictures.
func (s sheet) sheetOf(files ...string) (string, error) {
	var b strings.Builder
	for _, file := range files {
		text, err := assets.ReadFile(file)
		if err != nil {
			return "", fmt.Errorf("reading the page's style: %w", err)
		}
		b.Write(text)
	}
	b.WriteString(s.dark())
	return b.String(), nil
}

// hashOf is a text's hash as a Content-Security-Policy wants it.
func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
