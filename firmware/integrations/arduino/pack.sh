#!/usr/bin/env bash
# Writes the Arduino library into a folder: Arduino compiles everything in src and searches headers there alone, so the sources are copied.
#
#   pack.sh FOLDER        for example ~/Arduino/libraries/rnnp
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: pack.sh FOLDER" >&2; exit 2; }
mkdir -p "$1"
to=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rm -rf "$to/src"
mkdir -p "$to/src"
cp integrations/arduino/library.properties "$to"
cp -r include/rnnp src/kernels src/model src/link src/sha256 "$to/src"
find "$to/src" -name CMakeLists.txt -delete
cat >"$to/src/rnnp.h" <<'H'
/* All of the library. A sketch may include single headers as well. */
#pragma once

#include "rnnp/rnnp_engine.h"
#include "rnnp/rnnp_link.h"
#include "rnnp/rnnp_rnnpool.h"
H
