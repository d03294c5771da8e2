#!/usr/bin/env bash
# Writes requirements.txt and requirements-dev.txt from pyproject.toml: every version, with hashes, for every platform.
# A lock holds no download address, so it installs from whatever index the machine's pip is set up for.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v uv >/dev/null || { echo "uv is not installed: it is needed only to write the lock." >&2; exit 1; }

compile() {
  UV_CUSTOM_COMPILE_COMMAND='make lock' uv pip compile pyproject.toml --quiet --generate-hashes --universal \
    --python-version 3.11 --no-header --no-strip-extras --no-emit-index-url --no-emit-find-links \
    --extra postgres --extra redis "$@" >/dev/null
}

compile --output-file requirements.txt "$@"
# The runtime lock constrains the other one: what is tested is what runs.
compile --extra dev --constraint requirements.txt --output-file requirements-dev.txt "$@"
.venv/bin/python -m tools.check_files
