#!/bin/bash
# Installs what training needs (Debian packages, when missing) and runs its tests: about a minute on two idle cores.
set -euo pipefail
cd "$(dirname "$0")"

python=/usr/bin/python3
packages=(python3-torch python3-numpy python3-opencv python3-matplotlib python3-tqdm python3-pytest python3-onnx gcc)
modules="import cv2, matplotlib, numpy, onnx, pytest, torch, tqdm, tomllib"

if ! $python -c "$modules" 2>/dev/null || ! command -v gcc >/dev/null; then
  sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "test.sh: training needs the packages ${packages[*]}; install them as root, there is no sudo here." >&2
      exit 1
    fi
    sudo="sudo"
  fi
  echo "Installing ${packages[*]}"
  export DEBIAN_FRONTEND=noninteractive
  if ! { $sudo apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${packages[@]}" >/dev/null 2>&1 ||
         { $sudo apt-get -o DPkg::Lock::Timeout=300 update >/dev/null &&
           $sudo apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${packages[@]}" >/dev/null; }; }; then
    echo "test.sh: the packages ${packages[*]} could not be installed; training needs Debian 12 with its package sources reachable." >&2
    exit 1
  fi
  $python -c "$modules"
fi

exec $python -m pytest -q -p no:cacheprovider tests "$@"
