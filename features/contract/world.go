package contract

import "time"

// The world that a platform loads.
type (
	// World is the whole of it.
	World struct {
		Contract    int          `json:"contract" doc:"Version of the contract: 1."`
		Now         time.Time    `json:"now" doc:"What the clock shows."`
		TimeScale   float64      `json:"time_scale" doc:"Its seconds for one of the rules'."`
		Environment string       `json:"environment" doc:"Where the platform runs, such as staging."`
		Threshold   int          `json:"threshold" doc:"Consecutive failures that disable a job there."`
		Mail        Mail         `json:"mail" doc:"Where e-mails go."`
		Connections []Connection `json:"connections" doc:"Connector instances."`
		PollingJobs []PollingJob `json:"polling_jobs" doc:"In the order in which they poll."`
		Flows       []Flow       `json:"flows" doc:"In the order in which they start."`
	}
	// Mail is the way to a mail server.
	Mail struct {
		SMTP string `json:"smtp" doc:"host:port of a plain SMTP server."`
	}
	// Connection is a connector instance.
	Connection struct {
		ID          string `json:"id" doc:"Its name."`
		Application string `json:"application" doc:"The vendor's application."`
		Dialect     string `json:"dialect" doc:"In whose words it answers: generic, or such as slack."`
		BaseURL     string `json:"base_url" doc:"Where it is called, without a slash at the end."`
		Auth        string `json:"auth" enum:"none,basic,api_key,oauth2" doc:"Kind of credentials."`
		Owner       string `json:"owner" doc:"Address of who gets the e-mails about its jobs."`
		StatusPage  string `json:"status_page" doc:"URL of the application's status page."`
		// Subscribers and FlowsAtOnce are for flows.
		Subscribers []string `json:"subscribers" doc:"Who is told that it is offline, and back (OUT-13)."`
		FlowsAtOnce int      `json:"flows_at_once" doc:"Flows that may use it at one time (OUT-07)."`
		Token       *Token   `json:"token,omitempty" doc:"Where auth is oauth2."`
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
	// Flow moves records from one connection to another.
	Flow struct {
		ID          string   `json:"id" doc:"Its name."`
		Source      Endpoint `json:"source" doc:"What it reads."`
		Destination Endpoint `json:"destination" doc:"What it writes."`
		Every       float64  `json:"every" doc:"Interval of its runs, in seconds."`
		Phase       float64  `json:"phase" doc:"From the world's now to the first run, in seconds."`
		AutoResolve bool     `json:"auto_resolve" doc:"Whether errors are retried by themselves (OUT-09)."`
		Owner       string   `json:"owner" doc:"Address of who gets the summaries of its errors."`
	}
	// Endpoint is one side of a flow.
	Endpoint struct {
		Connection string `json:"connection" doc:"Id of the connection."`
		Resource   string `json:"resource" doc:"Name of the resource."`
	}
)
