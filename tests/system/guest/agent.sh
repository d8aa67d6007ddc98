#!/bin/bash
# Runs commands of the host, one after the other: a line of Base64 comes in, a line "CODE BASE64-OF-THE-OUTPUT" goes out.
port=/dev/virtio-ports/agent
until [ -e "$port" ]; do sleep 0.2; done
exec 3<>"$port"
# Without a host on the other end, reading ends at once.
while true; do
  while IFS= read -r line <&3; do
    folder=$(mktemp -d)
    base64 -d <<<"$line" >"$folder/command"
    code=0
    bash "$folder/command" >"$folder/output" 2>&1 </dev/null 3<&- || code=$?
    printf '%s %s\n' "$code" "$(base64 -w0 "$folder/output")" >&3
    rm -rf "$folder"
  done
  sleep 0.5
done
