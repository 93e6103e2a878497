// Package engine holds the platform's rules as one pure state machine: auto-disable of polling jobs
// as SAP Open Connectors documents it, and outage handling of flows and connections as Celigo
// integrator.io documents it.
//
// The engine decides and never acts: it has no clock, no goroutine, no I/O and no randomness. Its
// caller, a driver, owns those and keeps a simple loop:
//
//  1. ask Next when the engine wants to act by itself;
//  2. when that instant, the end of a call or a command comes, tell it by Step, one happening at a
//     time and in the order of rule T-03;
//  3. carry out the Effects that Step returns: start at most one Call, send Mails, write Entries;
//  4. as long as Unfinished says so, tell it TimeReached before anything else of that instant.
//
// The order within one instant is the caller's down to the ends of calls; from the sweep's tests on it
// is the engine's (see due.go). The same happenings in the same order give the same effects, always.
//
// An Engine is not safe for concurrent use. Step panics when time runs backwards or a call ends that
// was never started: these are errors of the driver, not of the world.
package engine
