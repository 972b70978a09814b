#!/usr/bin/env bash
# Reads every public header as doxygen does and fails at its first warnings. What it writes is thrown away.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if ! command -v doxygen >/dev/null; then
  echo "skipped: doxygen is not installed"
  exit 77
fi

listed=$(sed -n 's/^INPUT *= *//p' docs/Doxyfile)
for directory in */include; do
  if [[ " $listed " != *" $directory "* ]]; then
    echo "docs/Doxyfile: INPUT does not name $directory"
    exit 1
  fi
done

output=$(mktemp -d)
trap 'rm -rf "$output"' EXIT
{
  cat docs/Doxyfile
  printf 'OUTPUT_DIRECTORY = "%s"\nGENERATE_HTML = NO\nGENERATE_XML = YES\n' "$output"
} | doxygen -
# Silence proves nothing where nothing was read.
grep -q '<name>sallyport::Client</name>' "$output/xml/index.xml"
