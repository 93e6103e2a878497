package timeline

import _ "embed" // for the schema

//go:embed schema.json
var schema string

// Schema is the JSON Schema (2020-12) of timeline files, for editors. It refuses nothing that Parse takes;
// what hangs on the names of a file, and on its other values, only Parse can judge.
func Schema() string { return schema }
