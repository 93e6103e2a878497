package importer

// Rule is the ID of a stated rule. docs/import.md explains each.
type Rule string

// The rules. Those of the first group make a record a note in Result.Listed, those of the second
// let it become a window and are told in Result.Adjusted; I-NO-START, I-NO-END, I-OPEN and
// I-UNKNOWN may do either, as the record allows.
const (
	RuleUnreadable  Rule = "I-UNREADABLE"  // a record that cannot be read
	RuleDuplicate   Rule = "I-DUPLICATE"   // an earlier version of a record
	RuleReversed    Rule = "I-REVERSED"    // the end is before the start
	RuleZero        Rule = "I-ZERO"        // start and end are the same millisecond
	RuleMigrated    Rule = "I-MIGRATED"    // created_at = resolved_at, one update
	RuleRetroactive Rule = "I-RETROACTIVE" // told only after the fact, within a minute
	RuleNone        Rule = "I-NONE"        // no outage by its own words
	RuleCancelled   Rule = "I-CANCELLED"   // a maintenance that never began
	RuleOutside     Rule = "I-OUTSIDE"     // outside the period asked for
	RuleGroup       Rule = "I-GROUP"       // a group component, which repeats its children
	RuleNoResource  Rule = "I-NO-RESOURCE" // touches nothing that the workload uses

	RuleComponent  Rule = "I-COMPONENT"  // impact none, but a component was down
	RuleGone       Rule = "I-GONE"       // the end is when it left the page
	RulePlanned    Rule = "I-PLANNED"    // a maintenance that ends as planned
	RuleBackfilled Rule = "I-BACKFILLED" // posted afterwards: the updates' displayed times hold
	RuleObserved   Rule = "I-OBSERVED"   // an edge is known only by the poll that saw it
	RuleCut        Rule = "I-CUT"        // clipped to the period asked for
	RuleNoZone     Rule = "I-NO-ZONE"    // a time without a zone was read as UTC

	RuleNoStart Rule = "I-NO-START" // no start told
	RuleNoEnd   Rule = "I-NO-END"   // no end told
	RuleOpen    Rule = "I-OPEN"     // still open in the source
	RuleUnknown Rule = "I-UNKNOWN"  // a word that the table does not know
)
