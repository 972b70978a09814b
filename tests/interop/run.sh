#!/usr/bin/env bash
# run.sh mock|proxy|curl|clients|ways|harness: one part of the interoperability tests.
#
#   mock     the client against Prism's mock of the server  needs SALLYPORT_PROBE
#   proxy    the server, each reply judged by Prism         needs SALLYPORT_BIN, SALLYPORT_E2E
#   curl     the server, asked by curl                      needs SALLYPORT_BIN
#   clients  the server, asked by clients of five languages needs SALLYPORT_BIN, and those languages that are there
#   ways     the client, where IPv6 leads nowhere           needs SALLYPORT_BIN
#   harness  the harness itself                             needs nothing of Sallyport
#
# Prism is installed on first use into INTEROP_CACHE (default: build/interop). Exit code 77 means skipped.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
part=${1:-}
case $part in
  mock | proxy | curl | clients | ways | harness) ;;
  *) sed -n '2,11s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 2 ;;
esac
export SALLYPORT_CLIENT_ID=${SALLYPORT_CLIENT_ID:-interop-client}
export SALLYPORT_CLIENT_SECRET=${SALLYPORT_CLIENT_SECRET:-interop-secret}

if [ "$part" = curl ]; then
  exec timeout --kill-after=10 900 "$here/curl_smoke.sh"
fi
if [ "$part" = clients ] || [ "$part" = ways ]; then
  command -v python3 >/dev/null || { echo "Skipped: the $part part needs python3, which is not installed."; exit 77; }
  few=()
  if [ "$part" = ways ]; then few=(--logins 50 --rounds 1 --only 'an IPv6 address'); fi
  exec timeout --kill-after=10 900 python3 -B "$here/$part.py" --program "${SALLYPORT_BIN:?is not set}" "${few[@]}"
fi

for tool in node npm; do
  command -v "$tool" >/dev/null || { echo "Skipped: the $part part needs $tool, which is not installed."; exit 77; }
done
export INTEROP_CACHE=${INTEROP_CACHE:-$here/../../build/interop}
mkdir -p "$INTEROP_CACHE"
INTEROP_CACHE=$(cd "$INTEROP_CACHE" && pwd)

# Parts that start together wait here for the first, which installs. The stamp is the list of what is installed.
(
  flock --wait 600 9 || { echo 'The installation in INTEROP_CACHE is locked for 10 minutes already.'; exit 1; }
  cd "$INTEROP_CACHE"
  cmp --silent "$here/package-lock.json" installed && exit 0
  rm -f installed
  cp "$here/package.json" "$here/package-lock.json" .
  timeout --kill-after=10 600 npm ci --ignore-scripts --omit=dev --no-audit --no-fund >npm.log 2>&1 9>&- ||
    { echo 'npm ci has failed:'; cat npm.log; exit 1; }
  cp package-lock.json installed
) 9>"$INTEROP_CACHE/lock"

exec timeout --kill-after=10 1500 node --test "$here/$part.test.mjs"
