package reports

import (
	"slices"
	"strconv"
	"strings"
)

// style is how a state or a mark looks: a fill with a pattern of its own, or a shape, so that colour is never
// alone. The still picture, the timeline's script and the style sheet's dark half are made from one list.
type style struct {
	Key    string
	Label  string
	Y, H   int    // place in a lane; faults are placed by their row; of marks H is 0
	Base   string // colour of the ground, or of a mark
	Line   string // colour of the pattern; "" where there is none
	Dark   string // Base and Line on a dark page
	DarkL  string
	Path   string // pattern of 8 by 8 over the ground, or a mark's shape around x = 0, y from 0 to 9
	Filled bool   // the path is filled, not stroked
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

// sheet is all styles, found by key. Their order is that of the legend, and that in which things are drawn
// over each other; where two states of a place would share a pixel, the earlier one is the worse and has it.
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

// place is the place of a style; a state of a later version has that of the vendor being down.
func (s sheet) place(key string) uint8 { return uint8(s.at[key]) }

// dark is the half of the style sheet that gives the pictures their colours on a dark page.
func (s sheet) dark() string {
	var b strings.Builder
	rule := func(class, key, property, colour string) {
		b.WriteString("." + class + "-" + key + "{" + property + ":" + colour + "}")
	}
	b.WriteString("@media (prefers-color-scheme:dark){")
	for _, st := range s.list {
		switch {
		case st.mark && st.Filled:
			rule("m", st.Key, "fill", st.Dark)
		case st.mark:
			rule("m", st.Key, "stroke", st.Dark)
		default:
			rule("b", st.Key, "fill", st.Dark)
			if st.Path != "" {
				rule("l", st.Key, map[bool]string{true: "fill", false: "stroke"}[st.Filled], st.DarkL)
			}
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// thin is the colour of a bar too narrow for its pattern: the one of its two colours that stands out.
func (s style) thin(dark bool) string {
	base, line := s.Base, s.Line
	if dark {
		base, line = s.Dark, s.DarkL
	}
	if line == "" || (luma(base) < luma(line)) != dark {
		return base
	}
	return line
}

// luma is about how bright a colour is, from #rrggbb.
func luma(colour string) int64 {
	part := func(i int) int64 {
		n, err := strconv.ParseInt(colour[i:i+2], 16, 64)
		if err != nil {
			return 0
		}
		return n
	}
	return 3*part(1) + 6*part(3) + part(5)
}

// faultStyles are those of the vendor's truth.
func faultStyles() []style {
	return []style{
		{Key: "down", Label: "vendor down", Base: "#c9362c", Dark: "#e0574d"},
		{
			Key: "maintenance", Label: "maintenance", Path: "M-2 10 10-2M-2 2 2-2M6 10 10 6",
			Base: "#f6d3c4", Line: "#a8431d", Dark: "#5a2d18", DarkL: "#f0a07c",
		},
		{
			Key: "flapping", Label: "flapping", Path: "M2 0V8M6 0V8",
			Base: "#f8d4d2", Line: "#b3261e", Dark: "#57201d", DarkL: "#f08a83",
		},
		{
			Key: "flaky", Label: "flaky", Path: "M1 1h2v2h-2zM5 5h2v2h-2z", Filled: true,
			Base: "#f8d4d2", Line: "#b3261e", Dark: "#57201d", DarkL: "#f08a83",
		},
		{
			Key: "slow", Label: "slow", Path: "M0 2H8M0 6H8",
			Base: "#e6e0f5", Line: "#6a4fb3", Dark: "#332a55", DarkL: "#b7a5f0",
		},
		{
			Key: "rate_limited", Label: "rate limited", Path: "M0 4H8M4 0V8",
			Base: "#fbe9b7", Line: "#8a6100", Dark: "#45360c", DarkL: "#e8c25c",
		},
		{
			Key: "rejected", Label: "records rejected", Path: "M0 0h4v4h-4zM4 4h4v4h-4z", Filled: true,
			Base: "#dde6ef", Line: "#3b5b7e", Dark: "#22303f", DarkL: "#8fb0d4",
		},
		{
			Key: "credentials", Label: "credentials or token", Path: "M-2-2 10 10M6-2 10 2M-2 6 2 10",
			Base: "#dcd6f7", Line: "#4a3aa7", Dark: "#2b2560", DarkL: "#b3a8ff",
		},
		{
			Key: "mail_down", Label: "mail down or late", Path: "M0 4H8M2 0V4M6 4V8",
			Base: "#e2e2e6", Line: "#55555f", Dark: "#4a4a55", DarkL: "#b8b8c4",
		},
		{
			Key: "incident", Label: "incident on the status page", Path: "M0 7H8",
			Y: barTop, H: barHeight, Base: "#cdeaee", Line: "#0b7285", Dark: "#123c44", DarkL: "#4cc0d0",
		},
	}
}

// stateStyles are those of what the platform believes and does.
func stateStyles() []style {
	return []style{
		{
			Key: "offline", Label: "connection offline", Path: "M-2 10 10-2M-2 2 2-2M6 10 10 6",
			Y: barTop, H: barHeight, Base: "#a61e4d", Line: "#f3b8cb", Dark: "#d0426f", DarkL: "#5c0f2a",
		},
		{
			Key: "paused", Label: "flow paused", Path: "M2 0V8",
			Y: barTop, H: barHeight, Base: "#f2b04a", Line: "#7a4a00", Dark: "#f2b04a", DarkL: "#7a4a00",
		},
		{
			Key: "waiting", Label: "flow waits for its turn", Path: "M3 3h2v2h-2z", Filled: true,
			Y: barTop, H: barHeight, Base: "#cfe3fb", Line: "#1f5fa8", Dark: "#1c3350", DarkL: "#8ab8f0",
		},
		{
			Key: "disabled", Label: "job disabled", Path: "M-2 10 10-2M-2-2 10 10",
			Y: barTop, H: barHeight, Base: "#3a3a44", Line: "#a5a5b2", Dark: "#c9c9d6", DarkL: "#3a3a44",
		},
		{
			Key: "user_off", Label: "job disabled by a person", Path: "M-2-2 10 10M6-2 10 2M-2 6 2 10",
			Y: barTop, H: barHeight, Base: "#dadae0", Line: "#85858f", Dark: "#4a4a55", DarkL: "#8b8b96",
		},
		{
			Key: "failing", Label: "calls failing in a row",
			Y: barTop + 5, H: 6, Base: "#e8590c", Dark: "#ff8a4c",
		},
		{
			Key: "queued", Label: "a run is queued",
			Y: barTop + barHeight - 4, H: 4, Base: "#1f5fa8", Dark: "#6ea8ea",
		},
	}
}

// markStyles are those of what happens at an instant.
func markStyles() []style {
	return []style{
		{
			Key: "test_failed", Label: "test failed", Path: "M0 1V7",
			Base: "#a61e4d", Dark: "#ff8ab0", mark: true,
		},
		{
			Key: "test_passed", Label: "test passed", Path: "M-4 4-1 7 4 1",
			Base: "#1c7a3e", Dark: "#5cc98a", mark: true,
		},
		{
			Key: "mail", Label: "mail", Path: "M-5 0H5L0 4.5ZM-5 1.5V8H5V1.5L0 6Z", Filled: true, Y: 19,
			Base: "#1f5fa8", Dark: "#6ea8ea", mark: true,
		},
		{
			Key: "advice", Label: "advice", Path: "M0 0 4 8H-4Z", Filled: true,
			Base: "#8a6100", Dark: "#e0b350", mark: true,
		},
		{
			Key: "disable", Label: "job disabled", Path: "M-2 0H2L5 3V6L2 9H-2L-5 6V3Z", Filled: true,
			Base: "#3a3a44", Dark: "#e8e8ee", mark: true,
		},
		{
			Key: "enable", Label: "job enabled", Path: "M-3 0 5 4.5-3 9Z", Filled: true,
			Base: "#1c7a3e", Dark: "#5cc98a", mark: true,
		},
		{
			Key: "reauthorize", Label: "re-authorized",
			Path: "M-1 0A3 3 0 1 1-1 6V9H-4V6A3 3 0 0 1-1 0", Filled: true,
			Base: "#4a3aa7", Dark: "#b3a8ff", mark: true,
		},
		{
			Key: "operator", Label: "command, restart, somebody away or back",
			Path: "M0 0 4 4 0 8-4 4Z", Filled: true,
			Base: "#1c7a3e", Dark: "#5cc98a", mark: true,
		},
		{
			Key: "error", Label: "error opened or run failed", Path: "M-3 1 3 7M3 1-3 7",
			Base: "#c9362c", Dark: "#ff8a80", mark: true,
		},
		{
			Key: "harm", Label: "records lost or doubled", Path: "M-4 0H4V8H-4Z", Filled: true,
			Base: "#c9362c", Dark: "#ff8a80", mark: true,
		},
	}
}
