#!/usr/bin/env bash
# Runs the official conformance suite: all of it against a host that mounts the product's own HTTP mapping and has the suite's fixtures,
# and what needs no fixtures against the published executable.
#   tests/conformance/run.sh EXECUTABLE [CONFIGURATION]
# The host must have been built in that configuration (Release). Ends with 0 when everything that is required passes.
set -euo pipefail
cd "$(dirname "$0")/../.."

executable=$(realpath "$1")
configuration=${2:-Release}
host=$PWD/tests/AgentCraft.ConformanceHost/bin/$configuration/net10.0/AgentCraft.ConformanceHost
expected=$PWD/tests/conformance/expected-failures.yml
oldest=0.1.16
newest=0.2.0-alpha.12
tools=$PWD/artifacts/conformance
work=$(mktemp -d)
server=
failed=0

stop() {
  [ -z "$server" ] || { kill -TERM "$server" && wait "$server"; } || true
  server=
}
trap 'stop; rm -rf "$work"' EXIT

install() {
  for version in "$oldest" "$newest"; do
    [ -d "$tools/$version/node_modules/@modelcontextprotocol/conformance" ] \
      || npm i --prefix "$tools/$version" --no-audit --no-fund --no-package-lock "@modelcontextprotocol/conformance@$version"
  done
  # The suite needs Node.js 22.
  if [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 22 ] && [ ! -d "$tools/node" ]; then
    npm i --prefix "$tools/node" --no-audit --no-fund --no-package-lock "node-linux-$(node -p process.arch)@22"
  fi
  [ ! -d "$tools/node" ] || PATH=$(dirname "$(find "$tools/node" -type f -name node | head -n 1)"):$PATH
}

# start COMMAND…: starts a server that prints the URL of its MCP endpoint, and remembers both.
start() {
  "$@" >"$work/out" 2>"$work/err" &
  server=$!
  for _ in $(seq 100); do
    url=$(grep -o 'http://[^ "]*/mcp' "$work/out" | head -n 1) && return
    sleep 0.1
  done
  cat "$work/err" >&2
  return 1
}

# suite NAME VERSION ARGUMENT…: runs one version of the suite and shows its summary; all of its output when it fails.
suite() {
  local name=$1 version=$2
  shift 2
  if (cd "$tools/$version" && timeout 300 node node_modules/.bin/conformance server --url "$url" "$@") >"$work/log" 2>&1; then
    printf '%s: %s\n' "$name" "$(grep -E '^(Total|Passed): *[1-9]' "$work/log" | tail -n 1)"
  else
    cat "$work/log"
    printf '%s: FAILED\n' "$name"
    failed=1
  fi
}

install

start "$host" http://127.0.0.1:0
suite "$oldest, all scenarios" "$oldest" --suite all
suite "$newest, 2025-11-25" "$newest" --requirements 2025-11-25
suite "$newest, 2026-07-28 (what failed is in expected-failures.yml)" "$newest" --requirements 2026-07-28 --expected-failures "$expected"
stop

mkdir "$work/project"
start "$executable" serve --http --url http://127.0.0.1:0 --root "$work/project"
for scenario in server-initialize logging-set-level ping tools-list resources-list prompts-list server-sse-multiple-streams dns-rebinding-protection; do
  suite "the product, $oldest, $scenario" "$oldest" --scenario "$scenario"
done
for scenario in server-initialize server-session-lifecycle logging-set-level ping tools-list resources-list prompts-list server-sse-multiple-streams dns-rebinding-protection; do
  suite "the product, 2025-11-25, $scenario" "$newest" --spec-version 2025-11-25 --scenario "$scenario"
done
for scenario in tools-list resources-list prompts-list sep-2164-resource-not-found server-sse-multiple-streams dns-rebinding-protection http-header-validation input-required-result-unsupported-methods; do
  suite "the product, 2026-07-28, $scenario" "$newest" --spec-version 2026-07-28 --scenario "$scenario"
done
stop

exit "$failed"
