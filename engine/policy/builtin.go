package policy

import (
	"embed"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/outagedrill/outagedrill/internal/problem"
)

// largestFile is the largest policy file that is read, in bytes.
const largestFile = 1 << 20

//go:embed celigo-integrator.yaml sap-open-connectors.yaml
var files embed.FS

// Names returns the names of the built-in policies.
func Names() []string {
	return []string{"celigo-integrator", "sap-open-connectors"}
}

// BuiltIn reports whether the name is that of a built-in policy.
func BuiltIn(name string) bool {
	return slices.Contains(Names(), name)
}

// Load returns the built-in policy of that name, or else reads the file at that path. A name that is
// neither is reported with the nearest one; see Parse for what is wrong with a file.
func Load(nameOrPath string) (*Policy, error) {
	if BuiltIn(nameOrPath) {
		return builtIn(nameOrPath)
	}
	f, err := os.Open(nameOrPath)
	if err != nil {
		if os.IsNotExist(err) && !strings.ContainsAny(nameOrPath, `./\`) {
			return nil, unknownPolicy(nameOrPath)
		}
		return nil, fmt.Errorf("policy file: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read from
	data, err := io.ReadAll(io.LimitReader(f, largestFile+1))
	if err != nil {
		return nil, fmt.Errorf("policy file: %w", err)
	}
	return Parse(nameOrPath, data)
}

// builtIn reads an embedded policy, which obeys stricter rules: every value says where it comes from.
func builtIn(name string) (*Policy, error) {
	if !BuiltIn(name) {
		return nil, unknownPolicy(name)
	}
	file := name + ".yaml"
	data, err := files.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("built-in policy: %w", err)
	}
	r := reader{file: file, builtIn: true}
	return r.policy(data)
}

// unknownPolicy says that no policy has the name.
func unknownPolicy(name string) Errors {
	return Errors{{
		What: "unknown policy " + quote(name),
		Want: strings.Join(Names(), ", ") + " or the path of a policy file",
		Near: problem.Nearest(name, Names()),
	}}
}
