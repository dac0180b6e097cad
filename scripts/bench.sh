#!/usr/bin/env bash
# Measures the budgets of the design: make bench, or N=1000000 make bench.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/deps.sh
ESLABON_BENCH_PROGRAM="$PWD/bin/eslabon" go test ./bench -run TestTable -v -count=1 -timeout 90m \
	-args -size "${N:-100000}" -times "${TIMES:-400}" -engines "${ENGINES:-sqlite,postgres}"
ESLABON_BENCH_PROGRAM="$PWD/bin/eslabon" go test ./bench -run TestChain -v -count=1 -timeout 60m -args -logs "${LOGS:-5}"
go test ./internal/chain -run '^$' -bench Live
go test ./internal/chain/load -run '^$' -bench Load -benchtime 5x -timeout 60m
