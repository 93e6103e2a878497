package reports

import "slices"

// style is how a state or a mark looks: a fill with a pattern of its own, so that colour is never alone.
type style struct {
	Key    string
	Label  string
	Y, H   int    // place in a lane; faults are placed by their row
	Base   string // colour of the ground
	Line   string // colour of the pattern
	Path   string // pattern of 8 by 8, drawn over the ground
	Filled bool   // the pattern is filled, not stroked
	mark   bool
}

// Where things stand in a lane of laneHeight.
const (
	laneHeight = 28
	barTop     = 7
	barHeight  = 16
)

// Mark tells the template to draw a mark and not a swatch.
func (s style) Mark() bool { return s.mark }

// sheet is all styles, found by key.
type sheet struct {
	list []style
	at   map[string]int
}

func newSheet() sheet {
	s := sheet{list: slices.Concat(faultStyles(), stateStyles(), markStyles()), at: map[string]int{}}
	for i, st := range s.list {
		s.at[st.Key] = i
	}
	return s
}

// layer is the place of a style in the legend, and the order in which things are drawn over each other.
func (s sheet) layer(key string) int { return s.at[key] }

// of finds a style; a state of a later version is drawn as the vendor being down.
func (s sheet) of(key string) style { return s.list[s.at[key]] }

// faultStyles are those of the vendor's truth.
func faultStyles() []style {
	return []style{
		{
			Key: "down", Label: "vendor down",
			Base: "#c9362c", Line: "#c9362c",
		},
		{
			Key: "maintenance", Label: "maintenance",
			Base: "#f6d3c4", Line: "#a8431d", Path: "M-2 10 10-2M-2 2 2-2M6 10 10 6",
		},
		{
			Key: "flapping", Label: "flapping",
			Base: "#f8d4d2", Line: "#b3261e", Path: "M2 0V8M6 0V8",
		},
		{
			Key: "flaky", Label: "flaky",
			Base: "#f8d4d2", Line: "#b3261e", Path: "M1 1h2v2h-2zM5 5h2v2h-2z", Filled: true,
		},
		{
			Key: "slow", Label: "slow",
			Base: "#e6e0f5", Line: "#6a4fb3", Path: "M0 2H8M0 6H8",
		},
		{
			Key: "rate_limited", Label: "rate limited",
			Base: "#fbe9b7", Line: "#8a6100", Path: "M0 4H8M4 0V8",
		},
		{
			Key: "rejected", Label: "records rejected",
			Base: "#dde6ef", Line: "#3b5b7e", Path: "M0 0h4v4h-4zM4 4h4v4h-4z",
			Filled: true,
		},
		{
			Key: "credentials", Label: "credentials or token",
			Base: "#dcd6f7", Line: "#4a3aa7",
			Path: "M-2-2 10 10M6-2 10 2M-2 6 2 10",
		},
		{
			Key: "mail_down", Label: "mail down or late",
			Base: "#e2e2e6", Line: "#55555f", Path: "M0 4H8M2 0V4M6 4V8",
		},
		{
			Key: "incident", Label: "incident on the status page",
			Base: "#0b7285", Line: "#0b7285",
		},
	}
}

// stateStyles are those of what the platform believes and does.
func stateStyles() []style {
	return []style{
		{
			Key: "offline", Label: "connection offline",
			Y: barTop, H: barHeight, Base: "#a61e4d", Line: "#f3b8cb",
			Path: "M-2 10 10-2M-2 2 2-2M6 10 10 6",
		},
		{
			Key: "paused", Label: "flow paused",
			Y: barTop, H: barHeight, Base: "#f2b04a", Line: "#7a4a00",
			Path: "M2 0V8",
		},
		{
			Key: "waiting", Label: "flow waits for its turn",
			Y: barTop, H: barHeight, Base: "#cfe3fb", Line: "#1f5fa8",
			Path: "M3 3h2v2h-2z", Filled: true,
		},
		{
			Key: "disabled", Label: "job disabled",
			Y: barTop, H: barHeight, Base: "#3a3a44", Line: "#a5a5b2",
			Path: "M-2 10 10-2M-2-2 10 10",
		},
		{
			Key: "user_off", Label: "job disabled by a person",
			Y: barTop, H: barHeight, Base: "#dadae0", Line: "#85858f",
			Path: "M-2-2 10 10M6-2 10 2M-2 6 2 10",
		},
		{
			Key: "failing", Label: "calls failing in a row",
			Y: barTop + 5, H: 6, Base: "#e8590c", Line: "#e8590c",
		},
		{
			Key: "queued", Label: "a run is queued",
			Y: barTop + barHeight - 4, H: 4, Base: "#1f5fa8", Line: "#1f5fa8",
		},
	}
}

// markStyles are those of what happens at an instant.
func markStyles() []style {
	return []style{
		{Key: "test_failed", Label: "test failed", mark: true},
		{Key: "test_passed", Label: "test passed", mark: true},
		{Key: "mail", Label: "mail", mark: true},
		{Key: "advice", Label: "advice", mark: true},
		{Key: "operator", Label: "enabled, re-authorized, restarted", mark: true},
		{Key: "error", Label: "error opened or run failed", mark: true},
		{Key: "harm", Label: "records lost or doubled", mark: true},
	}
}
