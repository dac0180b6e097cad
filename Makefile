.DEFAULT_GOAL := help
.PHONY: help run build web gen fmt lint check test race fuzz bench deps clean
BIN  := bin/eslabon
DIST := internal/web/static/dist/manifest.json
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -X github.com/eslabon/eslabon/internal/cli.version=$(VERSION)
FUZZTIME ?= 30s

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## Build everything and start the living example company on http://localhost:8080
	$(BIN) demo

build: web ## Build the one static binary, bin/eslabon
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./cmd/eslabon

web: $(DIST) ## Build styles and scripts
$(DIST): web/package-lock.json web/node_modules/.stamp $(wildcard web/src/* web/public/* web/*.mjs web/*.json) $(shell find internal/web -name '*.templ')
	cd web && npm run build --silent
	@touch $(DIST)
web/node_modules/.stamp: web/package-lock.json
	cd web && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

gen: ## Generate the Go code of the templates
	go tool templ generate

fmt: gen ## Format everything
	go tool templ fmt internal
	go tool gofumpt -w cmd internal bench

lint: ## Check form, imports, sentences and SQL (golangci-lint too, where it is installed)
	@test -z "$$(go tool gofumpt -l cmd internal bench)" || { go tool gofumpt -l cmd internal bench; exit 1; }
	go vet ./...
	go test -count=1 ./internal/arch ./internal/i18n
	@if command -v golangci-lint >/dev/null; then golangci-lint run ./...; fi

check: web lint ## The quick loop: form, and every test without the race detector
	go test -short ./...

test: deps web ## Everything a stranger needs to run: both engines, race detector, browser, freshness
	scripts/test.sh

deps: ## Bring what the tests need, or say clearly what is missing
	scripts/deps.sh

fuzz: ## Fuzz every parser for FUZZTIME (30s)
	scripts/fuzz.sh $(FUZZTIME)

bench: build ## Measure the budgets of the design on both engines (N=100000 handoffs)
	scripts/bench.sh

clean: ## Remove what was built
	rm -rf bin web/node_modules internal/web/static/dist/*
