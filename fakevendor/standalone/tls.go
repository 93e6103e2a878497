package standalone

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// Authority is a certificate authority that nobody knows: whoever is to trust the vendors is given its
// certificate. It vouches for any name that a client asks for. Its key stays in memory.
//
// Certificates are judged by the clients' clocks, so their times are those of the real one, not of the
// vendors'.
type Authority struct {
	cert  *x509.Certificate
	key   *ecdsa.PrivateKey
	leaf  *ecdsa.PrivateKey // of all certificates: they differ in their names
	now   time.Time
	mu    sync.Mutex
	known map[certificateOf]*tls.Certificate
}

// certificateOf tells certificates apart.
type certificateOf struct {
	name    string
	expired bool
}

// mostCertificates bounds the certificates that are remembered.
const mostCertificates = 256

const (
	caYears  = 10
	leafLife = 365 * 24 * time.Hour
)

// NewAuthority makes an authority whose certificates are good at an instant of the clients' clocks.
func NewAuthority(now time.Time) (*Authority, error) {
	a := &Authority{now: now, known: map[certificateOf]*tls.Certificate{}}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	if a.leaf, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "outagedrill, a made-up authority"},
		NotBefore:    now.Add(-leafLife), NotAfter: now.AddDate(caYears, 0, 0),
		IsCA: true, BasicConstraintsValid: true,
		MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	a.cert, err = x509.ParseCertificate(der)
	return a, err
}

// PEM is the authority's certificate, for clients' trust stores.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// Pool is a trust store with the authority alone in it.
func (a *Authority) Pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// certificate vouches for a name, or for an address where a client names none.
func (a *Authority) certificate(name string, expired bool) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := certificateOf{name, expired}
	if c := a.known[key]; c != nil {
		return c, nil
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(int64(len(a.known)) + 1 + a.now.UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    a.now.Add(-time.Hour), NotAfter: a.now.Add(leafLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if expired {
		template.NotBefore, template.NotAfter = a.now.Add(-leafLife/2), a.now.Add(-time.Hour)
	}
	if ip := net.ParseIP(name); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{name}
	}
	if name == "localhost" {
		template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &a.leaf.PublicKey, a.key)
	if err != nil {
		return nil, fmt.Errorf("certificate of %q: %w", name, err)
	}
	if len(a.known) >= mostCertificates {
		clear(a.known)
	}
	c := &tls.Certificate{Certificate: [][]byte{der, a.cert.Raw}, PrivateKey: a.leaf}
	a.known[key] = c
	return c, nil
}

// config is how the vendors speak TLS; broken tells whether the handshake of a name is to fail, which it
// does by a certificate that has expired.
func (a *Authority) config(broken func(serverName string) bool) *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"http/1.1"}, // a connection that breaks is one call's, as the faults have it
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			name := hello.ServerName
			if name == "" { // by address
				name = "localhost"
				host, _, err := net.SplitHostPort(hello.Conn.LocalAddr().String())
				if err == nil && !loopback(host) {
					name = host
				}
			}
			return a.certificate(name, broken(hello.ServerName))
		},
	}
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
