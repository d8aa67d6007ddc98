#!/bin/bash
# get PATH: prints the body of the device's answer with any status.
exec 3<>/dev/tcp/127.0.0.1/8760 || exit 1
printf 'GET %s HTTP/1.0\r\nHost: localhost:8760\r\n\r\n' "$1" >&3
timeout 20 sed '1,/^\r$/d' <&3
