// Package sdks_test points real SDKs, untouched but for base URL and credentials, at the fake vendor over
// TCP: they must behave as they do with the real one.
package sdks_test
