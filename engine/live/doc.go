// Package live runs an engine against the world: one clock with one timer, and real HTTP.
//
// It decides nothing about the rules. At each instant it does what is due in the order of T-03: first
// the host's own happenings (Host.Do), then the ends of calls, oldest first, then the engine. Then it
// arms its one timer for the next due instant and waits.
//
// On a mock clock the answer's latency is virtual: the vendor answers at once and says its latency in a
// header, and the end of the call is delivered at sent + latency (Unsealer). Without an Unsealer calls
// take the time that they take.
package live
