# Shared by measure.sh, soak.sh and viewers.sh: a device that runs in the background, as it ships. Source it after setup.sh.

ARCHITECTURE=$(dpkg --print-architecture)
deploy/build-deb.sh "$ARCHITECTURE" --program
PROGRAM=artifacts/deb/$ARCHITECTURE/publish/rnnpool-edge
FOLDER=artifacts/measure
DEVICE='' BROKER='' LISTENER=''

mkdir -p "$FOLDER"

# Stops the device at every exit, because a remaining device would use a core permanently.
end_all() {
  local process
  for process in $DEVICE $LISTENER $BROKER; do kill "$process" 2>/dev/null || true; done
  DEVICE='' LISTENER='' BROKER=''
}
trap end_all EXIT

# start_device ARGUMENT...: sets DEVICE, ADDRESS, STARTED_MS (until it listens) and INFERRED_MS (until the first inference).
start_device() {
  local begin
  rm -rf "$FOLDER/state"
  : >"$FOLDER/device.log"
  begin=$(date +%s%N)
  "$PROGRAM" run --port 0 --set Events:Log=false --set "Device:StateFolder=$PWD/$FOLDER/state" "$@" >"$FOLDER/device.log" 2>&1 &
  DEVICE=$!
  until ADDRESS=$(grep -oE 'http://[0-9.]+:[0-9]+' "$FOLDER/device.log" | head -n 1) && [ -n "$ADDRESS" ]; do
    kill -0 "$DEVICE" 2>/dev/null || fail "The device did not start; see $FOLDER/device.log."
    sleep 0.01
  done
  STARTED_MS=$((($(date +%s%N) - begin) / 1000000))
  until [ "$(state .engine.inferences)" -gt 0 ]; do sleep 0.01; done
  INFERRED_MS=$((($(date +%s%N) - begin) / 1000000))
}

# state FILTER: a figure of the running device.
state() { curl -s "$ADDRESS/api/state" | jq -r "$1"; }

stop_device() {
  kill "$DEVICE"
  wait "$DEVICE" || fail "The device did not stop cleanly; see $FOLDER/device.log."
  DEVICE=''
}
