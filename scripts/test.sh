#!/usr/bin/env bash
# What CI runs: form, freshness of what is generated, and every test on both
# engines with the race detector.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "== form"
unformed=$(go tool gofumpt -l cmd internal bench)
[ -z "$unformed" ] || { printf 'not formatted:\n%s\n' "$unformed" >&2; exit 1; }
echo "== generated code is fresh"
before=$(find internal -name '*_templ.go' -exec sha256sum {} + | sort | sha256sum)
go tool templ generate >/dev/null 2>&1
after=$(find internal -name '*_templ.go' -exec sha256sum {} + | sort | sha256sum)
[ "$before" = "$after" ] || { echo "run make gen and commit what changes" >&2; exit 1; }
go mod verify >/dev/null
echo "== vet"
go vet ./...
echo "== the static binary"
CGO_ENABLED=0 go build -mod=readonly -o bin/eslabon ./cmd/eslabon
if go version -m bin/eslabon | grep -E 'modernc.org/sqlite|mattn/go-sqlite3'; then
	echo "a second SQLite is linked in" >&2
	exit 1
fi
echo "== tests"
CGO_ENABLED=1 go test -race -shuffle=on -timeout 30m ./...
