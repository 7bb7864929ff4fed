#!/usr/bin/env bash
# Makes the three reports in both languages and opens them in headless Chromium: no error on its console. With a folder
# as first argument the screenshots are kept there. Skips, and says so, where there is no Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome || true)
if [ -z "$browser" ]; then
  echo "SKIPPED: no chromium here (Debian package chromium); reports were not opened"
  exit 0
fi
fireline=${FIRELINE:-${CARGO_TARGET_DIR:-target}/release/fireline}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
shots=${1:-$work}
"$fireline" -q run scenarios/valley.ron --seed 7 --out "$work/run" >/dev/null
"$fireline" -q batch scenarios/valley.ron scenarios/power-line-night.ron --seeds 0..12 --policy run-card,nearest \
  --out "$work/batch" >/dev/null
mkdir "$work/comparison"
# Layouts as they are compared where the command is there, else the example that the tests have.
if [ -f scenarios/farm.ron ] && "$fireline" plan layouts --help >/dev/null 2>&1; then
  rm -r "$work/comparison"
  "$fireline" -q plan layouts scenarios/farm.ron --layout scenarios/layouts/base.geojson \
    --layout scenarios/layouts/none.geojson --seeds 0..20 --out "$work/comparison" >/dev/null
else
  cp tests/data/comparison.json "$work/comparison/"
  cp "$work/run/map.png" "$work/comparison/burn_probability_base.png"
fi
for kind in run batch comparison; do
  for lang in zh-CN en; do
    "$fireline" --lang "$lang" report "$work/$kind" --force >/dev/null
    # Chromium keeps its profile and its caches in the home folder otherwise.
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/profile" \
      --virtual-time-budget=5000 --window-size=1100,1500 --enable-logging=stderr --v=0 \
      --screenshot="$shots/report_$kind.$lang.png" "file://$work/$kind/report.html" >/dev/null 2>"$work/log"
    if grep -E 'CONSOLE|Uncaught|Refused to' "$work/log"; then
      echo "the console is not clean: $kind, $lang" >&2
      exit 1
    fi
    test -s "$shots/report_$kind.$lang.png"
    # It can be printed, too.
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$work/profile" \
      --virtual-time-budget=5000 --print-to-pdf="$work/$kind.pdf" "file://$work/$kind/report.html" >/dev/null 2>&1
    test -s "$work/$kind.pdf"
    echo "opened and printed without an error: $kind, $lang"
  done
done
