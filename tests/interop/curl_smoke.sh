#!/usr/bin/env bash
# The plainest client there is, curl, against `sallyport serve`. Needs SALLYPORT_BIN, and the two SALLYPORT_CLIENT_*
# variables that the server reads too.
set -euo pipefail
: "${SALLYPORT_BIN:?is not set}" "${SALLYPORT_CLIENT_ID:?is not set}" "${SALLYPORT_CLIENT_SECRET:?is not set}"

folder=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    for _ in $(seq 20); do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
    kill -KILL "$server" 2>/dev/null || true
  fi
  rm -rf "$folder"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

"$SALLYPORT_BIN" serve --listen 127.0.0.1:0 --self-signed --write-ca "$folder/ca.pem" --port-file "$folder/port" \
  >"$folder/log" 2>&1 &
server=$!
for _ in $(seq 300); do
  [ -s "$folder/port" ] && [ -s "$folder/ca.pem" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
if [ ! -s "$folder/port" ] || [ ! -s "$folder/ca.pem" ]; then
  echo 'The server does not start:'
  cat "$folder/log"
  exit 1
fi
url="https://127.0.0.1:$(tr -d '[:space:]' <"$folder/port")"

# The client's headers are given to curl in a file, so that no list of processes shows the secret.
printf 'X-Client-Id: %s\nX-Client-Secret: %s\n' "$SALLYPORT_CLIENT_ID" "$SALLYPORT_CLIENT_SECRET" >"$folder/known"
printf 'X-Client-Id: %s\nX-Client-Secret: %s\n' "$SALLYPORT_CLIENT_ID" wrong >"$folder/unknown"

passed=0
failed=0
# ask NAME STATUS CONTENT_TYPE PATTERN CLIENT CURL_ARGUMENT...: the reply has to have all three, the body without its
# line ends matching PATTERN. curl's own exit code does not count: a server may refuse before it has read everything.
ask() {
  local name=$1 status=$2 type=$3 pattern=$4 client=$5
  shift 5
  : >"$folder/body"
  local got
  got=$(curl --silent --show-error --max-time 20 --cacert "$folder/ca.pem" --header "@$folder/$client" \
    --output "$folder/body" --write-out '%{http_code} %{content_type}' "$@" 2>"$folder/error") || true
  if [[ $got == "$status $type"* ]] && tr -d '\r\n' <"$folder/body" | grep -Eq -- "$pattern"; then
    passed=$((passed + 1))
    echo "ok   $name"
  else
    failed=$((failed + 1))
    echo "FAIL $name: wanted $status $type and $pattern, got $got"
    head -c 1000 "$folder/body"
    echo
    cat "$folder/error"
  fi
}
json=application/json
problem=application/problem+json
post=(--header "Content-Type: $json" --data-binary)
step="$url/api/v1/authenticate?userId=curl-smoke"
login='{"type": "robinhood", "username": "Mesh", "password": "Pass123"}'
denied='"status" *: *"permissionDenied"'
errors() { printf '"errors" *: *\\[ *\\{[^]]*"path" *: *"[^"]*%s' "$1"; }

ask 'the schemes' 200 $json '"brokerType" *: *"robinhood"' known "$url/api/v1/authenticationSchemes"
going_on='succeeded|mfaRequired|challengeIssued|deviceConfirmationRequired'
ask 'a step of a login' 200 $json "\"content\" *: *\\{.*\"status\" *: *\"($going_on)\"" \
  known "${post[@]}" "$login" "$step"
ask 'a wrong secret' 401 $json "$denied" unknown "${post[@]}" "$login" "$step"
ask 'an unknown path' 404 $json '"status" *: *"notFound"' known "$url/api/v1/nothing"
ask 'a wrong method' 405 $json '"status" *: *"badRequest"' known --request PUT "${post[@]}" "$login" "$step"
ask 'JSON that breaks off' 400 $problem "$(errors '')" known "${post[@]}" '{"type": "robinhood"' "$step"
ask 'a member of the wrong kind' 400 $problem "$(errors mfaCode)" known "${post[@]}" \
  '{"type": "robinhood", "mfaCode": 1}' "$step"
ask 'no type' 400 $problem "$(errors type)" known "${post[@]}" '{"username": "Mesh"}' "$step"
ask 'a userId of 51 characters' 400 $problem "$(errors userId)" known "${post[@]}" "$login" \
  "$url/api/v1/authenticate?userId=$(printf 'u%.0s' {1..51})"
head -c 1048576 /dev/zero | tr '\0' ' ' >"$folder/large"
ask 'a body of 1 MiB' 413 $json '"status" *: *"badRequest"' known "${post[@]}" "@$folder/large" "$step"
ask 'the server is still there' 200 $json '"ok"' known "$url/api/v1/authenticationSchemes"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
