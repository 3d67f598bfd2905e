#!/bin/sh
# Make the environment in .venv and install what is needed: `setup.sh demo` or `setup.sh dev`.
# Uses uv where it is installed (not with UV= set empty), else the interpreter's own venv and pip.
set -eu

group=$1
venv=.venv
python=${PYTHON:-}
uv=${UV-uv}

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

command -v "${uv:-no-uv}" >/dev/null 2>&1 || uv=

if [ -z "$python" ]; then
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if new_enough "$candidate"; then python=$candidate; break; fi
    done
    [ -n "$python" ] || fail "Mainspring needs Python 3.11 or newer, found $(python3 --version 2>/dev/null || echo none). Install one, or name it: PYTHON=/path/to/python3.13 make"
elif ! new_enough "$python"; then
    fail "Mainspring needs Python 3.11 or newer, PYTHON=$python is $("$python" --version 2>/dev/null || echo 'not there')."
fi

if [ ! -x "$venv/bin/python" ]; then
    say "Making $venv with $("$python" --version)"
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --python "$(command -v "$python")" "$venv"
    else
        "$python" -m venv "$venv" || fail "$python cannot make a virtual environment. On Debian and Ubuntu: apt install python3-venv"
    fi
elif ! new_enough "$venv/bin/python"; then
    fail "The environment in $venv does not work or is older than Python 3.11. Remove it with: make clean"
fi

say "Installing requirements/$group.lock"
if [ -n "$uv" ]; then
    "$uv" pip install --quiet --python "$venv/bin/python" -r "requirements/$group.lock"
    "$uv" pip install --quiet --python "$venv/bin/python" --no-deps --editable .
else
    "$venv/bin/python" -m pip --version >/dev/null 2>&1 || "$venv/bin/python" -m ensurepip >/dev/null
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "requirements/$group.lock"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --editable .
fi

# What the tests need includes what the demo needs.
if [ "$group" = dev ]; then touch "$venv/.ready-demo"; fi
touch "$venv/.ready-$group"
