package journal

// EnvironmentPlayed is what environments.played tells of another environment than the run's: the base case
// of a platform that begins there, everything else as it is.
type EnvironmentPlayed struct {
	Environment string `json:"environment"`
	Threshold   int    `json:"threshold"`
	// Jobs are those that the platform would have disabled there, in file order.
	Jobs              []JobElsewhere `json:"jobs"`
	RecordsLost       int64          `json:"records_lost"`
	RecordsDuplicated int64          `json:"records_duplicated"`
	OpenErrors        int64          `json:"open_errors"` // of all flows, at the end
	LateMax           Seconds        `json:"late_max_s"`  // of any flow
	ManualStepsLeft   int            `json:"manual_steps_left"`
}

// JobElsewhere is a polling job that the platform would have disabled in another environment.
type JobElsewhere struct {
	Job          string  `json:"job"`
	Disablements int     `json:"disablements"`
	DisabledAt   Time    `json:"disabled_at"` // for the first time
	OffSince     *Time   `json:"off_since"`   // at the end of the run; null where it was enabled again
	OffFor       Seconds `json:"off_for_s"`
}
