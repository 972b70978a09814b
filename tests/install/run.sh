#!/usr/bin/env bash
# Installs a build into a directory of its own and builds programs that know nothing but that directory.
# usage: run.sh tree | package | pkg_config | subdirectory, with BUILD, SOURCE, CXX, LIBDIR and VERSION in the environment.
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
here=$SOURCE/tests/install
prefix=$scratch/usr

fail() { echo "$*" >&2; exit 1; }
# The tree is moved once it is installed, so that a path into the first place would show.
install_tree() {
  cmake --install "$BUILD" --prefix "$scratch/before" >/dev/null
  mv "$scratch/before" "$prefix"
}
# No optimisation and no symbols: it has to build, link and run.
build() {
  cmake -S "$here/$1" -B "$scratch/$1" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER="$CXX" "${@:2}"
  cmake --build "$scratch/$1"
}
must_log_in() {
  local said
  said=$(timeout 60 "$1" "$scratch/ca.pem") || fail "the login failed: $said"
  [ "$said" = succeeded ] || fail "the login said: $said"
}

case "$1" in
  # Every public header, the executable, the licence; no word of where it was built.
  tree)
    install_tree
    for include in "$SOURCE"/*/include; do (cd "$include" && find . -name '*.hpp'); done | sort >"$scratch/want"
    (cd "$prefix/include" && find . -type f) | sort >"$scratch/have"
    diff "$scratch/want" "$scratch/have" || fail "the installed headers are not the public ones"
    said=$("$prefix/bin/sallyport" --version)
    [ "$said" = "sallyport $VERSION" ] || fail "the executable is $said"
    grep -qF "\"version-semver\": \"$VERSION\"" "$SOURCE/vcpkg.json" || fail "vcpkg.json is not of version $VERSION"
    [ -s "$prefix/share/doc/sallyport/LICENSE" ] || fail "the licence is missing"
    if grep -rlF -e "$SOURCE" -e "$BUILD" -e "$scratch/before" "$prefix/$LIBDIR/cmake" "$prefix/$LIBDIR/pkgconfig"; then
      fail "these files name the directory of the build"
    fi
    if grep -rE -e '-z,|-pie|-fPIE|-fstack-|-fcf-|FORTIFY' "$prefix/$LIBDIR/cmake" "$prefix/$LIBDIR/pkgconfig"; then
      fail "these files force our hardening on others"
    fi
    ;;
  package)
    install_tree
    build package -DCMAKE_PREFIX_PATH="$prefix"
    must_log_in "$scratch/package/login"
    "$scratch/package/ledger" "$scratch/ledger.sqlite" || fail "the ledger cannot be opened"
    ;;
  pkg_config)
    install_tree
    export PKG_CONFIG_PATH=$prefix/$LIBDIR/pkgconfig LD_LIBRARY_PATH=$prefix/$LIBDIR
    for library in protocol engine transport sandbox ledger_sqlite; do
      pkg-config --exists --print-errors "sallyport-$library >= 0.1" || fail "sallyport-$library.pc cannot be read"
    done
    # shellcheck disable=SC2046 # The flags are words.
    "$CXX" -std=c++20 "$here/login.cpp" -o "$scratch/login" $(pkg-config --cflags --libs sallyport-sandbox)
    must_log_in "$scratch/login"
    ;;
  subdirectory)
    launcher=$(command -v ccache || true)
    build subdirectory -DSALLYPORT_SOURCE="$SOURCE" -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher" -DCMAKE_UNITY_BUILD=ON
    said=$("$scratch/subdirectory/message")
    [ "$said" = '{"type":"robinhood","username":"Mesh"}' ] || fail "the message came back as $said"
    ;;
  *) fail "usage: run.sh tree | package | pkg_config | subdirectory" ;;
esac
