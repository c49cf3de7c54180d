#!/bin/sh
# Makes .venv from the lock, with nothing but a Python from 3.11 on; does nothing when nothing has changed.
# PYTHON names the interpreter to use instead of the first suitable one.
set -eu
cd "$(dirname "$0")/.."

suits() {
    "$1" -c "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, $2))" 2>/dev/null
}

# The lock is made for 3.11 to 3.13; a later Python comes last, since some packages would have to be compiled for it.
find_python() {
    if [ -n "${PYTHON:-}" ]; then
        suits "$PYTHON" 99 && echo "$PYTHON"
        return
    fi
    for python in python3 python3.13 python3.12 python3.11; do
        suits "$python" 14 && echo "$python" && return
    done
    for python in python3 python3.14 python3.15; do
        suits "$python" 99 && echo "$python" && return
    done
    return 1
}

# What .venv depends on: the lock, and where it stands (a venv does not survive a move).
fingerprint() {
    { pwd; echo "${PYTHON:-}"; cat requirements/dev.txt; } | cksum
}

# What the editable install depends on: names, entry points and version.
project_fingerprint() {
    cat pyproject.toml ruststack/__init__.py | cksum
}

holds() {
    [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]
}

if ! holds .venv/lock-installed "$(fingerprint)"; then
    if ! python=$(find_python); then
        echo "RustStack needs Python 3.11 or later: none found as ${PYTHON:-python3, python3.13, python3.12 or python3.11}." >&2
        echo "Install one (Debian: apt install python3 python3-venv; macOS: brew install python@3.13) and try again." >&2
        exit 1
    fi
    if ! "$python" -c "import ensurepip" 2>/dev/null; then
        echo "$python cannot make a virtual environment: it lacks ensurepip (Debian: apt install python3-venv)." >&2
        exit 1
    fi
    echo "Setting up .venv with $("$python" --version) from requirements/dev.txt (once) ..."
    rm -rf .venv
    "$python" -m venv .venv
    .venv/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements/dev.txt
    fingerprint >.venv/lock-installed
fi

if ! holds .venv/project-installed "$(project_fingerprint)"; then
    # The build backend is in the lock: nothing is fetched here.
    .venv/bin/python -m pip --disable-pip-version-check --quiet install \
        --no-index --no-deps --no-build-isolation --editable .
    .venv/bin/python -m compileall -q ruststack
    project_fingerprint >.venv/project-installed
fi
