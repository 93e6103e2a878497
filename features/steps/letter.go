package steps

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
)

// letter is an e-mail.
type letter struct {
	to            []string
	subject, body string    // the body's parts of text, one after the other
	at            time.Time // its Date; zero where it has none
	unread        error     // why it cannot be read
}

// read reads an e-mail.
func read(r io.Reader) letter {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return letter{unread: err}
	}
	var l letter
	if l.at, err = m.Header.Date(); errors.Is(err, mail.ErrHeaderNotPresent) {
		err = nil
	}
	if err == nil {
		l.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	}
	if err == nil {
		l.body, err = partText(textproto.MIMEHeader(m.Header), m.Body)
	}
	l.unread = err
	return l
}

// partText reads the text of a part of an e-mail, of parts within it too; "" where it is none.
func partText(header textproto.MIMEHeader, body io.Reader) (string, error) {
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	switch {
	case header.Get("Content-Type") == "":
	case err != nil:
		return "", err
	case strings.HasPrefix(kind, "multipart/"):
		return partsText(multipart.NewReader(body, parameters["boundary"]))
	case !strings.HasPrefix(kind, "text/"):
		return "", nil
	}
	switch strings.ToLower(header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	return string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))), err
}

// partsText reads the text of several parts.
func partsText(parts *multipart.Reader) (string, error) {
	var all strings.Builder
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF { //nolint:errorlint // one that is wrapped comes too early
			return all.String(), nil
		}
		if err != nil {
			return "", err
		}
		text, err := partText(part.Header, part)
		if err != nil {
			return "", err
		}
		all.WriteString(text)
	}
}
