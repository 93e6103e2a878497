// Package timeline reads timeline files: strictly, with the position of whatever is wrong, and all that is
// wrong at once. What comes out has its names checked, its defaults filled in and its instants absolute.
package timeline

import (
	"time"

	"github.com/outagedrill/outagedrill/internal/span"
)

// Timeline is a timeline file after reading: names checked, defaults filled in, instants absolute.
// Slices are in file order, which is the order of rule T-03. Indexes (Application, Connection, …)
// refer to the slices here.
//
// The JSON form is what run.started carries, so that a journal explains itself.
type Timeline struct {
	Version      int           `json:"outagedrill"`
	Name         string        `json:"name"` // of the file's name:, else of the file
	Start        time.Time     `json:"start"`
	Duration     Span          `json:"duration"`
	Environment  string        `json:"environment"`
	Seed         uint64        `json:"seed"`
	Zone         string        `json:"zone"` // for display only
	Environments []Environment `json:"environments,omitempty"`
	Policy       PolicyNames   `json:"policy"`
	Applications []Application `json:"applications"`
	Connections  []Connection  `json:"connections"`
	Flows        []Flow        `json:"flows,omitempty"`
	PollingJobs  []PollingJob  `json:"polling_jobs,omitempty"`
	Faults       []Fault       `json:"faults,omitempty"`   // events: with fault:
	Mail         []MailWindow  `json:"mail,omitempty"`     // events: with mail:
	Commands     []Command     `json:"commands,omitempty"` // events: with platform:, environment:, operator:
	Away         []Absence     `json:"away,omitempty"`     // events: with away:
	Operators    []Reaction    `json:"operators,omitempty"`
	Expect       []Expectation `json:"expect,omitempty"`

	File   string  `json:"-"` // path as the user gave it, for messages
	Source *Source `json:"-"` // where each value stood, for Pos
}

// Span is a time.Duration that prints as timeline files write it: 1d12h, 90m, 0s.
type Span = span.Span

// ParseSpan reads a Span; its errors are those of span.Parse.
func ParseSpan(s string) (Span, error) { return span.Parse(s) }

// Environment is a custom environment with its threshold.
type Environment struct {
	Name      string `json:"name"`
	Threshold int    `json:"threshold"`
}

// PolicyNames names the two policies: built-in names or paths (relative to the timeline file).
type PolicyNames struct {
	Flows       string `json:"flows"`
	PollingJobs string `json:"polling_jobs"`
}

// Application is one vendor's product.
type Application struct {
	Name          string     `json:"name"`
	Dialect       string     `json:"dialect"`
	Latency       Latency    `json:"latency"`
	Resources     []Resource `json:"resources,omitempty"` // those under records: first
	Retention     Span       `json:"retention"`
	Limit         *Limit     `json:"rate_limit,omitempty"`
	PageSize      int64      `json:"page_size"`
	Idempotent    bool       `json:"idempotent"`
	TokenLifetime Span       `json:"token_lifetime,omitempty"` // 0: the dialect's
	StatusPageLag Span       `json:"status_page_lag"`
	// Clients are the OAuth 2.0 clients of outagedrill vendor: secrets by ids.
	Clients map[string]string `json:"clients,omitempty"`
}

// Latency is constant (P99 0) or a log-normal distribution by two quantiles.
type Latency struct {
	Median Span `json:"median"`
	P99    Span `json:"p99,omitempty"`
}

// Resource is a kind of record of an application; no Rates: it has no records.
type Resource struct {
	Name  string `json:"name"`
	Rates []Rate `json:"rates,omitempty"`
}

// Rate is N records each Per, from From (elapsed since start) on.
type Rate struct {
	From Span  `json:"from"`
	N    int64 `json:"n"`
	Per  Span  `json:"per"`
}

// Limit is a configured rate limit.
type Limit struct {
	FromDialect bool   `json:"dialect,omitempty"`
	Requests    int64  `json:"requests,omitempty"`
	Per         Span   `json:"per,omitempty"`
	Algorithm   string `json:"algorithm,omitempty"` // fixed | sliding | token_bucket
	By          string `json:"by,omitempty"`        // application | connection | resource
	Concurrency int    `json:"concurrency,omitempty"`
}

// Connection is one credentialed link to an application (a connector instance where jobs use it).
type Connection struct {
	Name        string   `json:"name"`
	Application int      `json:"application"`
	Auth        string   `json:"auth"` // none | basic | api_key | oauth2
	Owner       string   `json:"owner"`
	Subscribers []string `json:"subscribers"`
	FlowsAtOnce int      `json:"flows_at_once"` // 0: the policy's
}

// Endpoint is CONNECTION/RESOURCE.
type Endpoint struct {
	Connection int `json:"connection"`
	Resource   int `json:"resource"` // index into the application's Resources
}

// Flow moves records from a source to a destination.
type Flow struct {
	Name        string   `json:"name"`
	From        Endpoint `json:"from"`
	To          Endpoint `json:"to"`
	Every       Span     `json:"every"`
	Phase       Span     `json:"phase"`
	AutoResolve *bool    `json:"auto_resolve,omitempty"` // nil: the policy's
	Owner       string   `json:"owner"`
	Deadline    Span     `json:"deadline,omitempty"` // 0: none
	Intake      *Intake  `json:"intake,omitempty"`   // nil: the source is read

	ParallelPages int `json:"parallel_pages,omitempty"` // pages that a run handles at once; 0: one
}

// Intake stands in front of a flow whose source pushes its records as events.
type Intake struct {
	Buffer      int64  `json:"buffer"`            // events that no run has taken yet
	WhenFull    string `json:"when_full"`         // refuse | drop
	WhilePaused string `json:"while_paused"`      // buffer | full
	Retries     Span   `json:"retries,omitempty"` // for how long the sender sends again what was refused
}

// PollingJob polls resources of one connector instance.
type PollingJob struct {
	Name      string `json:"name"`
	Instance  int    `json:"instance"` // index into Connections
	Resources []int  `json:"resources"`
	Every     Span   `json:"every"`
	Phase     Span   `json:"phase"`
	Deadline  Span   `json:"deadline,omitempty"` // 0: none
}

// Fault is one fault window [From, To), already clipped to the run. Event is its place in events:.
type Fault struct {
	Event       int       `json:"event"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`             // the run's end when Open
	Open        bool      `json:"open,omitempty"` // no for: lasts to the end or until an operator mends it
	Application int       `json:"application"`    // of a connection's fault: the connection's application
	Connection  int       `json:"connection"`     // -1 for application faults
	// Kind: down maintenance flapping flaky slow rate_limited rejected bad_credentials token_refresh
	// token_revoked.
	Kind string `json:"fault"`
	// How: of down status refused reset timeout dns tls truncated garbage html200 empty;
	// of token_refresh dead transient.
	How        string  `json:"how,omitempty"`
	Status     int     `json:"status,omitempty"`
	Resources  []int   `json:"resources,omitempty"` // nil: the whole application
	RetryAfter Span    `json:"retry_after,omitempty"`
	Latency    Span    `json:"latency,omitempty"`
	Rate       float64 `json:"rate,omitempty"`
	Up         Span    `json:"up,omitempty"`
	Down       Span    `json:"down,omitempty"`
	Applied    bool    `json:"applied,omitempty"`
	Line       int     `json:"line,omitempty"`
}

// MailWindow is a time, [From, To), in which the platform's mail server is down, or lets its e-mails arrive
// late.
type MailWindow struct {
	Event int       `json:"event"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"`
	By    Span      `json:"by,omitempty"` // how late; 0: the server is down
}

// Absence is a time, [From, To), in which a person who is named as who: of operators does nothing.
type Absence struct {
	Event int       `json:"event"`
	Who   string    `json:"who"`
	From  time.Time `json:"from"`
	To    time.Time `json:"to"` // the run's end without for:
}

// Command is something done to the platform at an instant.
type Command struct {
	Event       int       `json:"event"`
	At          time.Time `json:"at"`
	Do          string    `json:"do"` // restart | environment | a word of operator:
	Environment string    `json:"environment,omitempty"`
	Job         int       `json:"job"` // -1 where it does not apply; so below
	Connection  int       `json:"connection"`
	Flow        int       `json:"flow"`
	Wrong       bool      `json:"wrong,omitempty"`   // reauthorize: credentials: wrong
	Missing     []string  `json:"missing,omitempty"` // reauthorize: required fields left empty
}

// Reaction is an entry of operators:, a person who reacts to happenings.
type Reaction struct {
	// When is job.disabled | connection.offline | advice.reauthorize | advice.support | errors.summary.
	When  string `json:"when"`
	Do    string `json:"do"`            // enable | reauthorize | retry_errors
	Who   string `json:"who,omitempty"` // whose mail it is that makes them react; "" = anybody's
	After Span   `json:"after"`
	Hours string `json:"hours,omitempty"` // "Mon-Fri 09:00-17:00"; "" = at any time
	Zone  string `json:"zone,omitempty"`

	// Open tells whether the person works at an instant; Opening is the first instant at or after t
	// at which he does. Both are filled by the reader from Hours and Zone.
	Open    func(t time.Time) bool      `json:"-"`
	Opening func(t time.Time) time.Time `json:"-"`
}

// Expectation is one line of expect:.
type Expectation struct {
	At      *time.Time `json:"at,omitempty"` // nil: the final state
	Subject string     `json:"subject"`      // job | connection | flow | application | total
	Name    string     `json:"name,omitempty"`
	Checks  []Check    `json:"checks"`
	Line    int        `json:"line,omitempty"`
}

// Check compares one figure: Field Op Value.
type Check struct {
	Field string  `json:"field"`          // disablements, offline_for, late_max, state, …
	Op    string  `json:"op"`             // == != < <= > >=
	Text  string  `json:"text,omitempty"` // state: enabled
	Num   float64 `json:"num,omitempty"`  // counts, or seconds
	Unit  string  `json:"unit"`           // text | count | seconds
}
