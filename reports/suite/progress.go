package suite

import (
	"bytes"
	"fmt"
)

// perLine is how many steps stand in a line of the format progress.
const perLine = 70

// writeProgress writes a character for each step, in the order of the selection, then what went wrong.
func writeProgress(b *bytes.Buffer, s *Suite) error {
	n := 0
	for _, sc := range s.ordered() {
		for _, step := range sc.telling() {
			b.WriteByte(letter(step.Status))
			if n++; n%perLine == 0 {
				fmt.Fprintf(b, " %d\n", n)
			}
		}
	}
	if n%perLine != 0 {
		fmt.Fprintf(b, " %d\n", n)
	}
	fmt.Fprintln(b)
	writeEnd(b, s, palette{})
	return nil
}

// letter is a status in one character, as Cucumber has them.
func letter(status Status) byte {
	switch status {
	case Passed:
		return '.'
	case Skipped:
		return '-'
	case Undefined:
		return 'U'
	case Ambiguous:
		return 'A'
	default:
		return 'F'
	}
}
