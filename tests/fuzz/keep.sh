#!/usr/bin/env bash
# Takes into tests/fuzz/corpus what ./dev fuzz has found: as few and as small inputs as reach every edge of the code that
# is reached. Inputs that have a name of their own stay: each once broke a law.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
limit_kib=400
input_bytes_max=1024

mkdir -p build/fuzz/log
for target in build/fuzz/bin/fuzz_*; do
  name=${target##*/fuzz_}
  kept=tests/fuzz/corpus/$name merged=build/fuzz/merged/$name
  rm -rf "$merged"
  mkdir -p "$merged" "$kept" "build/fuzz/corpus/$name"
  "$target" -merge=1 -use_counters=0 -max_len=$input_bytes_max "$merged" "$kept" "build/fuzz/corpus/$name" \
    >"build/fuzz/log/$name.merge.txt" 2>&1
  find "$kept" -type f -regextype egrep -regex '.*/[0-9a-f]{40}' -delete
  cp "$merged"/* "$kept"
  printf '%-18s %4d inputs, %4d KiB\n' "$name" "$(find "$kept" -type f | wc -l)" "$(($(cat "$kept"/* | wc -c) / 1024))"
done
size=$(($(find tests/fuzz/corpus -type f -exec cat {} + | wc -c) / 1024))
echo "$size KiB, of which there may be $limit_kib"
[ "$size" -lt "$limit_kib" ]
