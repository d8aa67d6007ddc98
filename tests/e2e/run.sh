#!/usr/bin/env bash
# The page in a browser, against the device itself: tests/e2e/run.sh [FILE...]; ends with 'N passed, N failed'.
# Pictures of every view are left in artifacts/e2e. RNNPOOL_EDGE_PROGRAM names another build of the device than the Release one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/setup.sh
. tools/mcu.sh

find_dotnet
require_packages ca-certificates chromium mosquitto python3-minimal
modern_node() { node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 18 ? 0 : 1)' 2>/dev/null; }
command -v npm >/dev/null || require_packages nodejs npm
modern_node || fail "The tests of the page need Node.js 18 or newer, as Debian 12 has it." "Put one on the path."

export RNNPOOL_EDGE_PROGRAM=${RNNPOOL_EDGE_PROGRAM:-$PWD/src/RNNPool.Edge/bin/Release/net10.0/rnnpool-edge.dll}
if [ ! -f "$RNNPOOL_EDGE_PROGRAM" ] && [[ $RNNPOOL_EDGE_PROGRAM == *.dll ]]; then
  "$DOTNET" build src/RNNPool.Edge -c Release -maxcpucount:2 -v quiet >artifacts/build.log 2>&1 || fail "The build failed; artifacts/build.log has all of it."
fi
build_firmware host
export RNNPOOL_EDGE_FIRMWARE=$PWD/$MCU_FIRMWARE

# Installed once for each lock file.
if [ "$(cat tests/e2e/node_modules/.lock 2>/dev/null)" != "$(sha256sum <tests/e2e/package-lock.json)" ]; then
  (cd tests/e2e && npm ci --no-audit --no-fund --loglevel=error) >artifacts/npm.log 2>&1 || fail "The packages of tests/e2e could not be installed; $(tail -n 1 artifacts/npm.log)"
  sha256sum <tests/e2e/package-lock.json >tests/e2e/node_modules/.lock
fi

files=("$@")
[ ${#files[@]} -gt 0 ] || files=(tests/e2e/*.test.mjs)
code=0
timeout 900 node --test --test-concurrency=2 --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap --test-reporter-destination=artifacts/e2e.tap "${files[@]}" || code=$?
passed=$(sed -n 's/^# pass \([0-9]*\)$/\1/p' artifacts/e2e.tap | tail -n 1)
failed=$(sed -n 's/^# fail \([0-9]*\)$/\1/p' artifacts/e2e.tap | tail -n 1)
cancelled=$(sed -n 's/^# cancelled \([0-9]*\)$/\1/p' artifacts/e2e.tap | tail -n 1)
echo "${passed:-0} passed, $((${failed:-1} + ${cancelled:-0})) failed"
[ "$code" -eq 0 ]
