package main

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestTranscripts makes the calls of docs/api.md again, one after the other, and wants the answers that stand
// there.
func TestTranscripts(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("there is no curl")
		}
		t.Skip("there is no curl")
	}
	blocks := regexp.MustCompile("(?ms)^```console\n\\$ (curl .*?)\n(.*?)^```$").
		FindAllStringSubmatch(string(get(t, "../../docs/api.md")), -1)
	if len(blocks) < 15 {
		t.Fatalf("docs/api.md has %d transcripts", len(blocks))
	}
	api := startLab(t, "../..", "docs/api-tour.yaml", "--clock", "manual")
	for _, b := range blocks {
		const there = "http://127.0.0.1:8080"
		out, err := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(b[1], there, api)).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", b[1], err, out)
		}
		got := strings.ReplaceAll(string(out), api, there)
		if strings.TrimSpace(got) != strings.TrimSpace(b[2]) {
			t.Errorf("$ %s\n%s\nwant\n%s", b[1], got, b[2])
		}
	}
}

// startLab starts a lab that ends with the test, and returns where its API is.
func startLab(t *testing.T, dir string, args ...string) (url string) {
	t.Helper()
	cmd := program(t, dir, append([]string{
		"lab", "--listen", "127.0.0.1:0", "--vendors-listen", "127.0.0.1:0",
	}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill() //nolint:errcheck // it may be over
		cmd.Wait()         //nolint:errcheck // it was killed
	})
	return firstAPI(t, out, &stderr)
}
