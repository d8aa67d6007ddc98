#!/usr/bin/env bash
# Kills the native program (SIGKILL) at random moments while events flow to the journal and a broker, and checks after every kill that the journal
# and the outbox are whole. Usage: tests/faults/kill.sh [KILLS [SEED]], 3 kills unless a number is given. Ends with 'N passed, N failed'.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/setup.sh
require_packages python3 mosquitto mosquitto-clients
PROGRAM=${RNNPOOL_EDGE_PROGRAM:-artifacts/deb/$(dpkg --print-architecture)/publish/rnnpool-edge}
[ -x "$PROGRAM" ] || { find_dotnet; deploy/build-deb.sh "$(dpkg --print-architecture)" --program; }
exec python3 tests/faults/kill.py --program "$PROGRAM" --kills "${1:-3}" --seed "${2:-1}"
