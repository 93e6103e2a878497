package suite

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// line makes text harmless where one line is shown: white space and control characters become spaces,
// invisible direction marks go.
func line(s string) string {
	return strings.Join(strings.Fields(strings.Map(harmless, s)), " ")
}

// lines are texts, each in one line.
func lines(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = line(text)
	}
	return out
}

// block makes text of several lines harmless and keeps its line breaks and indentation.
func block(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(strings.Map(harmless, strings.ReplaceAll(l, "\t", "    ")), " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

func harmless(r rune) rune {
	switch {
	case r == '\u061c', r == '\u200e', r == '\u200f', r == '\ufeff',
		r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return -1
	case unicode.IsControl(r), unicode.IsSpace(r), r == '\ufffe', r == '\uffff':
		return ' '
	}
	return r
}

// cut shortens text to n characters, the last of which is then an ellipsis.
func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

// seconds is a duration as a decimal number of seconds.
func seconds(d time.Duration) string {
	return fmt.Sprintf("%.3f", d.Seconds())
}

// scenarios counts them: 1 scenario, 2 scenarios.
func scenarios(n int) string {
	if n == 1 {
		return "1 scenario"
	}
	return fmt.Sprintf("%d scenarios", n)
}

// at is where a scenario stands.
func (sc *Scenario) at() string { return fmt.Sprintf("%s:%d", line(sc.File), sc.Line) }

// Title is a scenario's name, with the values of its row and, of several attempts, which it is.
func (s *Suite) Title(sc *Scenario) string {
	var more []string
	if sc.Row != "" {
		more = append(more, sc.Row)
	}
	if s.Repeat > 1 {
		more = append(more, fmt.Sprintf("attempt %d", sc.Attempt))
	}
	if more == nil {
		return sc.Name
	}
	return fmt.Sprintf("%s (%s)", sc.Name, strings.Join(more, ", "))
}

// again is the command that repeats a scenario.
func (s *Suite) again(sc *Scenario) string {
	command := "outagedrill test " + ShellWord(fmt.Sprintf("%s:%d", sc.File, sc.Line))
	switch {
	case s.Target != "":
		command += " --target " + ShellWord(s.Target)
	case s.Driver != "" && s.Driver != "sim":
		command += " --driver " + ShellWord(s.Driver)
	}
	return command
}

// ShellWord is a word for a POSIX shell, in one line: quoted where that is needed.
func ShellWord(word string) string {
	special := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_./:@%+=,-", r)
	}
	if word != "" && strings.IndexFunc(word, special) < 0 {
		return word
	}
	return "'" + strings.ReplaceAll(strings.Map(harmless, word), "'", `'\''`) + "'"
}
