#!/usr/bin/env bash
# Runs every fuzz target for so many seconds, two at a time, from the kept corpus and from what earlier runs found. All
# that is new goes to build/fuzz: corpus/ (inputs that reach further), crashes/ and log/. With SALLYPORT_SEED a run takes
# the same way as another of that seed, so far as both get.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
seconds=$1
out=build/fuzz
mkdir -p "$out/log" "$out/crashes"
rm -f "$out"/crashes/*

# libFuzzer writes into the first directory alone. What takes a target longer than ten seconds counts as a crash.
fuzz() {
  local target=$1 name=${1##*/fuzz_}
  mkdir -p "$out/corpus/$name"
  local log="$out/log/$name.txt" code=0
  "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    ${SALLYPORT_SEED:+"-seed=$SALLYPORT_SEED"} \
    -artifact_prefix="$out/crashes/$name-" "$out/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1 || code=$?
  local runs found
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  found=$(sed -n 's/^stat::new_units_added: *//p' "$log")
  if [ "$code" -eq 0 ] && [ "${runs:-0}" -gt 0 ]; then
    printf '%-18s %10d runs, %5d new inputs\n' "$name" "$runs" "$found"
    return
  fi
  printf '%-18s FAILED, see %s\n' "$name" "$log"
  for crash in "$out/crashes/$name"-*; do
    [ -e "$crash" ] || continue
    printf '  input   %s\n  replay  %s %s\n' "$crash" "$target" "$crash"
    printf '  keep    cp %s tests/fuzz/corpus/%s/\n' "$crash" "$name"
    # On a machine that nobody can look at, what is printed here is all that is left of it.
    printf '  base64  %s\n' "$(head -c 4096 "$crash" | base64 -w 0)"
  done
  grep -a -B 12 'a law does not hold' "$log" || tail -n 20 "$log"
  return 1
}
export -f fuzz
export seconds out

printf '%s\n' "$out"/bin/fuzz_* | xargs -P 2 -I TARGET bash -c 'fuzz TARGET'
