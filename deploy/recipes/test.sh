#!/usr/bin/env bash
# Tries the recipes with the real programs: deploy/recipes/test.sh; ends with 'N passed, N failed'. RNNPOOL_EDGE_PROGRAM names another build of
# the device than the Release one. A device plays the bundled sequence; mosquitto, Prometheus and Node-RED of this machine use it.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
. tools/setup.sh
. tools/test-functions.sh

NODE_RED=4.1.15
WEB=18760 BROKER=18830 PROMETHEUS=19090 FLOWS=18801
find_dotnet
require_packages curl jq mosquitto mosquitto-clients prometheus python3 systemd
command -v npm >/dev/null || require_packages nodejs npm
program=("${RNNPOOL_EDGE_PROGRAM:-$PWD/src/RNNPool.Edge/bin/Release/net10.0/rnnpool-edge.dll}")
[[ ${program[0]} != *.dll ]] || program=("$DOTNET" "${program[@]}")
recipes=$PWD/deploy/recipes
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT

rules() { cp "$recipes"/prometheus/* "$work" && touch "$work/rnnpool-edge-token" && promtool check config "$work/prometheus.yml"; }
check "Prometheus accepts configuration and rules" rules
check "the alerts fire when they should" promtool test rules "$recipes/prometheus/alerts.test.yml"

units() {
  local root=$work/systemd
  mkdir -p "$root/rnnpool-edge.service.d"
  cp deploy/systemd/rnnpool-edge.service "$recipes/systemd/rnnpool-edge-failed.service" "$root"
  cp "$recipes/systemd/on-failure.conf" "$root/rnnpool-edge.service.d"
  # The program is not installed here.
  sed -i "s|^ExecStart=.*|ExecStart=/bin/true|" "$root/rnnpool-edge.service"
  SYSTEMD_UNIT_PATH=$root: systemd-analyze verify --man=no "$root/rnnpool-edge.service" "$root/rnnpool-edge-failed.service"
}
check "systemd accepts the units" units

wait_for() { # SECONDS COMMAND...
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $end ] || return 1; sleep 0.3; done
}

mosquitto -p $BROKER >"$work/mosquitto.log" 2>&1 &
wait_for 10 mosquitto_pub -p $BROKER -t ready -n || fail "The broker did not start: $(tail -n 1 "$work/mosquitto.log")"
cat >"$work/config.json" <<JSON
{ "Camera": { "Source": "images:$PWD/samples/demo?rate=10&loop=true" }, "Device": { "StateFolder": "$work/state" }, "Presence": { "OffDelay": "00:00:01" },
  "Web": { "Listen": ["127.0.0.1:$WEB"] }, "Mqtt": { "Host": "127.0.0.1", "Port": $BROKER, "TopicPrefix": "home/door" } }
JSON
"${program[@]}" run --config "$work/config.json" >"$work/device.log" 2>&1 &
wait_for 30 curl -fs http://127.0.0.1:$WEB/metrics || { tail -n 5 "$work/device.log" >&2; fail "The device did not start."; }

# Prometheus with the recipe's configuration, its targets and token replaced.
sed -i -e "s|door.local:8760, yard.local:8760|127.0.0.1:$WEB|" -e '/authorization:/,/credentials_file/d' -e 's/30s/1s/' "$work/prometheus.yml"
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --web.listen-address=127.0.0.1:$PROMETHEUS >"$work/prometheus.log" 2>&1 &
query() { curl -fsG "http://127.0.0.1:$PROMETHEUS/api/v1/query" --data-urlencode "query=$1"; }
scraped() { query 'increase(rnnpool_edge_inference_seconds_count[20s]) > 20' | jq -e '.data.result | length == 1'; }
check "Prometheus reads the device" wait_for 60 scraped

# Every expression of the dashboard is evaluated; those without figures are named by the metrics that this device does not have.
dashboard() {
  local expression answer empty=0 count=0
  while read -r expression; do
    expression=${expression//'$job'/rnnpool-edge} expression=${expression//'$instance'/.*} expression=${expression//'$__rate_interval'/20s}
    answer=$(query "$expression") || { echo "refused: $expression"; return 1; }
    count=$((count + 1))
    [ "$(jq '.data.result | length' <<<"$answer")" -gt 0 ] || { empty=$((empty + 1)) && echo "no figures: $expression"; }
  done < <(jq -r '.panels[].targets[].expr' "$recipes/grafana/dashboard.json")
  # Zones, drops and the processor's temperature need not exist here.
  [ "$count" -gt 15 ] && [ "$empty" -le 3 ]
}
check "the dashboard's expressions have figures" dashboard

mkdir -p "$work/flows"
sed "s/\"1883\"/\"$BROKER\"/" "$recipes/node-red/flow.json" >"$work/flows/flows.json"
installed() { [ -x artifacts/node-red/node_modules/.bin/node-red ] || npm install --prefix artifacts/node-red --no-audit --no-fund "node-red@$NODE_RED"; }
check "Node-RED $NODE_RED is there" installed
mosquitto_sub -p $BROKER -t 'home/announcement' -t 'home/stays' -v >"$work/announced" &
artifacts/node-red/node_modules/.bin/node-red -u "$work/flows" -p $FLOWS "$work/flows/flows.json" >"$work/node-red.log" 2>&1 &
check "Node-RED announces an arrival" wait_for 60 grep -qx 'home/announcement A face arrived at .*\.' "$work/announced"
check "Node-RED computes the length of a stay" wait_for 60 grep -q 'home/stays {.*"seconds":[0-9]' "$work/announced"
clean() { ! grep -iE '\[error\]|\[warn\].*(unknown|missing)' "$work/node-red.log"; }
check "Node-RED reports no error" clean
summary
