#!/bin/bash
# assemble.sh IN OUT: from what bootstrap.sh left in IN makes OUT/root.ext4, OUT/kernel and OUT/initrd, which QEMU boots. Builds the loopback
# camera's module and the test's own tools for the guest. Needs no loop mounts; takes about a minute.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
in=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
work=$(mktemp -d -p "$out")
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir "$root" "$work/deb"

tar -xf "$in/root.tar" -C "$root" --exclude='./dev/*'
for package in "$root"/debs/*.deb; do dpkg-deb -x "$package" "$work/deb"; done
rm -rf "$root/debs" "$root"/usr/share/{doc,man,locale} "$root"/var/cache/apt/archives/*.deb
release=$(basename "$work"/deb/lib/modules/*-arm64)
cp "$work/deb/boot/vmlinuz-$release" "$out/kernel"

# Headers come with the tools of the guest's processor; the host's package of the same kernel has them for this one.
(cd "$work" && apt-get -o APT::Sandbox::User=root download -q linux-kbuild-6.1 >/dev/null && dpkg-deb -x linux-kbuild-6.1_*.deb kbuild)
headers=$work/deb/usr/src/linux-headers-$release
rm -rf "$work/deb/usr/lib/linux-kbuild-6.1"
cp -r "$work/kbuild/usr/lib/linux-kbuild-6.1" "$work/deb/usr/lib/"
# The headers name each other by absolute paths.
sed -i "s|/usr/src/|$work/deb/usr/src/|g" "$headers/Makefile"
cp -r "$work"/deb/usr/src/v4l2loopback-* "$work/loopback"
make -s -C "$headers" M="$work/loopback" ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- modules
for tool in player freeze; do aarch64-linux-gnu-gcc -O2 -Wall -Wextra -static -o "$root/usr/local/bin/$tool" "$here/../guest/$tool.c"; done
install -m 755 "$here/../guest/agent.sh" "$root/usr/local/bin/guest-agent"
install -m 755 "$here/../guest/get.sh" "$root/usr/local/bin/get"

# Modules: what this machine can have, without the drivers of everything else.
mkdir -p "$root/lib/modules/$release/kernel/drivers" "$root/lib/modules/$release/extra"
cp "$work/deb/lib/modules/$release"/modules.{builtin,builtin.modinfo,order} "$root/lib/modules/$release/"
from=$work/deb/lib/modules/$release/kernel
cp -r "$from"/{crypto,fs,lib} "$root/lib/modules/$release/kernel/"
for folder in media/cec media/mc media/v4l2-core media/common media/rc/rc-core.ko media/test-drivers virtio block/virtio_blk.ko net/virtio_net.ko net/net_failover.ko char usb gpio input hid; do
  [ -e "$from/drivers/$folder" ] || continue
  mkdir -p "$root/lib/modules/$release/kernel/drivers/$(dirname "$folder")"
  cp -r "$from/drivers/$folder" "$root/lib/modules/$release/kernel/drivers/$folder"
done
mkdir -p "$root/lib/modules/$release/kernel/net/core"
cp "$from/net/core/failover.ko" "$root/lib/modules/$release/kernel/net/core/"
aarch64-linux-gnu-strip --strip-debug -o "$root/lib/modules/$release/extra/v4l2loopback.ko" "$work/loopback/v4l2loopback.ko"
depmod -b "$root" "$release"

cp -r "$here/overlay/." "$root/"
chown -R root:root "$root"/etc/{systemd,modprobe.d,modules-load.d,mosquitto} "$root/etc/fstab" "$root/etc/hostname"
sed -i 's|^root:[^:]*:|root::|' "$root/etc/shadow"
link() { ln -sf "$1" "$root/etc/systemd/system/$2"; }
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
for unit in guest-agent player; do link "../$unit.service" "multi-user.target.wants/$unit.service"; done
link /lib/systemd/system/systemd-networkd.service multi-user.target.wants/systemd-networkd.service
# Services that this machine does not need.
for unit in e2scrub_reap.service e2scrub_all.timer systemd-logind.service getty@tty1.service serial-getty@ttyAMA0.service dev-hugepages.mount dev-mqueue.mount \
  sys-kernel-tracing.mount sys-kernel-debug.mount modprobe@drm.service modprobe@efi_pstore.service systemd-pstore.service apt-daily.timer \
  apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer systemd-timesyncd.service systemd-networkd-wait-online.service systemd-network-generator.service \
  proc-sys-fs-binfmt_misc.automount systemd-update-utmp.service systemd-update-utmp-runlevel.service; do link /dev/null "$unit"; done

# The initial RAM disk.
initrd=$work/initrd
mkdir -p "$initrd"/{bin,modules,proc,sys,dev,root}
cp "$work/deb/bin/busybox" "$initrd/bin/busybox"
ln -s busybox "$initrd/bin/sh"
cp "$here/init" "$initrd/init"
for module in drivers/virtio/virtio drivers/virtio/virtio_ring drivers/virtio/virtio_pci_legacy_dev drivers/virtio/virtio_pci_modern_dev drivers/virtio/virtio_pci \
  drivers/block/virtio_blk crypto/crc32c_generic lib/libcrc32c lib/crc16 fs/mbcache fs/jbd2/jbd2 fs/ext4/ext4; do
  [ -f "$from/$module.ko" ] || continue
  cp "$from/$module.ko" "$initrd/modules/"
  basename "$module.ko" >>"$initrd/modules/order"
done
(cd "$initrd" && find . | LC_ALL=C sort | cpio -o -H newc --quiet) >"$out/initrd"

rm -f "$out/root.ext4"
mke2fs -q -t ext4 -L root -d "$root" "$out/root.ext4.part" 2500M
mv "$out/root.ext4.part" "$out/root.ext4"
