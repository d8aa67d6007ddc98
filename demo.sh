#!/usr/bin/env bash
# Builds the device when needed and plays its demo: ./demo.sh, or ./demo.sh --once to play the sequence once.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. tools/setup.sh

find_dotnet
require_packages ca-certificates

build() {
  echo "Building (the first time takes a minute or two; the log is artifacts/build.log)."
  "$DOTNET" build src/RNNPool.Edge -c Release -maxcpucount:2 -v quiet >artifacts/build.log 2>&1 && return
  grep -E 'error|warn' artifacts/build.log | sort -u | head -n 10 >&2
  fail "The build failed; artifacts/build.log has all of it." "Without a network the packages of the first build cannot be fetched."
}

build_when_changed demo "src models samples" build
exec "$DOTNET" src/RNNPool.Edge/bin/Release/net10.0/rnnpool-edge.dll demo "$@"
