package engine

// The words of journals, mails and pages. They are those of rules.md and timeline.md, letter for letter.

func (k EntryKind) String() string {
	return [...]string{
		CallsFailedEntry: "calls.failed", PollSkippedEntry: "poll.skipped",
		PollAfterDisableEntry: "poll.after_disable", JobDisabledEntry: "job.disabled",
		JobEnabledEntry: "job.enabled", ConnectionOfflineEntry: "connection.offline",
		ConnectionTestedEntry: "connection.tested", ConnectionOnlineEntry: "connection.online",
		ConnectionReauthorizedEntry: "connection.reauthorized", TokenRefreshedEntry: "token.refreshed",
		TokenRefreshFailedEntry: "token.refresh_failed", FlowQueuedEntry: "flow.queued",
		FlowStartedEntry: "flow.started", FlowPausedEntry: "flow.paused", FlowResumedEntry: "flow.resumed",
		FlowCompletedEntry: "flow.completed", FlowFailedEntry: "flow.failed",
		ErrorOpenedEntry: "error.opened", ErrorRetriedEntry: "error.retried",
		ErrorResolvedEntry:         "error.resolved",
		NotificationDecidedEntry:   "notification.decided",
		NotificationDeliveredEntry: "notification.delivered",
		EnvironmentChangedEntry:    "environment.changed", AdviceReauthorizeEntry: "advice.reauthorize",
		AdviceSupportEntry: "advice.support", OperatorCommandEntry: "operator.command",
	}[k]
}

func (c Class) String() string {
	return [...]string{
		"ok", "rate_limited", "bad_credentials", "token_refresh_failed", "vendor_down", "rejected",
	}[c]
}

func (o Op) String() string { return [...]string{"page", "write", "test", "refresh"}[o] }

func (b By) String() string {
	return [...]string{"", "platform", "user", "operator", "sweep", "reauthorize"}[b]
}

func (o Outcome) String() string {
	return [...]string{"", "passed", "failed", "done", "unchanged", "refused", "saved"}[o]
}

func (c ErrorClass) String() string { return [...]string{"", "intermittent", "value"}[c] }

func (k CommandKind) String() string {
	return [...]string{"enable", "disable", "reauthorize", "retry_errors", "test"}[k]
}

func (s FlowState) String() string {
	return [...]string{"idle", "queued", "in_progress", "paused"}[s]
}

func (s Symptom) String() string {
	return [...]string{
		"in progress with counts standing still", "queued with nothing ahead of it",
		"all flows of one application affected", "connection offline",
	}[s]
}

func (n NextStep) String() string {
	return [...]string{
		"nothing to do", "wait for the hourly test of connections", "re-authorize the connection",
		"submit a support ticket",
	}[n]
}
