#!/usr/bin/env bash
# A short run of every fuzz target, after a build of the solution. Ends with 'N passed, N failed'.
exec "$(dirname "${BASH_SOURCE[0]}")/run.sh" --seconds 2 --no-build
