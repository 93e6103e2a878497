// Package features holds the rule book: the rules of both platforms as scenarios in Gherkin, which every
// driver plays and which the program carries with it.
package features

import (
	"embed"
	"io/fs"
)

//go:embed *.feature
var ruleBook embed.FS

// RuleBook is the feature files of the rule book, all in one folder.
func RuleBook() fs.FS { return ruleBook }
