package features_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"

	"github.com/outagedrill/outagedrill/features/steps"
	"github.com/outagedrill/outagedrill/sim"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// randomRoads is how many random timelines TestRoadsAgree plays on each driver.
const randomRoads = 100

// The variables that make this test binary play random timelines on one driver, instead of testing.
const (
	roadVariable   = "OUTAGEDRILL_TEST_ROAD"   // name of the driver
	folderVariable = "OUTAGEDRILL_TEST_FOLDER" // where the journals go
)

func TestMain(m *testing.M) {
	if name := os.Getenv(roadVariable); name != "" {
		if err := playRandom(name, os.Getenv(folderVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// TestRoadsAgree plays random timelines on each driver, in a process of its own, and compares the journals,
// byte for byte (T-02).
func TestRoadsAgree(t *testing.T) {
	folder := t.TempDir()
	var wg sync.WaitGroup
	for _, d := range steps.Drivers() {
		wg.Go(func() {
			if err := os.Mkdir(filepath.Join(folder, d.Name), 0o755); err != nil {
				t.Error(err)
				return
			}
			cmd := exec.CommandContext(t.Context(), os.Args[0])
			cmd.Env = append(os.Environ(), roadVariable+"="+d.Name, folderVariable+"="+filepath.Join(folder, d.Name))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", d.Name, err, out)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for seed := range randomRoads {
		want := journalOf(t, folder, "sim", seed)
		for _, d := range steps.Drivers()[1:] {
			if err := steps.Compare(want, journalOf(t, folder, d.Name, seed), d.Name); err != nil {
				t.Errorf("seed %d: %v\n%s", seed, err, randomTimeline(uint64(seed)))
			}
		}
	}
}

func journalOf(t *testing.T, folder, driver string, seed int) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, driver, strconv.Itoa(seed)))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// playRandom plays every random timeline on a driver, some side by side, and writes the journals.
func playRandom(driver, folder string) error {
	var d steps.Driver
	for _, known := range steps.Drivers() {
		if known.Name == driver {
			d = known
		}
	}
	seeds := make(chan int)
	errs := make(chan error, atOnce)
	for range atOnce {
		go func() {
			var first error
			for seed := range seeds {
				if err := playSeed(d, folder, seed); err != nil && first == nil {
					first = fmt.Errorf("seed %d: %w", seed, err)
				}
			}
			errs <- first
		}()
	}
	for seed := range randomRoads {
		seeds <- seed
	}
	close(seeds)
	var first error
	for range atOnce {
		if err := <-errs; first == nil {
			first = err
		}
	}
	return first
}

func playSeed(d steps.Driver, folder string, seed int) error {
	tl, err := timeline.Parse("random.yaml", []byte(randomTimeline(uint64(seed))))
	if err != nil {
		return err
	}
	text, err := d.Journal(context.Background(), tl, sim.Options{ListCalls: true})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, strconv.Itoa(seed)), text, 0o644)
}
