#!/usr/bin/env bash
# Brings what the tests need on Debian or Ubuntu: PostgreSQL and Chromium from
# the system's packages. Where it may not install, it says what is missing.
set -euo pipefail

need=()
for tool in go node npm; do
	command -v "$tool" >/dev/null || { echo "Missing: $tool. Install it, then try again." >&2; exit 1; }
done
if [ -z "${ESLABON_TEST_POSTGRES:-}" ] && ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
	need+=(postgresql)
fi
if [ -z "${ESLABON_TEST_CHROMIUM:-}" ] && ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null &&
	! command -v google-chrome >/dev/null; then
	need+=(chromium)
fi
[ ${#need[@]} -eq 0 ] && exit 0

sudo=""
if [ "$(id -u)" -ne 0 ]; then
	if ! sudo -n true 2>/dev/null; then
		echo "Missing: ${need[*]}. Install with: sudo apt-get install ${need[*]}" >&2
		exit 1
	fi
	sudo="sudo -n"
fi
if ! command -v apt-get >/dev/null; then
	echo "Missing: ${need[*]}. Install them with your system's packages, or name them in" >&2
	echo "ESLABON_TEST_POSTGRES (postgres://…) and ESLABON_TEST_CHROMIUM (a program)." >&2
	exit 1
fi
echo "Installing ${need[*]} …"
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
