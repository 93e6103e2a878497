package api

import (
	"encoding/json"
	"net/http"
)

// problem is an error as RFC 9457 has it; its type is about:blank, so the title is the status's.
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

func writeProblem(w http.ResponseWriter, status int, detail string) {
	write(w, "application/problem+json", status, problem{http.StatusText(status), status, detail})
}

func writeOK(w http.ResponseWriter, value any) {
	write(w, "application/json", http.StatusOK, value)
}

func write(w http.ResponseWriter, contentType string, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		panic("api: " + err.Error()) // the values are structs of strings and numbers
	}
	h := w.Header()
	h.Set("Content-Type", contentType)
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // the client is gone: nothing is left to do
}
