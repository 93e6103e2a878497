module github.com/outagedrill/outagedrill/sdks/go

go 1.26.0

require (
	github.com/benbjohnson/clock v1.3.5
	github.com/google/go-github/v88 v88.0.0
	github.com/outagedrill/outagedrill v0.0.0
	github.com/slack-go/slack v0.35.0
	github.com/stripe/stripe-go/v85 v85.0.0
	golang.org/x/oauth2 v0.37.0
)

require (
	github.com/google/go-querystring v1.2.0 // indirect
	github.com/gorilla/websocket v1.5.3 // indirect
	go.yaml.in/yaml/v4 v4.0.0 // indirect
)

replace github.com/outagedrill/outagedrill => ../..
