//go:build race

package standalone_test

// mostMemory is twice what it is without the race detector, which keeps a shadow of what is written.
const mostMemory = 400 << 20
