//go:build !race

package standalone_test

// mostMemory bounds what hostile callers can make the server take, in bytes.
const mostMemory = 200 << 20
