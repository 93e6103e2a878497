package sim

import (
	"fmt"
	"net/http"

	"github.com/outagedrill/outagedrill/engine"
)

// describeCall says what was asked and what came, as HTTP has it. Only --calls writes it.
func (w *World) describeCall(c *engine.Call, r *engine.Result) string {
	res := ""
	if c.Resource >= 0 {
		res = w.names.resources[w.names.connApp[c.Connection]][c.Resource]
	}
	var ask string
	switch c.Op {
	case engine.ReadPage:
		ask = fmt.Sprintf("GET /%s?after=%d", res, c.After)
	case engine.WriteRecords:
		ask = fmt.Sprintf("PUT /%s, records %d to %d", res, c.First, c.Last)
	case engine.TestConnection:
		ask = "GET /test"
	case engine.RefreshToken:
		ask = "POST /token, grant_type refresh_token"
	}
	if r.Status == 0 {
		return ask + ": no HTTP answer"
	}
	return fmt.Sprintf("%s: %d %s", ask, r.Status, http.StatusText(int(r.Status)))
}
