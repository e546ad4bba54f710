# Sourced by scripts/bootstrap: Emscripten, Node 20, 22 and 24, brotli.

install_packages brotli python3 patchelf
if ! command -v npm >/dev/null; then install_packages nodejs npm; fi

# .deps/node20, node22 and node24, to compile with and to test on: 20 has no usable relaxed SIMD, 22 has it without its fast dot
# product, 24 has both.
# The npm package "node" gets its binary in an install script, which newer npm skips; the package of the binary needs none.
install_node() {
  local package=$1 version=$2 integrity=$3 folder=$deps/node${2%%.*}
  if [ "$("$folder/bin/node" --version 2>/dev/null)" = "v$version" ]; then return; fi
  say "Node $version"
  rm -rf "$folder" && mkdir -p "$folder/bin"
  npm install --prefix "$folder" --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "$package@$version" >/dev/null ||
    fail "npm can't install $package $version, which scripts/deps.lock pins"
  grep -qF "\"$integrity\"" "$folder/node_modules/.package-lock.json" ||
    fail "the npm package $package $version does not match its hash in scripts/deps.lock"
  ln -s "../node_modules/$package/bin/node" "$folder/bin/node"
}

locked npm | while read -r name version integrity; do install_node "$name" "$version" "$integrity"; done

# .deps/emscripten leads to the Emscripten that cmake/emscripten.cmake uses: that of the machine, when it is new enough.
link_machine_emscripten() {
  local minimum=3.1.60 version
  command -v emcc >/dev/null || return
  version=$(emcc -dumpversion 2>/dev/null) || return
  [ "$(printf '%s\n' "$minimum" "$version" | sort -V | head -1)" = "$minimum" ] || return
  say "using the machine's Emscripten $version"
  ln -sfn "$(dirname "$(readlink -f "$(command -v emcc)")")" "$deps/emscripten"
}

# Emscripten, LLVM and binaryen of Debian trixie, unpacked without root. They want a newer libc than the machine may have, so
# each program is pointed at the loader and the libraries unpacked beside it.
install_emscripten() {
  local version=$1 sdk=$deps/emsdk llvm=19 debs=$deps/debs libraries deb file
  libraries=$sdk/usr/lib/x86_64-linux-gnu
  if [ "$("$sdk/usr/share/emscripten/emcc" -dumpversion 2>/dev/null)" = "$version" ]; then return; fi
  rm -rf "$sdk" "$debs" && mkdir -p "$sdk" "$debs"
  say "Emscripten from Debian trixie (about 200 MB to fetch, 560 MB on disk)"
  ( cd "$debs" && suite_apt deb trixie -qq download emscripten binaryen node-acorn \
      clang-$llvm lld-$llvm llvm-$llvm libllvm$llvm libclang-cpp$llvm libclang-common-$llvm-dev \
      libxml2 libicu76 libz3-4 libedit2 libzstd1 zlib1g libtinfo6 libffi8 libbsd0 libmd0 liblzma5 \
      libc6 libstdc++6 libgcc-s1 >/dev/null ) || fail "Debian trixie no longer has Emscripten or LLVM $llvm"
  for deb in "$debs"/*.deb; do
    dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$sdk" \
      --exclude='./usr/share/'{doc,man,emscripten/test,emscripten/docs} \
      --exclude='*/wasm32-emscripten/'{pic,lto-pic} --exclude='*-asan*' --exclude='*san*_rt*' --exclude='*-'{debug,mt,ww}'*.a'
  done
  rm -rf "$debs"

  for file in $(find "$sdk/usr/bin" "$sdk/usr/lib/llvm-$llvm/bin" -type f -executable); do
    if [ "$(head -c4 "$file" | tail -c3)" = ELF ]; then
      patchelf --set-interpreter "$libraries/ld-linux-x86-64.so.2" --force-rpath --set-rpath "$libraries" "$file"
    fi
  done
  for file in $(find "$libraries" -name '*.so*' -type f); do
    if [ -n "$(patchelf --print-rpath "$file" 2>/dev/null)" ]; then patchelf --remove-rpath "$file"; fi
  done

  ln -sfn nodejs "$sdk/usr/share/node_modules"
  rm -f "$sdk/usr/share/emscripten/.emscripten"  # a link to /etc
  cat > "$sdk/usr/share/emscripten/.emscripten" <<CONFIG
EMSCRIPTEN_ROOT = '$sdk/usr/share/emscripten'
LLVM_ROOT = '$sdk/usr/bin'
BINARYEN_ROOT = '$sdk/usr'
LLVM_ADD_VERSION = '$llvm'
CLANG_ADD_VERSION = '$llvm'
NODE_JS = '$deps/node22/bin/node'
CACHE = '$sdk/usr/share/emscripten/cache'
FROZEN_CACHE = True
CONFIG
  [ "$("$sdk/usr/share/emscripten/emcc" -dumpversion)" = "$version" ] ||
    fail "Debian trixie has another Emscripten than $version, which scripts/deps.lock pins, or it does not run"
  ln -sfn "$sdk/usr/share/emscripten" "$deps/emscripten"
}

read -r name suite version < <(locked deb)
link_machine_emscripten || install_emscripten "$version"
