# Sourced by scripts/bootstrap: Debian packages for the host, and an apt apart that reads other suites.

# install_packages NAME...: asks for root only when something is missing.
install_packages() {
  local name missing=() as_root=()
  for name; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || fail "Debian packages are missing and there is neither root nor sudo; install: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing Debian packages: ${missing[*]}"
  "${as_root[@]}" apt-get -qq update
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install --no-install-recommends "${missing[@]}" >/dev/null
}

# suite_apt TYPE SUITE COMMAND...: apt-get on another Debian suite of the mirror this machine uses, signatures checked.
# TYPE is deb or deb-src. The host's apt configuration is neither used nor changed.
suite_apt() {
  local type=$1 suite=$2 state=$deps/apt/$2-$1 mirror
  shift 2
  local options=(
    -o Dir::State="$state" -o Dir::State::lists="$state/lists" -o Dir::State::status="$state/status"
    -o Dir::Cache="$state/cache" -o Dir::Etc::sourcelist="$state/sources.list"
    -o Dir::Etc::sourceparts=/dev/null -o Dir::Etc::preferences=/dev/null -o Dir::Etc::preferencesparts=/dev/null
    -o APT::Sandbox::User= -o Debug::NoLocking=1 -o Acquire::Languages=none -o Acquire::Retries=3 -o Acquire::http::Timeout=30
    -o APT::Update::Post-Invoke-Success::= -o APT::Update::Post-Invoke::=
  )
  if [ ! -f "$state/sources.list" ]; then
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -m1 -E '/debian/?$') ||
      fail "apt knows no Debian mirror on this machine"
    mkdir -p "$state"/{lists,cache/archives}/partial
    : > "$state/status"
    echo "$type [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$state/sources.list"
    apt-get "${options[@]}" -qq update || { rm "$state/sources.list"; fail "can't read the package lists of Debian $suite"; }
  fi
  apt-get "${options[@]}" "$@"
}
