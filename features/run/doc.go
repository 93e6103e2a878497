// Package run plays scenarios in Gherkin, those of the rule book and those of users: it reads the feature
// files, selects and orders their scenarios, plays each through godog, and gives the results as a
// suite.Suite.
//
// It believes godog nothing: a file that holds no scenario, a selection that is empty, a tag that does not
// exist, a step that is undefined, ambiguous or was never called are each told, and none of them passes.
package run
