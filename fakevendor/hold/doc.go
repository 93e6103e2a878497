// Package hold is what a tester holds a fake vendor by: its clock, which stands still, jumps or hurries as
// told; its journal, which says of each call how it was answered and why; and a judge, which says from the
// journal alone what a client did wrong.
//
// It knows no HTTP server and decides nothing that a vendor answers.
package hold
