#!/usr/bin/env bash
# build-deb.sh [arm64|amd64] [--program]: builds artifacts/deb/rnnpool-edge_VERSION_ARCH.deb and rnnpool-edge-onnx_VERSION_ARCH.deb, for the
# Raspberry Pi when nothing is named; with --program only the program, in artifacts/deb/ARCH/publish.
#
# The program is native code. The package contains firmware images if arm-none-eabi-gcc is installed; otherwise the script reports that it has none.
# PROCESSOR names the least processor, such as x86-64-v2 (see deploy/README.md).
# DEB_VERSION and DEB_COMPRESSION (xz, gzip, none; see dpkg-deb) override the defaults; SOURCE_DATE_EPOCH is the last commit's
# time unless it is set.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. tools/setup.sh
. tools/mcu.sh

arch=${1:-arm64}
case $arch in
  arm64) runtime=linux-arm64 triple=aarch64-linux-gnu ;;
  amd64) runtime=linux-x64 triple=x86_64-linux-gnu ;;
  *) fail "'$arch' is no architecture that is built." "Say arm64 or amd64." ;;
esac
find_dotnet
if [ "$arch" = "$(dpkg --print-architecture)" ]; then
  linker=gcc
  require_packages python3 dpkg gcc libc6-dev binutils
else
  # The SDK says to the linker what it links for, as clang understands it; libraries and the linker itself are those of gcc.
  linker=clang
  require_packages python3 dpkg clang "gcc-${triple//_/-}" "libc6-dev-$arch-cross" "binutils-${triple//_/-}"
fi

version=${DEB_VERSION:-$(sed -n 's/.*<VersionPrefix>\(.*\)<.*/\1/p' Directory.Build.props)}
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Directory.Build.props)}
export SOURCE_DATE_EPOCH
work=artifacts/deb/$arch${PROCESSOR:+-$PROCESSOR}
root=$work/root
mkdir -p "$work"

publish() {
  echo "Publishing for $runtime (the log is $work/publish.log)."
  # An object of another PROCESSOR would be taken for up to date.
  rm -rf "$work/publish" "src/RNNPool.Edge/obj/Release/net10.0/$runtime/native"
  flock artifacts/publish.lock "$DOTNET" publish src/RNNPool.Edge -c Release -p:PackageRuntime="$runtime" ${PROCESSOR:+-p:Processor="$PROCESSOR"} -p:CppCompilerAndLinker="$linker" -p:ObjCopyName="$triple-objcopy" \
    -maxcpucount:2 -v quiet -o "$work/publish" >"$work/publish.log" 2>&1 || { tail -n 20 "$work/publish.log" >&2; fail "The program could not be published."; }
  # Symbols and documents of the libraries, ONNX Runtime's library for Windows and its providers for other processors, and serial ports, which the bindings offer and the device opens itself.
  rm -f "$work"/publish/*.{pdb,xml,dbg,dll} "$work"/publish/libonnxruntime_providers_shared.so "$work"/publish/libSystem.IO.Ports.Native.so
  python3 deploy/linked.py "src/RNNPool.Edge/obj/Release/net10.0/$runtime/native/rnnpool-edge.ilc.rsp" \
    "src/RNNPool.Edge/bin/Release/net10.0/$runtime/native/rnnpool-edge.dbg" "$work/publish" >"$work/packages.txt"
}
build_when_changed "deb-${work##*/}" "src models config samples/demo" publish
[ "${2:-}" != --program ] || exit 0

put() { install -D -m "$1" "$2" "$root/$3"; }

rm -rf "$root"
install -d "$root/usr/lib/rnnpool-edge" "$root/usr/bin" "$root/usr/share/doc/rnnpool-edge"
cp -r "$work/publish/." "$root/usr/lib/rnnpool-edge"
find "$root/usr/lib/rnnpool-edge" -type f -exec chmod 0644 {} +
chmod 0755 "$root/usr/lib/rnnpool-edge/rnnpool-edge"
find "$root" -type d -exec chmod 0755 {} +
ln -s ../lib/rnnpool-edge/rnnpool-edge "$root/usr/bin/rnnpool-edge"

put 644 deploy/config.json etc/rnnpool-edge/config.json
put 644 deploy/systemd/rnnpool-edge.service lib/systemd/system/rnnpool-edge.service
put 644 deploy/systemd/sysusers.conf usr/lib/sysusers.d/rnnpool-edge.conf
put 644 deploy/systemd/tmpfiles.conf usr/lib/tmpfiles.d/rnnpool-edge.conf
put 644 deploy/udev/60-rnnpool-edge.rules lib/udev/rules.d/60-rnnpool-edge.rules
put 644 deploy/completion/rnnpool-edge.bash usr/share/bash-completion/completions/rnnpool-edge
put 644 deploy/man/rnnpool-edge.1 usr/share/man/man1/rnnpool-edge.1
gzip -9n "$root/usr/share/man/man1/rnnpool-edge.1"

doc=usr/share/doc/rnnpool-edge
put 644 deploy/debian/lintian-overrides usr/share/lintian/overrides/rnnpool-edge
put 644 deploy/debian/copyright "$doc/copyright"
for page in docs/*.md; do put 644 "$page" "$doc/$(basename "$page")"; done
for page in docs/parts/*; do put 644 "$page" "$doc/parts/$(basename "$page")"; done
for file in deploy/broker/*; do put 644 "$file" "$doc/examples/broker/$(basename "$file")"; done
while IFS= read -r file; do
  put 644 "deploy/recipes/$file" "$doc/examples/recipes/$file"
done < <(cd deploy/recipes && find . -type f ! -name test.sh -printf '%P\n')
put 644 deploy/home-assistant/notification.yaml "$doc/examples/home-assistant/notification.yaml"
put 644 CHANGELOG.md "$doc/CHANGELOG.md"
printf 'rnnpool-edge (%s) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- The RNNPool.Edge authors <rnnpool-edge@localhost>  %s\n' \
  "$version" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$root/$doc/changelog.gz"

# The firmware of each board, with hashes.
firmware=$root/usr/share/rnnpool-edge/firmware
if command -v arm-none-eabi-gcc >/dev/null; then
  deploy/build-firmware.sh artifacts/firmware-images
  for file in artifacts/firmware-images/*; do put 644 "$file" "usr/share/rnnpool-edge/firmware/$(basename "$file")"; done
else
  echo "There is no arm-none-eabi-gcc; the package gets no firmware images."
fi

python3 deploy/inventory.py --program "$root/usr/lib/rnnpool-edge" --packages "$work/packages.txt" --firmware "$firmware" --version "$version" --arch "$arch" \
  --notices "$root/$doc/third-party-notices.txt" --sbom "$root/$doc/sbom.cdx.json"
gzip -9n "$root/$doc/third-party-notices.txt"

# ONNX Runtime is nearly as large as the program, and only graphs without a package need it.
onnx=$work/onnx
rm -rf "$onnx"
install -d "$onnx/usr/lib/rnnpool-edge" "$onnx/usr/share/doc" "$onnx/DEBIAN"
mv "$root/usr/lib/rnnpool-edge/libonnxruntime.so" "$onnx/usr/lib/rnnpool-edge"
# Its licence is among those of the other package, on which it depends.
ln -s rnnpool-edge "$onnx/usr/share/doc/rnnpool-edge-onnx"

install -d "$root/DEBIAN"
for script in postinst prerm postrm; do install -m 755 "deploy/debian/$script" "$root/DEBIAN/$script"; done
echo /etc/rnnpool-edge/config.json >"$root/DEBIAN/conffiles"
chmod 644 "$root/DEBIAN/conffiles"

# pack FOLDER NAME CONTROL: builds a package.
pack() {
  local folder=$1 package=artifacts/deb/$2_${version}_$arch.deb size
  size=$(du -sk --apparent-size --exclude=DEBIAN "$folder" | cut -f1)
  sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$size/" "$3" >"$folder/DEBIAN/control"
  (cd "$folder" && find . -type f ! -path './DEBIAN/*' ! -path ./etc/rnnpool-edge/config.json -printf '%P\0' | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  chmod 644 "$folder"/DEBIAN/{md5sums,control}
  find "$folder" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group -Z"${DEB_COMPRESSION:-xz}" --build "$folder" "$package" >/dev/null
  echo "$package ($(du -h --apparent-size "$package" | cut -f1))"
}
pack "$root" rnnpool-edge deploy/debian/control.in
pack "$onnx" rnnpool-edge-onnx deploy/debian/control-onnx.in
