package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

// adminClient asks the tester's API of a running vendor.
type adminClient struct {
	con   *console
	url   string
	token string
}

// newVendorClients builds the commands that ask a running vendor.
func newVendorClients(con *console) []*cobra.Command {
	return []*cobra.Command{
		newVendorJudge(con), newVendorVerify(con), newVendorJournal(con), newVendorFault(con),
		newVendorClock(con), newVendorCredential(con), newVendorReset(con),
		newVendorSave(con), newVendorRestore(con),
	}
}

// asks gives a command the flags that say which vendor it asks.
func (c *adminClient) asks(cmd *cobra.Command) *cobra.Command {
	set := cmd.Flags()
	set.StringVar(&c.url, "admin", "http://127.0.0.1:8199", "the tester's API of the vendor is at `URL`")
	set.StringVar(&c.token, "token", "", "the `TOKEN` that it wants")
	return cmd
}

// problemBody is what the API says where it refuses.
type problemBody struct {
	Detail string `json:"detail"`
	Errors []struct {
		Message  string `json:"message"`
		Location string `json:"location"`
	} `json:"errors"`
}

// send makes a call and gives its body, which the caller closes. A refusal is an error in its words.
func (c *adminClient) send(
	ctx context.Context, method, path, mediaType string, body []byte,
) (io.ReadCloser, error) {
	base, err := url.Parse(c.url)
	if err != nil || base.Scheme != "http" && base.Scheme != "https" || base.Host == "" {
		return nil, usagef("--admin %s: it is no URL (want one such as http://127.0.0.1:8199)", c.url)
	}
	target := strings.TrimSuffix(c.url, "/") + path
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return nil, internalf("%w", err)
	}
	if mediaType != "" {
		req.Header.Set("Content-Type", mediaType)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, usagef("no vendor answers at %s: %w", c.url, reasonOf(err)).
			withHint("outagedrill vendor prints where its admin is; --admin says where to ask")
	}
	if resp.StatusCode < 300 {
		return resp.Body, nil
	}
	defer resp.Body.Close() //nolint:errcheck // it is only read
	var p problemBody
	if json.NewDecoder(resp.Body).Decode(&p) != nil {
		return nil, usagef("%s answers %s (want the tester's API of a vendor)", c.url, resp.Status)
	}
	for i, e := range p.Errors {
		if i == 0 {
			p.Detail = ""
		} else {
			p.Detail += "\n"
		}
		p.Detail += e.Location + ": " + e.Message
	}
	return nil, usagef("%s", p.Detail)
}

// ask makes a call with JSON and reads its answer, where into is one.
func (c *adminClient) ask(ctx context.Context, method, path string, body, into any) error {
	var text []byte
	mediaType := ""
	if body != nil {
		var err error
		if text, err = json.Marshal(body); err != nil {
			return internalf("%w", err)
		}
		mediaType = "application/json"
	}
	answer, err := c.send(ctx, method, path, mediaType, text)
	if err != nil {
		return err
	}
	defer answer.Close() //nolint:errcheck // it is only read
	if into == nil {
		return nil
	}
	if err := json.NewDecoder(answer).Decode(into); err != nil {
		return usagef("%s answers what cannot be read: %w (want the tester's API of a vendor)", c.url, err)
	}
	return nil
}

// say prints a line of the result.
func (c *adminClient) say(format string, args ...any) { fmt.Fprintf(c.con.out, format+"\n", args...) }
