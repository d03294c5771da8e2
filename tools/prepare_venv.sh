#!/usr/bin/env bash
# Makes .venv and installs a locked, hashed requirements file into it: tools/prepare_venv.sh requirements.txt
#
# Needs nothing but bash and a python3 with pip. A second call with the same file does nothing and takes no time.
# PYTHON names another interpreter, VENV another directory.
set -euo pipefail

requirements=$1
python=${PYTHON:-python3}
venv=${VENV:-.venv}

fail() {
  echo "$1" >&2
  exit 1
}

new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

# The stamp also names the interpreter: after an upgrade of Python the packages must be installed again.
wanted_stamp() {
  "$venv/bin/python" - "$requirements" <<'PY'
import hashlib, pathlib, sys
print(hashlib.sha256(pathlib.Path(sys.argv[1]).read_bytes()).hexdigest(), sys.version.split()[0])
PY
}

create_venv() {
  command -v "$python" >/dev/null || fail "$python is not installed: Python 3.11 or newer is needed."
  new_enough "$python" || fail "$python is too old ($("$python" -V 2>&1)): Python 3.11 or newer is needed. Another one: make PYTHON=python3.12 …"
  echo "Creating $venv …"
  # Debian keeps ensurepip in the package python3-venv: without it, the pip beside python3 fills the venv.
  "$python" -m venv --clear "$venv" >/dev/null 2>&1 ||
    "$python" -m venv --clear --without-pip "$venv" ||
    fail "$python cannot make a virtual environment: install the package python3-venv."
}

run_pip() {
  if "$venv/bin/python" -c 'import pip' 2>/dev/null; then
    "$venv/bin/python" -m pip "$@"
  elif "$python" -c 'import pip' 2>/dev/null; then
    "$python" -m pip --python "$venv/bin/python" "$@"
  else
    fail "$python has no pip: install the package python3-venv or python3-pip."
  fi
}

[ -f "$requirements" ] || fail "$requirements is missing."
[ -x "$venv/bin/python" ] && new_enough "$venv/bin/python" || create_venv

stamp="$venv/.installed-$(basename "$requirements")"
wanted=$(wanted_stamp)
[ "$(cat "$stamp" 2>/dev/null || true)" = "$wanted" ] && exit 0

echo "Installing $requirements …"
run_pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
echo "$wanted" >"$stamp"
