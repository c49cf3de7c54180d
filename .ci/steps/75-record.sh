# Recording works: a few scenarios against ourselves, which replayed against ourselves show no difference; then against the
# real thing, a live LocalStack, and what is recorded there replays against ourselves.
export RUSTSTACK_PEERS_DIR=${RUSTSTACK_PEERS_DIR:-$CI_SCRATCH/peers}
scenarios=("s3/bucket*" "s3/conditional*")

.venv/bin/ruststack-conform record --target embedded --out "$CI_SCRATCH/recorded/ruststack" "${scenarios[@]}"
.venv/bin/ruststack-conform compare --no-gaps "$CI_SCRATCH/recorded/ruststack"

if ! .venv/bin/python -m tools.peers install localstack; then
    echo "no LocalStack on this machine (it needs Python 3.12 or 3.13): not recorded from"
    exit 0
fi
url=$(.venv/bin/python -m tools.peers start localstack --background | cut -d' ' -f2)
trap '.venv/bin/python -m tools.peers stop localstack --port "${url##*:}"' EXIT
.venv/bin/ruststack-conform record --target "$url" --out "$CI_SCRATCH/recorded/localstack" "${scenarios[@]}"
# Where LocalStack is not AWS the emulator differs on purpose, so the verdict is not asked for: only that there is one, on all.
report=$CI_SCRATCH/recorded/report.json
.venv/bin/ruststack-conform compare --json "$report" "$CI_SCRATCH/recorded/localstack" | tail -3 || true
.venv/bin/python - "$report" <<'PYTHON'
import json, sys

score = json.load(open(sys.argv[1]))["runs"][0]["score"]
print(score)
assert score["total"] > 200 and score["crashed"] == 0 and score["match"] > score["total"] / 2
PYTHON
