#!/usr/bin/env bash
# What CI runs: form, freshness of what is generated, and every test on both
# engines, with the race detector where anything could race.
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
# The example company is founded by one goroutine that computes: the race detector
# makes its tests twelve times slower, and sees the same code in those of the app.
mapfile -t packages < <(go list ./... | grep -v '/internal/demo$')
CGO_ENABLED=1 go test -race -shuffle=on -timeout 30m "${packages[@]}"
CGO_ENABLED=0 go test -shuffle=on -timeout 30m ./internal/demo
