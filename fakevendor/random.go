package fakevendor

import (
	"math"
	"time"
)

// stream is one concern's random numbers: the n-th is a pure function of seed, name and n, so that a
// draw in one stream moves no other and nothing need be remembered.
type stream uint64

// golden is the step of splitmix64: 2^64 over the golden ratio.
const golden = 0x9e3779b97f4a7c15

// newStream derives a stream from the seed by name (FNV-1a, then mixed with the seed).
func newStream(seed uint64, name string) stream {
	return stream(mix(mix(seed) ^ fnv(fnvOffset, name)))
}

// fnvOffset is the hash of nothing.
const fnvOffset uint64 = 14695981039346656037

// fnv goes on with a hash (FNV-1a).
func fnv(hash uint64, text string) uint64 {
	const prime = 1099511628211
	for i := range len(text) {
		hash = (hash ^ uint64(text[i])) * prime
	}
	return hash
}

// drawByKey gives what the draws of a call are keyed by where they depend on who calls: the callers' streams
// lie so far apart that they do not meet. Of more than maxKeys callers all begin anew.
func (a *application) drawByKey(req *Request) uint64 {
	key := mix(fnv(fnv(fnv(uint64(req.Connection), req.Token), "\x00"), req.Endpoint))
	if len(a.drawn) >= maxKeys && a.drawn[key] == 0 {
		clear(a.drawn)
	}
	a.drawn[key]++
	return mix(key) + a.drawn[key]
}

// Call is what numbers the latest call of an application among all of its calls. With Config.DrawByKey it
// follows from the caller's own calls alone, and hardly any two have the same.
func (v *Vendor) Call(application int) uint64 { return v.apps[application].draw }

// unit gives the n-th number of the stream, in [0, 1).
func (s stream) unit(n uint64) float64 {
	return float64(mix(uint64(s)+n*golden)>>11) / (1 << 53)
}

// inside gives the n-th number of the stream, in (0, 1): neither end ever comes.
func (s stream) inside(n uint64) float64 {
	return (float64(mix(uint64(s)+n*golden)>>12) + 0.5) / (1 << 52)
}

// mix is the finalizer of splitmix64 (Steele, Lea and Flood, 2014).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// latencySource gives the latency of each call: constant, or log-normal by two quantiles.
type latencySource struct {
	median time.Duration
	spread float64 // of the logarithm; 0: constant
	stream stream
}

// z99 is the 99th percentile of the standard normal distribution.
const z99 = 2.3263478740408408

func newLatencySource(l Latency, seed uint64, application string) latencySource {
	s := latencySource{median: l.Median}
	if l.P99 > l.Median {
		s.spread = logE(float64(l.P99)/float64(l.Median)) / z99
		s.stream = newStream(seed, "latency:"+application)
	}
	return s
}

// draw gives the latency of an application's n-th call.
func (s *latencySource) draw(n uint64) time.Duration {
	if s.spread == 0 {
		return s.median
	}
	return s.sample(n)
}

func (s *latencySource) sample(n uint64) time.Duration {
	const longest = float64(365 * 24 * time.Hour)
	x := float64(s.median) * expE(s.spread*normalQuantile(s.stream.inside(n)))
	return time.Duration(min(x, longest))
}

// The functions below use +, -, *, / and square roots alone, which IEEE 754 rounds alike everywhere.
// The explicit conversions forbid fused operations, and the math package's exp and log are assembly
// on some machines: T-02 wants the same journal on all of them.

// expE is the exponential function.
func expE(x float64) float64 {
	x = min(max(x, -700), 700)
	k := math.Floor(float64(x*math.Log2E) + 0.5)
	r := x - float64(k*math.Ln2)
	sum := horner(r, 1./6227020800, 1./479001600, 1./39916800, 1./3628800, 1./362880, 1./40320,
		1./5040, 1./720, 1./120, 1./24, 1./6, 1./2, 1, 1) // Taylor, to the 13th power
	return math.Ldexp(sum, int(k))
}

// logE is the natural logarithm of a number above 0.
func logE(x float64) float64 {
	fraction, exponent := math.Frexp(x)
	if fraction < math.Sqrt2/2 {
		fraction, exponent = fraction*2, exponent-1
	}
	s := (fraction - 1) / (fraction + 1)
	square, sum := float64(s*s), 0.0
	for i := 27.0; i >= 1; i -= 2 {
		sum = float64(sum*square) + 1/i
	}
	return float64(2*s*sum) + float64(float64(exponent)*math.Ln2)
}

// normalQuantile is the inverse of the standard normal distribution by Acklam's rational
// approximation; its relative error is below 1.2e-9.
func normalQuantile(p float64) float64 {
	const low = 0.02425
	if p < low {
		return tailQuantile(p)
	}
	if p > 1-low {
		return -tailQuantile(1 - p)
	}
	q := p - 0.5
	r := float64(q * q)
	numerator := horner(r, -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02,
		1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239e+00)
	denominator := horner(r, -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02,
		6.680131188771972e+01, -1.328068155288572e+01, 1)
	return float64(numerator*q) / denominator
}

// tailQuantile is the quantile of a small p.
func tailQuantile(p float64) float64 {
	q := math.Sqrt(-2 * logE(p))
	numerator := horner(q, -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00,
		-2.549732539343734e+00, 4.374664141464968e+00, 2.938163982698783e+00)
	denominator := horner(q, 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00,
		3.754408661907416e+00, 1)
	return numerator / denominator
}

// horner evaluates a polynomial, the coefficient of the highest power first.
func horner(x float64, coefficients ...float64) float64 {
	sum := 0.0
	for _, c := range coefficients {
		sum = float64(sum*x) + c
	}
	return sum
}
