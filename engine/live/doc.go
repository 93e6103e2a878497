// Package live runs an engine against the world: one clock with one timer, and real HTTP.
//
// It decides nothing about the rules. At each instant it does what is due in the order of T-03: first
// commands (Platform.Do), then the host's own happenings (Host.Do), then the ends of calls, oldest first,
// then the engine. Each thing is done at the instant at which it was due, however late the clock is read.
// Then it arms its one timer for the next due instant and waits for it, for a command, or for what runs
// beside it.
//
// Beside it runs what has to wait for others: the reading of status pages, the delivery of e-mails, a
// vendor's consent, and calls that take real time. It lands when it lands. On a clock that stands still while
// it is under way (Config.Quiet) the instant waits too, so that what a host begins at its turn in T-03's
// order also ends there; on a clock that runs it comes at the instant at which it lands.
//
// On a mock clock the answer's latency is virtual: the vendor answers at once and says its latency in a
// header, and the end of the call is delivered at sent + latency (Config.Unseal). Without that, calls run
// beside the platform.
//
// A host that keeps what happened (Committer) is asked to do so before anything leaves: before a call goes
// out, an e-mail is sent, a command is acknowledged.
package live
