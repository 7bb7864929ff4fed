#!/usr/bin/env bash
# A batch on a local Dask cluster whose worker is killed half-way equals a batch in one piece. Needs the release build.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "-- a batch on a Dask cluster, with a worker killed half-way: nothing lost, nothing twice"
program=${CARGO_TARGET_DIR:-target}/release/fireline
if [ ! -x "$program" ]; then
  echo "no $program; cargo build --release makes it" >&2
  exit 1
fi
venv=$(mktemp -d)
trap 'rm -rf "$venv"' EXIT
if [ "$(uname)" = Linux ] && python3 -m venv "$venv" && "$venv/bin/pip" install --quiet 'dask[distributed]'; then
  "$venv/bin/python" examples/cluster/test_cluster.py "$program" scenarios/valley.ron
else
  echo "SKIPPED: dask cannot be installed here, or this is not Linux"
fi
