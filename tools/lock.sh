#!/bin/sh
# Writes the locks anew from pyproject.toml: every version pinned, every file hashed, no index named.
# One lock serves Linux and macOS on Python 3.11 to 3.13; the smaller ones are cut from the developers'.
# Arguments go to uv for the first lock: `sh tools/lock.sh --upgrade` moves everything to the newest versions.
set -eu
cd "$(dirname "$0")/.."

if ! command -v uv >/dev/null; then
    echo "make lock needs uv (pipx install uv); nothing else does." >&2
    exit 1
fi

lock() {
    lock=requirements/$1.txt
    shift
    uv pip compile "$@" --quiet --universal --python-version 3.11 --fork-strategy fewest \
        --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file "$lock"
    echo "$lock: $(grep -c == "$lock") packages"
}

lock dev pyproject.toml --all-extras --group dev --group build "$@"
lock server pyproject.toml --extra docker --extra lambda --constraints requirements/dev.txt
lock build --group build --constraints requirements/dev.txt
lock conform pyproject.toml --extra conform --constraints requirements/dev.txt
