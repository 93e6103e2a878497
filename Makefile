# What each target does is told by `make help`. Tools are pinned here and nowhere else.
GO           ?= go
GOLANGCI     := $(GO) run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
DEADCODE     := $(GO) run golang.org/x/tools/cmd/deadcode@v0.52.0

DEMO         ?= examples/github-2022-09.yaml
DEMO_OUT     ?= outagedrill-out/demo
ENVIRONMENTS := snapshot staging production
FUZZTIME     ?= 30s
VERSION      ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)

# The packages that keep golden files, by the flag that rewrites them.
TESTS_WITH   = $(shell grep -rl --include='*_test.go' $(1) . | xargs -r -n1 dirname | sort -u)
DATADRIVEN   = $(call TESTS_WITH,'/datadriven"$$')
UPDATING     = $(call TESTS_WITH,'flag.Bool.*"update"')

.DEFAULT_GOAL := help
.PHONY: help demo check build test test-all race slow lint fmt golden fuzz bench dist pictures clean browser mutants sdks-node

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: build ## Replay a real month of incidents in all three environments
	@set -e; for environment in $(ENVIRONMENTS); do \
		echo "── $$environment"; \
		bin/outagedrill replay $(DEMO) --environment $$environment -o $(DEMO_OUT)/$$environment; \
		echo; \
	done
	@echo "Open the reports in a browser:"
	@for environment in $(ENVIRONMENTS); do echo "  $(DEMO_OUT)/$$environment/report.html"; done

check: lint test ## Lint and test: before every push

build: ## Build bin/outagedrill
	$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/outagedrill ./cmd/outagedrill

test: browser ## Vet and run all tests; what CI runs
	$(GO) vet ./...
	$(GO) test -shuffle=on -count=1 ./...
	cd sdks/go && $(GO) vet ./... && $(GO) test -shuffle=on -count=1 ./...

test-all: lint test race slow sdks-node ## Everything: tests, race detector, lint, npm SDKs, determinism across builds, fuzzing
	FUZZTIME=20s hack/fuzz
	$(MAKE) mutants N=120

race: browser ## All tests under the race detector, ten times in random order
	$(GO) test -race -shuffle=on -count=10 -timeout 4h ./...

slow:
	$(GO) test -tags slow -count=1 -run '^TestSlow' ./cmd/outagedrill ./examples/targets ./features ./reports

sdks-node: build ## Try npm SDKs against outagedrill vendor; needs Node.js 20 or later
	@command -v node npm >/dev/null || { \
		echo "sdks-node: node or npm is missing: install Node.js 20 or later (https://nodejs.org)" >&2; exit 1; }
	cd sdks/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm test

lint: ## Lint, find dead code, check the formatting and go.mod
	$(GOLANGCI) run ./...
	$(DEADCODE) -test ./...
	$(GO) mod tidy -diff
	cd sdks/go && $(GO) mod tidy -diff

fmt: ## Format the code
	$(GOLANGCI) fmt ./...

golden: ## Rewrite the golden files; read the diff before you commit it
	$(GO) test $(DATADRIVEN) -count=1 -rewrite
	$(GO) test $(UPDATING) -count=1 -update
	UPDATE_SCRIPTS=1 $(GO) test ./cmd/outagedrill -count=1 -run '^TestScripts'

mutants: ## Change the engine in two thousand ways; the tests must notice (N=120 SEED=1: a sample)
	@mkdir -p outagedrill-out
	$(GO) run ./hack/mutants -n $(or $(N),0) -seed $(or $(SEED),1) -o outagedrill-out/mutants.json

fuzz: ## Run every fuzz target for FUZZTIME (30s)
	FUZZTIME=$(FUZZTIME) hack/fuzz

bench: ## Time and allocations a poll, over 7.97 million polls, and the time of a year without a journal
	$(GO) test ./sim -run '^$$' -bench '^Benchmark(Replay|Year)$$' -benchmem

dist: ## Static binaries for Linux, macOS and Windows, with checksums, in dist/
	VERSION=$(VERSION) hack/dist

pictures: build ## Draw the pictures of the manual anew
	hack/pictures

clean: ## Remove what the other targets make
	rm -rf bin dist outagedrill-out

browser:
	@hack/browser
