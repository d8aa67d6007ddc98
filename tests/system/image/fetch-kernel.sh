#!/bin/bash
# fetch-kernel.sh ROOT: downloads Debian's newest kernel for the guest, its headers, busybox and v4l2loopback's source into ROOT/debs, without
# installing them: an initramfs made by emulated tools would take minutes, and the test has its own of ten modules.
set -euo pipefail
root=$1
mkdir "$root/debs"
depends() { chroot "$root" apt-cache depends "$1" | sed -n "s/^ *Depends: \($2.*\)/\1/p" | head -n 1; }
image=$(depends linux-image-arm64 linux-image-)
headers=$(depends linux-headers-arm64 linux-headers-)
common=$(depends "$headers" linux-headers-)
chroot "$root" sh -c "cd /debs && apt-get download -q $image $headers $common busybox-static v4l2loopback-dkms"
