package contract

import "time"

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
