package steps

import (
	"testing"

	"github.com/outagedrill/outagedrill/engine"
	"github.com/outagedrill/outagedrill/sim/timeline"
)

// TestOfficeClosesAtOnce: a post office that is closed before its server came to serve is closed all the same.
// A platform under test that is gone makes such ones.
func TestOfficeClosesAtOnce(t *testing.T) {
	for range 100 {
		for _, route := range []postalRoute{loopback{}, newPipe()} {
			o := newPostOffice(&timeline.Timeline{}, func() engine.Time { return 0 })
			if err := o.open(route); err != nil {
				t.Fatal(err)
			}
			o.close()
		}
	}
}
