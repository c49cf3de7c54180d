#!/bin/sh
# A step of refresh.yml that always runs: nothing that a recording made stays on the source.
set -eu
if [ "$SOURCE" = aws ]; then
    exec .venv/bin/ruststack-conform sweep --target aws --region "$AWS_REGION"
fi
# A LocalStack forgets everything when it is stopped; where none was started there is nothing to clean.
if [ -n "${TARGET:-}" ]; then
    exec .venv/bin/python -m tools.peers stop localstack --port "${TARGET##*:}"
fi
