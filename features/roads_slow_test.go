//go:build slow

package features_test

import (
	"testing"
	"time"

	"github.com/outagedrill/outagedrill/sim/timeline"
)

// TestSlowRoads compares the two roads on the examples of more than two days.
func TestSlowRoads(t *testing.T) {
	agreeOnExamples(t, func(tl *timeline.Timeline) bool { return tl.Duration.Std() > 48*time.Hour })
}
