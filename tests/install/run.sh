#!/usr/bin/env bash
# Installs a build into a directory of its own and builds programs that know nothing but that directory.
# usage: run.sh tree | package | pkg_config | subdirectory | examples | other_build, with BUILD, SOURCE, CXX, LIBDIR and VERSION in the environment.
set -euo pipefail

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
here=$SOURCE/tests/install
prefix=$scratch/usr
documents=$prefix/share/doc/sallyport

fail() { echo "$*" >&2; exit 1; }
# The tree is moved once it is installed, so that a path into the first place would show.
install_tree() {
  cmake --install "$BUILD" --prefix "$scratch/before" >/dev/null
  mv "$scratch/before" "$prefix"
}
# No optimisation and no symbols: it has to build, link and run.
build_in() {
  cmake -S "$1" -B "$scratch/$2" -G Ninja -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER="$CXX" "${@:3}"
  cmake --build "$scratch/$2"
}
build() { build_in "$here/$1" "$@"; }
# Links a program that only includes our headers, as those do who want it small.
link_empty() {
  local flags
  flags=$(pkg-config --cflags sallyport-transport)
  # shellcheck disable=SC2046,SC2086 # The flags are words.
  "$CXX" -std=c++20 -ffunction-sections -fdata-sections $flags "$@" "$scratch/empty.cpp" -o "$scratch/empty" \
    -Wl,--gc-sections $(pkg-config --libs sallyport-transport) 2>&1
}
must_link() {
  local said
  said=$(link_empty) || fail "it does not link with the flags of pkg-config: $said"
  "$scratch/empty"
}
must_not_link() {
  local said
  if said=$(link_empty "${@:2}"); then fail "it links with ${*:2}"; fi
  case "$said" in
    *"library_built_with<sallyport::$1l>"*) ;;
    *) fail "with ${*:2} the linker does not miss $1: $said" ;;
  esac
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
    [ -s "$documents/LICENSE" ] || fail "the licence is missing"
    python3 -B "$SOURCE/tests/docs/links_test.py" "$documents" || fail "links of the installed documents lead nowhere"
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
  # The examples, from where they are installed.
  examples)
    install_tree
    build_in "$documents/examples" examples -DCMAKE_PREFIX_PATH="$prefix"
    for source in "$documents"/examples/*.cpp; do
      example=$scratch/examples/example_$(basename "$source" .cpp)
      [ -x "$example" ] || fail "$example was not built"
      if "$example" nonsense </dev/null >"$scratch/said" 2>&1; then fail "$example took a URL that is none"; fi
      grep -q 'not carried out' "$scratch/said" || fail "$example said: $(cat "$scratch/said")"
    done
    ;;
  # A program that sees Boost otherwise than the library was built does not link, and the linker says in what.
  other_build)
    install_tree
    export PKG_CONFIG_PATH=$prefix/$LIBDIR/pkgconfig LD_LIBRARY_PATH=$prefix/$LIBDIR
    printf '#include <sallyport/transport/login.hpp>\nint main() {}\n' >"$scratch/empty.cpp"
    must_link
    must_not_link 'boost_asio_no_deprecated, 1' -DBOOST_ASIO_NO_DEPRECATED
    must_not_link 'boost_asio_separate_compilation, 0' -UBOOST_ASIO_SEPARATE_COMPILATION
    must_not_link 'boost_asio_has_threads, 0' -DBOOST_ASIO_DISABLE_THREADS
    must_not_link 'boost_asio_recycling_allocator_cache_size, 4' -DBOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=4
    must_not_link 'glibcxx_debug, 1' -D_GLIBCXX_DEBUG
    must_not_link 'boost_version, 108200' -DBOOST_VERSION_HPP -DBOOST_VERSION=108200 '-DBOOST_LIB_VERSION="1_82"'
    ;;
  *) fail "usage: run.sh tree | package | pkg_config | subdirectory | examples | other_build" ;;
esac
