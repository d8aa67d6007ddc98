#!/bin/bash
# install.sh ROOT: ROOT holds the extracted files of packages for arm64, and the packages themselves in apt's cache. Installs them: unpacked by this
# machine's dpkg, configured by the guest's own under qemu-user. Downloads the kernel's packages into ROOT/debs, without installing them: an initial RAM disk
# made by emulated tools would take minutes, and the test has its own of ten modules.
set -euo pipefail
root=$1
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

trap 'umount "$root/proc" "$root/dev"' EXIT
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
# Nothing is started in here.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"

mkdir "$root/debs"
# head and the like would close the pipe too early for apt-cache.
depends() { chroot "$root" apt-cache depends "$1" | awk -v beginning="$2" '$1 == "Depends:" && index($2, beginning) == 1 && !seen++ { print $2 }'; }
image=$(depends linux-image-arm64 linux-image-)
headers=$(depends linux-headers-arm64 linux-headers-)
common=$(depends "$headers" linux-headers-)
chroot "$root" sh -c "cd /debs && apt-get -o APT::Sandbox::User=root download -q $image $headers $common busybox-static v4l2loopback-dkms"

# The first one lays the users and groups down that the others name.
unpack() { dpkg --root="$root" --force-depends --force-unsafe-io --force-confnew --unpack "$@"; }
unpack "$root"/var/cache/apt/archives/base-passwd_*.deb
chroot "$root" dpkg --force-depends --configure base-passwd
unpack "$root"/var/cache/apt/archives/*.deb
# Collecting certificates would take five minutes under emulation, and the guest needs none.
cp -p "$root/usr/sbin/update-ca-certificates" "$root/debs/"
printf '#!/bin/sh\n' >"$root/usr/sbin/update-ca-certificates"
chroot "$root" dpkg --force-depends --force-unsafe-io --configure -a
mv "$root/debs/update-ca-certificates" "$root/usr/sbin/"
rm "$root/usr/sbin/policy-rc.d"
rm -rf "$root"/usr/share/{doc,man,locale}
