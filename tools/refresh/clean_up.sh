#!/bin/sh
# A step of refresh.yml that always runs: nothing that a recording made stays on the source.
set -eu
if [ "$SOURCE" = aws ]; then
    exec .venv/bin/ruststack-conform sweep --target aws --region "$AWS_REGION"
fi
# Without a LocalStack there is nothing to clean; it forgets everything when it is stopped.
if [ -n "${TARGET:-}" ]; then
    code=0
    .venv/bin/ruststack-conform sweep --target "$TARGET" || code=$?
    .venv/bin/python -m tools.peers stop localstack --port "${TARGET##*:}"
    exit "$code"
fi
