//go:build slow

package features_test

import "testing"

// TestSlowJavaTarget plays the rule book on the Java platform, right and with each planted defect.
func TestSlowJavaTarget(t *testing.T) {
	targetIsJudged(t, 60, "java", "../examples/targets/java/Poller.java")
}
