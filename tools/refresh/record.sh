#!/bin/sh
# A step of refresh.yml: record again, write out/drift.md, and say by outputs what came of it.
#   SOURCE aws or localstack; TARGET the URL of the latter; SCENARIOS and ADOPT from the person who asked; MAX_REQUESTS
# Drift is no failure here: it becomes a pull request. Failures to record are told after that (`code` is 4).
set -eu
from=aws
[ "$SOURCE" = aws ] || from=$TARGET

# What was meant is several words, and none of them a pattern of files.
set -f
code=0
# shellcheck disable=SC2086
.venv/bin/ruststack-conform refresh $SCENARIOS --target "$from" --region "$AWS_REGION" $ADOPT \
    --max-requests "$MAX_REQUESTS" --markdown out/drift.md || code=$?

# Nothing of this source's kind: told, and no failure of the night.
[ "$code" -ne 1 ] && [ "$code" -le 4 ] || exit "$code"
[ "$code" -ne 2 ] || [ -f out/drift.md ] || exit 2

changed=false
[ -z "$(git status --porcelain -- recordings)" ] || changed=true
{
    echo "code=$code"
    echo "changed=$changed"
} >>"$GITHUB_OUTPUT"
cat out/drift.md >>"$GITHUB_STEP_SUMMARY"
