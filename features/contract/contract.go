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

// JobHeader says for which polling job a platform makes a call.
const JobHeader = "X-Outagedrill-Job"

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
			Doc: "What the platform believes of its jobs.",
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
	Clock    string   `json:"clock" enum:"mock" doc:"A clock that PUT /outagedrill/v1/clock moves."`
	Offers   []string `json:"offers" doc:"What scenarios may ask for; the rest is skipped."`
}

// The world that a platform loads.
type (
	// World is the whole of it.
	World struct {
		Contract    int          `json:"contract" doc:"Version of the contract: 1."`
		Now         time.Time    `json:"now" doc:"What the clock shows."`
		Environment string       `json:"environment" doc:"Where the platform runs, such as staging."`
		Threshold   int          `json:"threshold" doc:"Consecutive failures that disable a job there."`
		Mail        Mail         `json:"mail" doc:"Where e-mails go."`
		Connections []Connection `json:"connections" doc:"Connector instances."`
		PollingJobs []PollingJob `json:"polling_jobs" doc:"In the order in which they poll."`
	}
	// Mail is the way to a mail server.
	Mail struct {
		SMTP string `json:"smtp" doc:"host:port of a plain SMTP server."`
	}
	// Connection is a connector instance.
	Connection struct {
		ID          string `json:"id" doc:"Its name."`
		Application string `json:"application" doc:"The vendor's application."`
		BaseURL     string `json:"base_url" doc:"Where it is called, without a slash at the end."`
		Auth        string `json:"auth" enum:"none,basic,api_key,oauth2" doc:"Kind of credentials."`
		Owner       string `json:"owner" doc:"Address of who gets the e-mails about its jobs."`
		StatusPage  string `json:"status_page" doc:"URL of the application's status page."`
		Token       *Token `json:"token,omitempty" doc:"Where auth is oauth2."`
	}
	// Token is an access token and what renews it.
	Token struct {
		Access   string    `json:"access_token" doc:"To send as a bearer token."`
		Refresh  string    `json:"refresh_token" doc:"To renew it with."`
		Expires  time.Time `json:"expires_at" doc:"When it is no good any more."`
		TokenURL string    `json:"token_url" doc:"Where it is renewed."`
	}
	// PollingJob is a polling job.
	PollingJob struct {
		ID        string   `json:"id" doc:"Its name."`
		Instance  string   `json:"instance" doc:"Id of its connection."`
		Resources []string `json:"resources" doc:"What it polls, one after the other in this order."`
		Every     float64  `json:"every" doc:"Interval, in seconds."`
		Phase     float64  `json:"phase" doc:"From the world's now to the first poll, in seconds."`
	}
)

// What a platform believes.
type (
	// State is what it believes of its jobs.
	State struct {
		Now  time.Time  `json:"now" doc:"What the clock shows."`
		Jobs []JobState `json:"jobs" doc:"The polling jobs of the world, all of them."`
	}
	// JobState is what it believes of one.
	JobState struct {
		ID         string          `json:"id" doc:"Its name."`
		Enabled    bool            `json:"enabled" doc:"Whether it polls."`
		DisabledBy *string         `json:"disabled_by" enum:"platform,user" doc:"Null while it is enabled."`
		DisabledAt *time.Time      `json:"disabled_at" doc:"Null while it is enabled."`
		Resource   *string         `json:"resource" doc:"That tripped; null unless by the platform."`
		Resources  []ResourceState `json:"resources" doc:"Each resource of the job, once."`
	}
	// ResourceState is what it believes of a resource of a job.
	ResourceState struct {
		Name      string `json:"name" doc:"Its name."`
		Failures  int    `json:"consecutive_failures" doc:"How often in a row its polls failed."`
		Delivered int64  `json:"delivered" doc:"Records that were read and passed on."`
	}
)

// How a platform's time passes.
type (
	// Clock is where a clock is moved to.
	Clock struct {
		Now    time.Time `json:"now" doc:"The instant; never before what the clock shows."`
		Before bool      `json:"before,omitempty" doc:"What is due at that very instant waits."`
	}
	// Idle says that nothing is left to do before an instant.
	Idle struct {
		Now     time.Time  `json:"now" doc:"What the clock shows."`
		Idle    bool       `json:"idle" doc:"true: nothing is under way."`
		NextDue *time.Time `json:"next_due" doc:"When the platform next acts by itself; null: never."`
	}
)

// What operators see and do.
type (
	// Instance is a connector instance in a list.
	Instance struct {
		ID string `json:"id" doc:"Its name."`
	}
	// DisabledJob is a job that the platform disabled, in a list.
	DisabledJob struct {
		ID          string         `json:"id" doc:"Its name."`
		Instance    string         `json:"instance" doc:"Id of its connection."`
		Environment string         `json:"environment" doc:"Where it was disabled."`
		Resource    string         `json:"resource" doc:"That tripped."`
		Threshold   int            `json:"threshold" doc:"That it reached."`
		DisabledAt  time.Time      `json:"disabled_at" doc:"When."`
		LastError   LastError      `json:"last_error" doc:"The failure that disabled it."`
		Resources   []FailureCount `json:"resources" doc:"All its resources."`
	}
	// LastError is a failed call.
	LastError struct {
		Class   string `json:"class" doc:"Of rule C-01, such as vendor_down."`
		Status  *int   `json:"status" doc:"HTTP status; null where there was no answer."`
		Message string `json:"message" doc:"For people."`
	}
	// FailureCount is how often in a row a resource's polls failed.
	FailureCount struct {
		Name     string `json:"name" doc:"Of the resource."`
		Failures int    `json:"consecutive_failures" doc:"In a row."`
	}
	// Switched is what became of enabling or disabling a job.
	Switched struct {
		ID      string `json:"id" doc:"Of the job."`
		State   string `json:"state" enum:"enabled,disabled" doc:"What it is now."`
		Changed bool   `json:"changed" doc:"Whether it was otherwise before."`
	}
	// Credentials are new ones for a connection.
	Credentials struct {
		Fields map[string]string `json:"fields" doc:"As a person typed them."`
		Token  *Token            `json:"token,omitempty" doc:"Where auth is oauth2: the vendor's consent."`
	}
	// Environment is where the platform runs from now on.
	Environment struct {
		Environment string `json:"environment" doc:"Its name."`
		Threshold   int    `json:"threshold" doc:"Consecutive failures that disable a job there."`
	}
)
