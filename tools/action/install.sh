#!/usr/bin/env bash
# A step of action.yml: the judge of this very checkout, in an environment of its own, from the lock with hashes. The
# version is the one that `uses: ...@VERSION` names. Says by the output `conform` where the command is.
set -euo pipefail
cd "$GITHUB_ACTION_PATH"
# A name on the path may be a stand-in that leads nowhere, so each is tried.
suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
for python in python3 python3.13 python3.12 python3.11 ""; do
    ! suits "$python" || break
done
[ -n "$python" ] || { echo "::error::the judge needs Python 3.11 or later: use actions/setup-python before it"; exit 1; }

# A job that compares several times installs once; another version of the action has another path.
home=$RUNNER_TEMP/ruststack-conform-$(cksum <<<"$GITHUB_ACTION_PATH" | cut -d' ' -f1)
if [ ! -f "$home/is-whole" ]; then
    "$python" -m venv "$home"
    pip=("$home/bin/python" -m pip --quiet --disable-pip-version-check)
    "${pip[@]}" install --require-hashes -r requirements/conform.txt
    "${pip[@]}" install --require-hashes -r requirements/build.txt
    "${pip[@]}" install --no-index --no-deps --no-build-isolation .
    touch "$home/is-whole"
fi
echo "conform=$home/bin/ruststack-conform" >>"$GITHUB_OUTPUT"
