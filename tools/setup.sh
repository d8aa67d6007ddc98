# Shared by demo.sh and test.sh: finds the .NET SDK, installs missing Debian packages, builds when something has changed.
# Source it from the repository's root.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
STAMPS=artifacts/stamps

fail() {
  printf 'error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf 'hint: %s\n' "$2" >&2
  exit 1
}

# Finds the SDK of global.json on the path or in the folder of Microsoft's install script. Sets DOTNET.
find_dotnet() {
  local wanted candidate
  wanted=$(sed -n 's/.*"version": *"\([0-9]*\.[0-9]*\).*/\1/p' global.json)
  for candidate in dotnet "${DOTNET_ROOT:-/nonexistent}/dotnet" "$HOME/.dotnet/dotnet" /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet; do
    command -v "$candidate" >/dev/null 2>&1 || continue
    if "$candidate" --list-sdks 2>/dev/null | grep -q "^${wanted//./\\.}\."; then
      DOTNET=$(command -v "$candidate")
      DOTNET_ROOT=$(dirname "$(readlink -f "$DOTNET")")
      export DOTNET DOTNET_ROOT
      return
    fi
  done
  fail "The .NET SDK $wanted is missing." \
    "Install it as https://dotnet.microsoft.com/download/dotnet/$wanted describes (for a Raspberry Pi: the dotnet-install script with --channel $wanted), then run this again."
}

# require_packages NAME...: installs the Debian packages that are missing.
require_packages() {
  local missing=() name sudo=()
  for name in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "The packages ${missing[*]} are missing, and this is not a Debian system; install them and run this again."
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "The packages ${missing[*]} are missing, and only root may install them." "Run as root: apt-get install ${missing[*]}"
    sudo=(sudo)
  fi
  echo "Installing ${missing[*]}."
  # Suites that run beside each other install one after the other: apt waits for dpkg's lock, but not for its own.
  { flock 9 && "${sudo[@]}" apt-get -o DPkg::Lock::Timeout=300 update -q \
    && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -qy --no-install-recommends "${missing[@]}"; } >artifacts/apt.log 2>&1 9>artifacts/apt.lock \
    || fail "The packages ${missing[*]} could not be installed; $(tail -n 1 artifacts/apt.log)" "Run: ${sudo[*]} apt-get install ${missing[*]}"
}

# One hash over the names, sizes and times of the sources.
sources_hash() {
  { "$DOTNET" --version
    find "$@" Directory.Build.props Directory.Packages.props global.json .editorconfig -type d \( -name bin -o -name obj -o -name runs -o -name .cache \) -prune -o -type f -printf '%p %s %T@\n' | sort
  } | sha256sum | cut -d' ' -f1
}

# build_when_changed NAME "PATHS" COMMAND...: runs the command unless the sources are those of its last success.
build_when_changed() {
  local stamp="$STAMPS/$1" hash
  read -ra paths <<<"$2"
  shift 2
  hash=$(sources_hash "${paths[@]}")
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$hash" ]; then return 0; fi
  rm -f "$stamp"
  "$@" || return 1
  # Hashed again: a build may write lock files.
  sources_hash "${paths[@]}" >"$stamp"
}

mkdir -p "$STAMPS"
