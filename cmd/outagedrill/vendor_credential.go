package main

import (
	"context"
	"net/http"

	"github.com/spf13/cobra"
)

// credentialBody asks for a deed to a credential.
type credentialBody struct {
	Connection  string `json:"connection"`
	Kind        string `json:"kind,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	Credential  string `json:"credential,omitempty"`
}

func newVendorCredential(con *console) *cobra.Command {
	cmd := &cobra.Command{
		Use: "credential COMMAND", Short: "Issue, expire, revoke and rotate credentials of a running vendor",
		Example: `  outagedrill vendor credential list
  outagedrill vendor credential expire github
  outagedrill vendor credential revoke stripe --credential sk_test_1`,
	}
	c := &adminClient{con: con}
	cmd.AddCommand(c.asks(&cobra.Command{
		Use: "list [--admin URL] [--token TOKEN]", Short: "List credentials, without the secrets",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.credentials(cmd.Context()) },
	}))
	for word, short := range map[string]string{
		"issue": "Give new credentials beside the old", "expire": "End the life of access tokens",
		"revoke": "Take credentials away", "rotate": "Give new credentials in place of the old",
	} {
		cmd.AddCommand(c.credentialDeed(word, short))
	}
	return cmd
}

func (c *adminClient) credentialDeed(word, short string) *cobra.Command {
	var body credentialBody
	cmd := c.asks(&cobra.Command{
		Use: word + " CONNECTION [--kind KIND] [--fingerprint F] [--credential SECRET] [--admin URL]" +
			" [--token TOKEN]",
		Short: short,
		Args:  exactlyOne("connection"),
		RunE: func(cmd *cobra.Command, args []string) error {
			body.Connection = args[0]
			var given struct {
				AccessToken  string `json:"access_token"`
				RefreshToken string `json:"refresh_token"`
				ExpiresAt    string `json:"expires_at"`
				Key          string `json:"key"`
			}
			if err := c.ask(cmd.Context(), http.MethodPost, "/credentials/"+word, body, &given); err != nil {
				return err
			}
			for _, line := range [][2]string{
				{"access_token", given.AccessToken},
				{"refresh_token", given.RefreshToken},
				{"expires_at", given.ExpiresAt},
				{"key", given.Key},
			} {
				if line[1] != "" {
					c.say("%s %s", line[0], line[1])
				}
			}
			return nil
		},
	})
	set := cmd.Flags()
	set.StringVar(&body.Kind, "kind", "",
		"only credentials of `KIND`: access_token, refresh_token, api_key, basic")
	set.StringVar(&body.Fingerprint, "fingerprint", "", "the one that the journal has as `F`")
	set.StringVar(&body.Credential, "credential", "", "the one that is `SECRET`")
	return cmd
}

func (c *adminClient) credentials(ctx context.Context) error {
	var list []struct {
		Connection, Kind, Fingerprint, State string
		Expires                              *string
	}
	if err := c.ask(ctx, http.MethodGet, "/credentials", nil, &list); err != nil {
		return err
	}
	for _, one := range list {
		line := one.Connection + "  " + one.Kind + "  " + one.Fingerprint + "  " + one.State
		if one.Expires != nil {
			line += "  until " + *one.Expires
		}
		c.say("%s", line)
	}
	return nil
}
