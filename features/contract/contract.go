// Package contract is the adapter contract between outagedrill and a platform under test, version 1, as
// docs/target.md has it: its calls, the bodies of their requests and answers, and a client.
package contract

import (
	"net/http"
	"time"
)

// Version is the contract's version, and Root is where the calls lie that are the contract's own. The others
// are those that the platforms of the articles document.
const (
	Version = 1
	Root    = "/outagedrill/v1"
)

// JobHeader says for which polling job a platform makes a call, and FlowHeader for which flow.
const (
	JobHeader  = "X-Outagedrill-Job"
	FlowHeader = "X-Outagedrill-Flow"
)

// Unit is the least span that the contract tells apart: instants may be cut to it.
const Unit = time.Millisecond

// Same tells whether two instants are one, as far as the contract tells them apart.
func Same(a, b time.Time) bool { return a.Truncate(Unit).Equal(b.Truncate(Unit)) }

// Call is a call of the contract.
type Call struct {
	Name   string // in mapping files and in the OpenAPI document
	Method string
	Path   string // with {id} where it names a thing
	Doc    string // one sentence
	Body   any    // the zero value of the request's type; nil: it has none
	Answer any    // the zero value of the answer's type; nil: it has none
	Offer  string // what a platform offers that answers the call; "": every platform does
}

// The names of the calls.
const (
	callAbout       = "about"
	callWorld       = "world"
	callState       = "state"
	callClock       = "clock"
	callIdle        = "idle"
	callInstances   = "disabled_instances"
	callJobs        = "disabled_jobs"
	callEnable      = "enable"
	callDisable     = "disable"
	callCredentials = "credentials"
	callEnvironment = "environment"
	callRestart     = "restart"
)

// Calls lists the calls of the contract.
func Calls() []Call {
	const get, put, post = http.MethodGet, http.MethodPut, http.MethodPost
	return []Call{
		{Name: callAbout, Method: get, Path: Root, Answer: About{}, Doc: "What the platform is."},
		{
			Name: callWorld, Method: put, Path: Root + "/world", Body: World{},
			Doc: "Load a world in place of all there is. Nothing runs yet, and the clock shows its `now`.",
		},
		{
			Name: callState, Method: get, Path: Root + "/state", Answer: State{},
			Doc: "What the platform believes of its jobs, and of its connections and flows.",
		},
		{
			Name: callClock, Method: put, Path: Root + "/clock", Body: Clock{}, Answer: Idle{},
			Doc: "Move the clock forward and do what is due on the way; answered when nothing is left to do.",
		},
		{
			Name: callIdle, Method: get, Path: Root + "/idle", Answer: Idle{},
			Doc: "When the platform will next do something by itself.",
		},
		{
			Name: callInstances, Method: get, Path: "/instances/polling-disabled", Answer: []Instance{},
			Doc: "The connector instances with a job that the platform disabled (DIS-10).",
		},
		{
			Name: callJobs, Method: get, Path: "/jobs/polling-disabled", Answer: []DisabledJob{},
			Doc: "The jobs that the platform disabled (DIS-11).",
		},
		{
			Name: callEnable, Method: put, Path: "/jobs/{id}/enable", Answer: Switched{},
			Doc: "Enable a polling job (DIS-12); 404 for an id that there is not.",
		},
		{
			Name: callDisable, Method: put, Path: "/jobs/{id}/disable", Answer: Switched{}, Offer: "disable",
			Doc: "Disable a polling job, as its user.",
		},
		{
			Name: callCredentials, Method: put, Path: "/connections/{id}/credentials", Body: Credentials{},
			Offer: "reauthorize", Doc: "Give a connection new credentials; enables no job (DIS-13).",
		},
		{
			Name: callEnvironment, Method: put, Path: Root + "/environment", Body: Environment{},
			Offer: "environment_change", Doc: "Change the environment, and with it the threshold (DIS-15).",
		},
		{
			Name: callRestart, Method: post, Path: Root + "/restart", Offer: "restart",
			Doc: "Stop the platform and start it again, as its users know it (DIS-16).",
		},
	}
}

// About is what a platform says of itself.
type About struct {
	Contract int      `json:"contract" doc:"Version of the contract: 1."`
	Platform string   `json:"platform" doc:"Name and version, for people."`
	Clock    string   `json:"clock,omitempty" enum:"mock,real" doc:"mock: PUT clock moves it; else it runs."`
	Offers   []string `json:"offers" doc:"What scenarios may ask for; the rest is skipped."`
}
