package engine_test

import (
	"strings"
	"testing"

	"github.com/outagedrill/outagedrill/engine"
)

// DIS-16: a state goes back into the configuration that it was taken out of, and into no other.
func TestRestoreRefuses(t *testing.T) {
	two := func() engine.Config {
		cfg := smallest(t)
		cfg.Connections = append(cfg.Connections, engine.Connection{Name: "other", Application: 1})
		cfg.Applications = append(cfg.Applications, engine.Application{Name: "other"})
		return cfg
	}
	e, err := engine.New(two())
	if err != nil {
		t.Fatal(err)
	}
	data, err := e.State()
	if err != nil {
		t.Fatal(err)
	}
	const other = "engine state: it is of another configuration"
	for name, tt := range map[string]struct {
		change func(c *engine.Config)
		data   string
		want   string // the error's beginning; "" = none
	}{
		"its own":                {func(*engine.Config) {}, string(data), ""},
		"no state":               {func(*engine.Config) {}, "[]", "engine state: json: "},
		"a bad configuration":    {func(c *engine.Config) { c.Environment = "moon" }, string(data), "engine: "},
		"a connection less":      {func(c *engine.Config) { c.Connections = c.Connections[:1] }, string(data), other},
		"a flow less":            {func(c *engine.Config) { c.FlowList = nil }, string(data), other},
		"a polling job less":     {func(c *engine.Config) { c.Jobs = nil }, string(data), other},
		"an application more":    {func(c *engine.Config) { c.Applications = append(c.Applications, c.Applications[0]) }, string(data), other},
		"all less than it needs": {func(c *engine.Config) { c.Jobs, c.FlowList = nil, nil }, string(data), other},
	} {
		cfg := two()
		tt.change(&cfg)
		restored, err := engine.Restore(cfg, []byte(tt.data))
		got := ""
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, tt.want) || (tt.want == "") != (restored != nil) {
			t.Errorf("%s: %q (expected %q)", name, got, tt.want)
		}
	}
}
