package whatif

import "github.com/outagedrill/outagedrill/sim/journal"

// seconds writes a figure as the summary does.
func seconds(s journal.Seconds) string { return string(s.AppendJSON(nil)) }

// one chooses the word for one thing or for several.
func one(n int, single, many string) string {
	if n == 1 {
		return single
	}
	return many
}
