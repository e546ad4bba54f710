# Sourced by scripts/bootstrap: what the native build needs.

install_packages ca-certificates xz-utils g++ cmake ninja-build \
  flatbuffers-compiler libflatbuffers-dev libexpected-dev libxxhash-dev libcli11-dev nlohmann-json3-dev libeigen3-dev libgtest-dev libgmock-dev libre2-dev libbenchmark-dev

# fetch_source NAME SUITE VERSION SHA256: the upstream tarball, unpacked into .deps/src/NAME.
fetch_source() {
  local name=$1 suite=$2 version=$3 sha256=$4 tarball folder=$deps/src/$1
  if [ "$(cat "$folder/.sha256" 2>/dev/null)" = "$sha256" ]; then return; fi
  say "source of $name $version"
  mkdir -p "$deps/tarballs"
  # Only the tarball: the .dsc files of older versions are often gone from mirrors.
  ( cd "$deps/tarballs" && suite_apt deb-src "$suite" -qq source --download-only --tar-only "$name" >/dev/null ) ||
    fail "Debian $suite no longer has the source package $name (scripts/deps.lock pins $version)"
  tarball=$(ls "$deps/tarballs/${name}_$version".orig.tar.* 2>/dev/null) ||
    fail "Debian $suite has another version of $name than $version, which scripts/deps.lock pins"
  echo "$sha256  $tarball" | sha256sum --check --quiet >&2 ||
    fail "the tarball of $name $version from Debian $suite does not match its hash in scripts/deps.lock"
  rm -rf "$folder" && mkdir -p "$folder"
  tar -xf "$tarball" -C "$folder" --exclude='*/test' --exclude='*/bench' --exclude='*/python' --exclude='*/data'
  # Most tarballs hold one folder, some do not.
  if [ "$(ls -A "$folder" | wc -l)" = 1 ]; then
    mv "$folder"/* "$folder.unpacked" && rmdir "$folder" && mv "$folder.unpacked" "$folder"
  fi
  echo "$sha256" > "$folder/.sha256"
}

locked source | while read -r name suite version sha256; do fetch_source "$name" "$suite" "$version" "$sha256"; done

# Header-only libraries under a path of their own: /usr/include must never reach the WebAssembly compiler.
mkdir -p "$deps/include"
ln -sfn /usr/include/flatbuffers /usr/include/tl /usr/include/xxhash.h "$deps/include/"
