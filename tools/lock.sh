#!/bin/sh
# Pin every dependency in requirements/: names and versions only, no hosts, for every platform and Python >= 3.11.
set -eu

pin() { # pin <group> <more arguments>
    group=$1
    shift
    uv pip compile pyproject.toml "$@" --quiet --universal --python-version 3.11 --upgrade \
        --no-annotate --no-header --no-emit-index-url --no-emit-find-links \
        --output-file "requirements/$group.lock.new"
    {
        echo "# Written by make lock. Names and versions only: docs/decisions/0003-lock-file-without-hosts.md"
        cat "requirements/$group.lock.new"
    } >"requirements/$group.lock"
    rm "requirements/$group.lock.new"
}

command -v uv >/dev/null 2>&1 || { echo "make lock needs uv: https://docs.astral.sh/uv" >&2; exit 1; }
pin dev --group dev
pin demo --group examples --constraint requirements/dev.lock
