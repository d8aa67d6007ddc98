#!/bin/sh
# setup.sh NAME DEVICE...: sets an installed mosquitto up for devices. NAME is what devices call the broker (broker.local, an address); every DEVICE gets a
# password, and so does Home Assistant. Run as root on the broker, in the folder of this file. What exists is kept: run it again for more devices.
#
# ROOT (default: empty) goes before every path, to try it without touching the system.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -lt 2 ]; then
	echo "usage: setup.sh NAME DEVICE..." >&2
	exit 2
fi
name=$1
shift
etc=${ROOT:-}/etc/mosquitto
certs=$etc/certs
mkdir -p "$certs" "$etc/conf.d"
umask 077

if [ ! -f "$certs/authority.key" ]; then
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj "/CN=RNNPool.Edge broker authority" \
		-addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
		-keyout "$certs/authority.key" -out "$certs/authority.pem" 2>/dev/null
fi
case $name in
*[!0-9.]*) alternative="DNS:$name" ;;
*) alternative="IP:$name" ;;
esac
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$name" -keyout "$certs/broker.key" -out "$certs/broker.csr" 2>/dev/null
printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n' "$alternative" >"$certs/broker.ext"
openssl x509 -req -in "$certs/broker.csr" -CA "$certs/authority.pem" -CAkey "$certs/authority.key" -CAcreateserial -days 825 -extfile "$certs/broker.ext" \
	-out "$certs/broker.pem" 2>/dev/null
rm -f "$certs/broker.csr" "$certs/broker.ext"

passwords=$etc/rnnpool-edge.passwords
touch "$passwords"
for user in homeassistant "$@"; do
	if ! grep -q "^$user:" "$passwords"; then
		password=$(openssl rand -hex 16)
		mosquitto_passwd -b "$passwords" "$user" "$password"
		echo "$user: $password"
	fi
done

cp "$here/rnnpool-edge.acl" "$etc/rnnpool-edge.acl"
cp "$here/rnnpool-edge.conf" "$etc/conf.d/rnnpool-edge.conf"
sed -i "s|/etc/mosquitto|$etc|; s|/var/lib/mosquitto|${ROOT:-}/var/lib/mosquitto|" "$etc/conf.d/rnnpool-edge.conf"
chmod 644 "$certs/authority.pem" "$certs/broker.pem" "$etc/conf.d/rnnpool-edge.conf"
chmod 640 "$certs/broker.key" "$passwords" "$etc/rnnpool-edge.acl"
if getent group mosquitto >/dev/null; then chgrp mosquitto "$certs/broker.key" "$passwords" "$etc/rnnpool-edge.acl" 2>/dev/null || true; fi
echo "Give every device $certs/authority.pem as Mqtt:Tls:CaFile, then: systemctl restart mosquitto"
