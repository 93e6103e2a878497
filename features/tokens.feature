Feature: OAuth 2.0 tokens, and when they are refreshed
  A connection starts with a fresh token. A call that is due in the token's last minute refreshes it first;
  until the token expires a refresh that fails does no harm.

  Background:
    Given the environment is "staging"
    And an application "acme" with "contacts" at 1/m
    And access tokens of "acme" live for "10m"
    And a connection "acme-main" to "acme" with OAuth 2.0
    And a polling job "poll" on "acme-main" for "contacts" every "30s"
    And the run lasts "12m"

  Rule: A token is refreshed when a call is due in its last minute

    @C-05
    Scenario: A token is renewed a minute early, by the first call that comes then
      # Good for 10 minutes: 8m59s is a second too early, 9m59s is not; then 18m59s is just in time.
      Given a polling job "poll" on "acme-main" for "contacts" every "1m"
      And job "poll" first polls at "59s"
      And the run lasts "25m"
      Then the token of "acme-main" is refreshed only at "9m59s, 18m59s"

    @C-05
    Scenario: The life of a token counts from the sending of its refresh
      # Sent at 9m30s and here five seconds later: due from 18m30s on, not from 18m35s.
      Given calls to "acme" take "5s"
      And a polling job "poll" on "acme-main" for "contacts" every "90s"
      And job "poll" first polls at "30s"
      And the run lasts "25m"
      Then the token of "acme-main" is refreshed only at "9m35s, 18m35s"

    @C-05
    Scenario: A token that nobody needs is not renewed
      Given a polling job "poll" on "acme-main" for "contacts" every "40m"
      And the run lasts "39m"
      Then the token of "acme-main" is never refreshed

    @C-06
    Scenario: Where the vendor replaces the refresh token, each refresh goes on from the one before
      Given "acme" replaces the refresh token at each refresh
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      And the run lasts "40m"
      Then the token of "acme-main" is refreshed only at "9m, 18m, 27m, 36m"
      And no call of job "poll" fails

  Rule: Until it expires the old token is good when its renewal fails

    @C-05 @C-07
    Scenario: Renewals that fail do no harm until expiry, and all harm from then on
      # Tried at 9m, 9m30s, then 10m to 11m with the polls failing; 21 pages and 6 refreshes, 5 wasted.
      When the token endpoint of "acme-main" fails from "8m" for "3m15s"
      Then refreshing the token of "acme-main" fails only at "9m, 9m30s, 10m, 10m30s, 11m"
      And 3 polls of job "poll" failed because of token_refresh_failed, transient
      And job "poll" has 3 failed polls
      And the token of "acme-main" is refreshed only at "11m30s"
      And the run makes 27 calls, of which 5 are wasted

    @C-05
    Scenario Outline: A renewal that has failed after <latency> leaves <failed> polls without a token
      # Sent at 9m30s: known at 9m59s the old token is good still, known at 10m it is not.
      When the token endpoint of "acme-main" fails from "8m45s" for "1m"
      And "acme" takes "<latency>" to answer from "9m15s" for "20s"
      Then <failed> polls of job "poll" failed because of token_refresh_failed
      And job "poll" has <failed> failed polls

      Examples:
        | latency | failed |
        | 29s     | 0      |
        | 30s     | 1      |

  Rule: What fails the whole application fails its token endpoint, and nothing else does

    @C-05
    Scenario Outline: <trouble> covers the token endpoint
      # Both polls of that minute try to renew in vain, then fail with the old token.
      When <trouble>
      Then refreshing the token of "acme-main" fails only at "9m, 9m30s"
      And 2 polls of job "poll" failed because of vendor_down
      And job "poll" has 2 failed polls

      Examples:
        | trouble                                                             |
        | "acme" is down from "9m" for "1m" with connections refused          |
        | "acme" is in maintenance from "9m" for "1m"                         |
        | "acme" is in turn down for "1m" and up for "1m", from "9m" for "2m" |
        | "acme" fails 100% of its calls from "9m" for "1m"                   |

    @C-05
    Scenario Outline: <trouble> spares the token endpoint
      When <trouble>
      Then the token of "acme-main" is refreshed only at "9m"
      And <failed> polls of job "poll" failed because of <class>

      Examples:
        | trouble                                              | failed | class           |
        | the "contacts" of "acme" are down from "9m" for "1m" | 2      | vendor_down     |
        | "acme" limits calls from "9m" for "2m"               | 4      | rate_limited    |
        | the "contacts" of "acme" are rejected from "9m" on   | 6      | rejected        |
        | the credentials of "acme-main" change at "8m30s"     | 7      | bad_credentials |

  Rule: An expired token brings one refresh, after which the call is made once more

    @C-05
    Scenario: A token that the vendor revoked is replaced within the same poll
      # At 2m three calls: refused, the refresh, the page.
      Given a polling job "poll" on "acme-main" for "contacts" every "1m"
      And the run lasts "5m"
      When the access token of "acme-main" is revoked at "2m"
      Then calls of job "poll" end only at "0s, 1m, 2m, 2m, 2m, 3m, 4m"
      And job "poll" has 0 failed polls
      And the run makes 7 calls, of which 1 is wasted

    @C-05
    Scenario: A call is made once more and no oftener
      # Refused at 2m10s, the refresh is sent; the new token is revoked before the page that it was for is asked.
      Given calls to "acme" take "10s"
      And a polling job "poll" on "acme-main" for "contacts" every "1m"
      And the run lasts "5m"
      When the access token of "acme-main" is revoked at "2m"
      And the access token of "acme-main" is revoked at "2m15s"
      Then 1 poll of job "poll" failed because of bad_credentials, expired_token
      And the token of "acme-main" is refreshed only at "2m20s, 3m20s"

    @C-05
    Scenario Outline: Where that refresh fails, there is no old token to fall back on: <cause>
      Given a polling job "poll" on "acme-main" for "contacts" every "1m"
      And the run lasts "5m"
      When the access token of "acme-main" is revoked at "2m"
      And <trouble>
      Then 3 polls of job "poll" failed because of token_refresh_failed, <cause>
      And the run makes 8 calls, of which 6 are wasted

      Examples:
        | cause     | trouble                                              |
        | dead      | the refresh token of "acme-main" dies at "2m"        |
        | transient | the token endpoint of "acme-main" fails from "2m" on |

    @C-05
    Scenario: Refused credentials are no reason to refresh
      When the credentials of "acme-main" change at "2m"
      And an operator re-authorizes "acme-main" at "6m15s"
      Then 9 polls of job "poll" failed because of bad_credentials
      And the token of "acme-main" is never refreshed

    @C-05
    Scenario: A token endpoint that limits calls has failed for a while, not for good
      # The old token is good until 10m; two polls fail with it, and at 11m the endpoint answers.
      Given "acme" answers with status 429 for a token endpoint that fails
      When the token endpoint of "acme-main" fails from "8m45s" for "2m"
      Then 2 polls of job "poll" failed because of token_refresh_failed, transient
      And 2 polls of job "poll" failed because of token_refresh_failed with status 429
      And the token of "acme-main" is refreshed only at "11m"

  Rule: Re-authorizing gives a fresh token without a call

    @C-05 @T-03
    Scenario: Saved at the very instant of a poll, it serves that poll
      # The old token is good to 10m; the polls of 10m and 10m30s fail, that of 11m does not.
      When the refresh token of "acme-main" dies at "8m"
      And an operator re-authorizes "acme-main" at "11m"
      Then 2 polls of job "poll" failed because of token_refresh_failed, dead
      And job "poll" has 2 failed polls

    @C-05
    Scenario: What is saved while a refresh is under way stays, and the refreshed token is dropped
      # The refresh of 9m is answered at 9m5s, with a token that would be due at 18m; what was saved at 9m2s is
      # due from 18m2s on, which the poll of 18m30s is the first to see.
      Given calls to "acme" take "5s"
      And the run lasts "20m"
      When an operator re-authorizes "acme-main" at "9m2s"
      Then the token of "acme-main" is refreshed only at "9m5s, 18m35s"

    @C-05 @C-07
    Scenario: A connection that was re-authorized has a token for ten minutes more
      # Saved at 5m15s: due at 14m15s. 30 pages, one test, one refresh.
      Given the run lasts "15m"
      When an operator re-authorizes "acme-main" at "5m15s"
      Then the token of "acme-main" is refreshed only at "14m30s"
      And the run makes 32 calls, of which 0 are wasted

    @C-05
    Scenario: Saving good credentials ends a dead refresh token
      # The old token is good to 10m; the polls of 10m, 10m30s and 11m fail.
      When the refresh token of "acme-main" dies at "8m"
      And an operator re-authorizes "acme-main" at "11m15s"
      Then 3 polls of job "poll" failed because of token_refresh_failed, dead
      And job "poll" delivered 11 records, 0 wait and 0 are lost

  Rule: Two refreshes of one connection never run together

    @C-06 @C-07
    Scenario: A call that needs a refresh under way waits for it
      # Both need it at 10m; the pages follow at 10m2s. 6 pages and one refresh.
      Given calls to "acme" take "2s"
      And a polling job "poll" on "acme-main" for "contacts" every "5m"
      And a polling job "other" on "acme-main" for "contacts" every "5m"
      Then the token of "acme-main" is refreshed only at "10m2s"
      And calls of job "other" end only at "2s, 5m2s, 10m4s"
      And the run makes 7 calls, of which 0 are wasted

    @C-06
    Scenario: Where the refresh under way fails, whoever waits for it fails with it
      Given calls to "acme" take "2s"
      And a polling job "poll" on "acme-main" for "contacts" every "5m"
      And a polling job "other" on "acme-main" for "contacts" every "5m"
      When the token endpoint of "acme-main" fails from "6m" on
      Then refreshing the token of "acme-main" fails only at "10m2s"
      And 1 poll of job "poll" failed because of token_refresh_failed, transient
      And 1 poll of job "other" failed because of token_refresh_failed, transient

    @C-06 @DIS-07
    Scenario: A job that is disabled while it waits for a refresh makes no call any more
      Given calls to "acme" take "2s"
      And a polling job "poll" on "acme-main" for "contacts" every "5m"
      And a polling job "other" on "acme-main" for "contacts" every "5m"
      When an operator disables job "other" at "10m1s"
      Then calls of job "other" end only at "2s, 5m2s"
      And job "other" polls "contacts" 2 times
      And calls of job "poll" end only at "2s, 5m2s, 10m2s, 10m4s"

    @C-06
    Scenario: Two connections have a token each
      Given calls to "acme" take "2s"
      And a connection "acme-two" to "acme" with OAuth 2.0
      And a polling job "poll" on "acme-main" for "contacts" every "5m"
      And a polling job "other" on "acme-two" for "contacts" every "5m"
      Then the token of "acme-main" is refreshed only at "10m2s"
      And the token of "acme-two" is refreshed only at "10m2s"
