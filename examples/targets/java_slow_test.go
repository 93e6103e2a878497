//go:build slow

package targets_test

import (
	"os/exec"
	"testing"
)

func java() []string { return []string{"java", "java/Poller.java"} }

// compiled is the same platform, compiled once for many starts.
func compiled(t *testing.T) []string {
	dir := t.TempDir()
	text, err := exec.CommandContext(t.Context(), "javac", "-d", dir, "java/Poller.java").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return []string{"java", "-cp", dir, "Poller"}
}

func TestSlowJava(t *testing.T) {
	need(t, "java")
	tryPlatform(t, java())
}

func TestSlowJavaDefects(t *testing.T) {
	need(t, "javac")
	tryDefects(t, compiled(t))
}

func TestSlowJavaTells(t *testing.T) {
	need(t, "java")
	tryWords(t, java())
}

func TestSlowJavaSpeed(t *testing.T) {
	need(t, "javac")
	tryDay(t, compiled(t))
}
