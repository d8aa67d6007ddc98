#!/usr/bin/env bash
# Builds the package for this machine and looks into it: contents, lintian, the unit's exposure, maintainer scripts, manual page, completion, notices, the list of
# components, firmware hashes, the broker's example. What needs a machine of its own is in tests/system. Ends with 'N passed, N failed'.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
require_packages curl lintian python3 openssl mosquitto mosquitto-clients man-db
. tools/test-functions.sh

# Uncompressed: compressing takes a minute and is not what is tested.
DEB_COMPRESSION=none deploy/build-deb.sh "$(dpkg --print-architecture)" || fail "The package could not be built."
package=$(ls -t artifacts/deb/rnnpool-edge_*_"$(dpkg --print-architecture)".deb | head -n 1)
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
dpkg-deb -R "$package" "$root"
program=$root/usr/lib/rnnpool-edge/rnnpool-edge
doc=$root/usr/share/doc/rnnpool-edge

holds() { local file; for file in "$@"; do [ -e "$root/$file" ] || { echo "$file is missing"; return 1; }; done; }
check "it holds what it should" holds usr/bin/rnnpool-edge usr/lib/rnnpool-edge/libSkiaSharp.so usr/lib/rnnpool-edge/libe_sqlite3.so \
  usr/lib/rnnpool-edge/models/face-qvga/model.onnx usr/lib/rnnpool-edge/models/person-vww-96/model.rnnp usr/lib/rnnpool-edge/config/rnnpool-edge.schema.json \
  etc/rnnpool-edge/config.json lib/systemd/system/rnnpool-edge.service usr/lib/sysusers.d/rnnpool-edge.conf usr/lib/tmpfiles.d/rnnpool-edge.conf \
  lib/udev/rules.d/60-rnnpool-edge.rules usr/share/man/man1/rnnpool-edge.1.gz usr/share/bash-completion/completions/rnnpool-edge \
  usr/share/doc/rnnpool-edge/copyright usr/share/doc/rnnpool-edge/third-party-notices.txt.gz usr/share/doc/rnnpool-edge/sbom.cdx.json

small() { local size; size=$(sed -n 's/^Installed-Size: //p' "$root/DEBIAN/control"); echo "$size KB"; [ "$size" -lt 60000 ]; }
check "it takes less than 60 MB" small
of_others() { ! find "$root" -name '*.pdb' -o -name '*.dbg' -o -name '*.dll' | grep .; }
check "nothing of other systems or debuggers is in it" of_others

runs() { (cd / && env -i HOME=/nonexistent PATH=/usr/bin:/bin "$program" --version) | grep -x "rnnpool-edge .*"; }
check "the program runs without a .NET of the system" runs
fast() { grep -x -- '--instruction-set:x86-64-v3' src/RNNPool.Edge/obj/Release/net10.0/linux-x64/native/rnnpool-edge.ilc.rsp; }
check "the engine may use AVX2" fast
detects() { env -i PATH=/usr/bin:/bin "$program" detect --json samples/demo/frame-010.jpg | grep '"label": *"face"'; }
check "it finds a face" detects
onnx() { env -i PATH=/usr/bin:/bin "$program" bench face-qvga --iterations 10 --json; }
without_onnx() { ! onnx >"$root/onnx.log" 2>&1 && grep "Install the package rnnpool-edge-onnx" "$root/onnx.log"; }
check "without ONNX Runtime it names the package to install" without_onnx
with_onnx() { dpkg-deb -x "${package/rnnpool-edge_/rnnpool-edge-onnx_}" "$root" && onnx | grep '"onnxBytes"'; }
check "with that package it runs a graph" with_onnx
shipped() { RNNPOOL_EDGE_CONFIG=$root/etc/rnnpool-edge/config.json "$program" config check; }
check "the settings as shipped are right" shipped
unconfigured() {
  local port=$((20000 + RANDOM % 20000)) device code=1
  RNNPOOL_EDGE_CONFIG=$root/etc/rnnpool-edge/config.json "$program" run --port "$port" --set "Device:StateFolder=$root/state" >"$root/run.log" 2>&1 &
  device=$!
  for _ in $(seq 100); do
    if curl -fs "http://127.0.0.1:$port/api/session" >"$root/session.json"; then code=0; break; fi
    sleep 0.2
  done
  [ "$code" -eq 0 ] && grep -q '"configured":false' "$root/session.json" && ! curl -fs -m 5 -o /dev/null "http://127.0.0.1:$port/api/live.jpg" || code=1
  kill "$device"; wait "$device" 2>/dev/null
  [ "$code" -eq 0 ] || cat "$root/session.json" "$root/run.log"
  return "$code"
}
check "with them it uses no camera and waits for its page to set it up" unconfigured
one_command() {
  local port=$((20000 + RANDOM % 10000)) network=$((30000 + RANDOM % 10000)) device code=0 password at
  local settings=(--set "Device:StateFolder=$root/state2" --set "Web:NetworkPort=$network") config=$root/etc/rnnpool-edge/config.json
  RNNPOOL_EDGE_CONFIG=$config "$program" run --port "$port" "${settings[@]}" >"$root/run2.log" 2>&1 &
  device=$!
  answers() { for _ in $(seq 100); do curl -ks -o /dev/null "$1/api/session" && return; sleep 0.2; done; return 1; }
  sign_in() { curl -ks -o "$root/session2.json" -w '%{http_code}' -H 'Content-Type: application/json' -H "Origin: $at" -d "{\"password\":\"$1\"}" "$at/api/session"; }
  at=https://127.0.0.1:$network
  answers "http://127.0.0.1:$port" || code=1
  curl -ks -o /dev/null -m 3 "$at/api/session" && code=2
  password=$(RNNPOOL_EDGE_CONFIG=$config "$program" password setup "${settings[@]}" | sed -n 's/^One-time password: //p')
  answers "$at" || code=3
  [ "$(curl -ks -o /dev/null -w '%{http_code}' "$at/api/state")" = 401 ] || code=4
  [ "$(sign_in k7m2x-9xqd4-hpzt8)" = 401 ] || code=5
  { [ "$(sign_in "$password")" = 200 ] && grep -q '"setupPassword":true' "$root/session2.json"; } || code=6
  grep -rqF "$password" "$root/state2" && code=7
  kill "$device"; wait "$device" 2>/dev/null
  [ "$code" -eq 0 ] || { echo "code $code"; cat "$root/run2.log"; }
  return "$code"
}
check "a one-time password opens it to the network, and nothing else does" one_command
first_time() {
  local bin=$root/stubs folder=$root/systemd
  mkdir -p "$bin" "$folder"
  for name in systemd-sysusers systemd-tmpfiles deb-systemd-helper deb-systemd-invoke systemctl udevadm; do printf '#!/bin/sh\n' >"$bin/$name"; done
  printf '#!/bin/sh\necho "$@"\n' >"$bin/rnnpool-edge"
  chmod +x "$bin"/*
  sed "s|/run/systemd/system|$folder|" "$root/DEBIAN/postinst" >"$root/postinst"
  [ "$(PATH=$bin:$PATH sh "$root/postinst" configure)" = "password setup" ] && [ -z "$(PATH=$bin:$PATH sh "$root/postinst" configure 0.1.0)" ]
}
check "the first installation prints it, and an upgrade does not" first_time
settings_of_example() { sed 's|/etc/rnnpool-edge/authority.pem|/etc/ssl/certs/ca-certificates.crt|' deploy/broker/device.json >"$root/device.json"; "$program" config check --config "$root/device.json"; }
check "so are those of the broker's example" settings_of_example

lint() { lintian --allow-root --fail-on error,warning --suppress-tags uses-no-compression-for-control-tarball,uses-no-compression-for-data-tarball --suppress-tags-from-file deploy/debian/lintian-tags "$package"; }
check "lintian finds nothing that matters" lint

exposure() {
  local score
  score=$(systemd-analyze security --offline=true --no-pager "$root/lib/systemd/system/rnnpool-edge.service" | sed -n 's/.*exposure level.*: \([0-9.]*\) .*/\1/p')
  echo "exposure $score"
  awk -v score="$score" 'BEGIN { exit !(score > 0 && score <= 1.8) }'
}
if [ "$(systemctl --version | awk 'NR == 1 { print $2 }')" -ge 252 ]; then check "the unit's exposure is at most 1.8" exposure; fi
sound_unit() { local out; out=$(SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --root="$root" "$root/lib/systemd/system/rnnpool-edge.service" 2>&1 | grep 'rnnpool-edge.service:[0-9]'); [ -z "$out" ] || { echo "$out"; return 1; }; }
check "systemd understands every line of it" sound_unit
# glibc's setrlimit is this call; the trial of an uploaded model limits itself by it.
limits() { systemd-analyze syscall-filter @system-service @default | grep -qw prlimit64 && ! systemd-analyze syscall-filter @resources @privileged | grep -qw prlimit64; }
check "the unit permits the limits of the trial of a model" limits
scripts() { for script in postinst prerm postrm; do sh -n "$root/DEBIAN/$script" || return 1; done; }
check "the maintainer scripts are shell" scripts
users() { systemd-sysusers --dry-run --root="$root" "$root/usr/lib/sysusers.d/rnnpool-edge.conf" 2>&1 | grep "Creating user 'rnnpool-edge'"; }
if systemd-sysusers --help | grep -q -- --dry-run; then check "sysusers understands the user" users; fi

page() { python3 deploy/man.py "$program" | diff - deploy/man/rnnpool-edge.1 >&2 || { echo "run: python3 deploy/man.py PROGRAM >deploy/man/rnnpool-edge.1"; return 1; }; }
check "the manual page equals the help of the commands" page
formatted() { local out; out=$(MANROFFSEQ='' man --warnings -l -Tutf8 deploy/man/rnnpool-edge.1 2>&1 >/dev/null); [ -z "$out" ] || { echo "$out"; return 1; }; }
check "it is formatted without a warning" formatted
completes() {
  PATH=$(dirname "$program"):$PATH bash -c '. deploy/completion/rnnpool-edge.bash
    COMP_LINE="rnnpool-edge model q"; COMP_POINT=${#COMP_LINE}; COMP_WORDS=(rnnpool-edge model q); COMP_CWORD=2; _rnnpool_edge; [ "${COMPREPLY[*]}" = quantize ]'
}
check "the shell completes a command" completes

licences() {
  python3 - "$doc" "$root/usr/lib/rnnpool-edge" <<'END'
import gzip, json, pathlib, sys
doc, program = map(pathlib.Path, sys.argv[1:])
bill = json.loads((doc / "sbom.cdx.json").read_text())
notices = gzip.open(doc / "third-party-notices.txt.gz", "rt").read()
names = {part["name"] for part in bill["components"]}
for wanted in ("Microsoft.ML.OnnxRuntime", "SkiaSharp", "MQTTnet", "SQLite", "face-qvga/model.onnx"):
    assert wanted in names, f"{wanted} is not in the list of components"
missing = [part["name"] for part in bill["components"] if part["type"] in ("library", "framework") and f"\n{part['name']} {part['version']}\n" not in notices]
assert not missing, f"no notice of {missing}"
nameless = [part["name"] for part in bill["components"] if not part.get("licenses")]
assert not nameless, f"no licence: {nameless}"
# Every native library is from a listed package.
packages = {"libSkiaSharp.so": "SkiaSharp.NativeAssets.Linux.NoDependencies", "libe_sqlite3.so": "SQLite", "libonnxruntime.so": "Microsoft.ML.OnnxRuntime"}
stray = [file.name for file in program.glob("**/*.so*") if packages.get(file.name) not in names]
assert not stray, f"of no listed package: {stray}"
END
}
check "every part has its notice and licence" licences

if [ -d "$root/usr/share/rnnpool-edge/firmware" ]; then
  hashes() { (cd "$root/usr/share/rnnpool-edge/firmware" && sha256sum --strict -c SHA256SUMS); }
  check "the firmware images have their hashes" hashes
  check "the firmware images have a version" grep -qxE '[0-9]+\.[0-9]+\.[0-9]+' "$root/usr/share/rnnpool-edge/firmware/VERSION"
fi
check "the flashing guide names the files that there are" deploy/check-flashing.sh "$root/usr/share/rnnpool-edge/firmware"

# The broker's example, tried with real clients.
try_broker() (
  local etc=$root/broker/etc/mosquitto port user password door other broker
  mkdir -p "$root/broker/var/lib/mosquitto"
  ROOT=$root/broker deploy/broker/setup.sh localhost door >"$root/passwords" || return 1
  port=$((20000 + RANDOM % 20000))
  sed -i "s/^listener .*/listener $port 127.0.0.1/" "$etc/conf.d/rnnpool-edge.conf"
  [ "$(id -u)" -ne 0 ] || echo "user root" >>"$etc/conf.d/rnnpool-edge.conf"
  mosquitto -c "$etc/conf.d/rnnpool-edge.conf" >"$root/broker.log" 2>&1 &
  broker=$!
  trap 'kill "$broker"' EXIT
  for _ in $(seq 50); do grep -q running "$root/broker.log" && break; sleep 0.1; done
  door=$(sed -n 's/^door: //p' "$root/passwords") other=$(sed -n 's/^homeassistant: //p' "$root/passwords")
  client() { local kind=$1 user=$2 password=$3; shift 3; "mosquitto_$kind" -V mqttv5 -h localhost -p "$port" --cafile "$etc/certs/authority.pem" -u "$user" -P "$password" -q 1 "$@"; }
  client pub door "$door" -r -t rnnpool-edge/door/state -m here || { cat "$root/broker.log"; return 1; }
  [ "$(client sub homeassistant "$other" -t rnnpool-edge/door/state -C 1 -W 10)" = here ] || { echo "Home Assistant does not see the state"; return 1; }
  ! client pub door wrong -t rnnpool-edge/door/state -m x 2>/dev/null || { echo "a wrong password is let in"; return 1; }
  ! client sub door "$door" -t rnnpool-edge/window/state -C 1 -W 2 >/dev/null 2>&1 || { echo "a device reads another's state"; return 1; }
  client pub door "$door" -r -t rnnpool-edge/window/state -m forged >/dev/null 2>&1
  [ -z "$(client sub homeassistant "$other" -t rnnpool-edge/window/state -C 1 -W 2 2>/dev/null)" ] || { echo "a device writes another's state"; return 1; }
  ! mosquitto_pub -h localhost -p "$port" -u door -P "$door" -t rnnpool-edge/door/state -m x 2>/dev/null || { echo "it accepts connections without TLS"; return 1; }
)
check "the broker's example separates users and devices" try_broker

summary
