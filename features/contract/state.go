package contract

import "time"

// What a platform believes.
type (
	// State is what it believes of its jobs, connections and flows.
	State struct {
		Now  time.Time  `json:"now" doc:"What the clock shows."`
		Jobs []JobState `json:"jobs" doc:"The polling jobs of the world, all of them."`
		// The others are wanted of a platform that offers flows.
		Connections []ConnectionState `json:"connections,omitempty" doc:"All, where flows are offered."`
		Flows       []FlowState       `json:"flows,omitempty" doc:"All, where flows are offered."`
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
	// ConnectionState is what it believes of a connection.
	ConnectionState struct {
		ID      string  `json:"id" doc:"Its name."`
		Online  bool    `json:"online" doc:"Whether its flows may run."`
		Because *string `json:"because" doc:"Class of C-01 that took it offline; null while it is online."`
	}
	// FlowState is what it believes of a flow.
	FlowState struct {
		ID         string `json:"id" doc:"Its name."`
		State      string `json:"state" enum:"idle,queued,in_progress,paused" doc:"What it shows."`
		InProgress bool   `json:"in_progress" doc:"A run is not over; one that stands still in a pause, too."`
		// Delivered and the errors are in records.
		Delivered    int64 `json:"delivered" doc:"Records that were written."`
		Intermittent int64 `json:"intermittent_errors" doc:"Open errors of records that may be retried."`
		Value        int64 `json:"value_errors" doc:"Open errors of records that were rejected."`
		Runs         []Run `json:"runs" doc:"Runs that are over, all of this world, oldest first."`
	}
	// Run is a run of a flow that is over.
	Run struct {
		Result  string    `json:"result" enum:"completed,failed" doc:"How it ended."`
		Ended   time.Time `json:"ended_at" doc:"When."`
		Pages   int64     `json:"pages" doc:"That it read."`
		Records int64     `json:"records" doc:"That it wrote."`
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
