Feature: The tokens of flows
  A flow's calls refresh their connection's token as those of a polling job do: in the token's last minute, and
  without harm while the old one is good.

  Background:
    Given an application "acme" with "orders" at 1/m
    And access tokens of "acme" live for "10m"
    And an application "wms"
    And a connection "acme-main" to "acme" with OAuth 2.0
    And a connection "wms-main" to "wms" with an API key
    And a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "1m"
    And the run lasts "20m"

  Rule: A call of a run refreshes a token in its last minute

    @C-05
    Scenario: A minute before its expiry exactly, the token is refreshed
      # Good until 10m, then until 19m: refreshed at 9m and 18m.
      When the run lasts "20m"
      Then the token of "acme-main" is refreshed only at "9m, 18m"
      And flow "orders-to-wms" is never paused

    @C-05
    Scenario: A second earlier it is not
      # Runs at 8m59s and 10m59s: two runs later the token has been dead for 59 seconds.
      Given a flow "orders-to-wms" from "acme-main/orders" to "wms-main/orders" every "2m"
      When flow "orders-to-wms" first starts at "59s"
      Then the token of "acme-main" is refreshed only at "10m59s"

  Rule: Until the token expires, a renewal that fails does the run no harm

    @C-05
    Scenario: The run that could not renew the token goes on with the old one
      When the token endpoint of "acme-main" fails from "8m30s" for "1m"
      Then refreshing the token of "acme-main" fails only at "9m"
      And flow "orders-to-wms" completes a run at "9m"
      And the token of "acme-main" is refreshed only at "10m, 19m"

    @C-05 @OUT-03
    Scenario: A refresh token that died takes the connection offline when the access token expires
      When the refresh token of "acme-main" dies at "8m30s"
      Then refreshing the token of "acme-main" fails only at "9m, 10m"
      And connection "acme-main" goes offline at "10m" because of token_refresh_failed
