# Recording works: a few scenarios against ourselves, which replayed against ourselves show no difference; then against the
# real thing, a live LocalStack, and what is recorded there replays against ourselves. Last a program of its own, with the
# JavaScript SDK, recorded as it is: it replays against ourselves, moto and ministack.
export RUSTSTACK_PEERS_DIR=${RUSTSTACK_PEERS_DIR:-$CI_SCRATCH/peers}
scenarios=("s3/bucket*" "s3/conditional*")
conform() { .venv/bin/ruststack-conform "$@"; }
peers() { .venv/bin/python -m tools.peers "$@"; }

conform record --target embedded --out "$CI_SCRATCH/recorded/ruststack" "${scenarios[@]}"
conform compare --no-gaps "$CI_SCRATCH/recorded/ruststack"

if ! peers install localstack; then
    echo "no LocalStack on this machine (it needs Python 3.12 or 3.13): not recorded from"
    exit 0
fi
running=()
trap 'for each in "${running[@]}"; do peers stop "${each%%=*}" --port "${each##*:}"; done' EXIT
url=$(peers start localstack --background | cut -d' ' -f2)
running+=("localstack=$url")
conform record --target "$url" --out "$CI_SCRATCH/recorded/localstack" "${scenarios[@]}"
# Where LocalStack is not AWS the emulator differs on purpose, so the verdict is not asked for: only that there is one, on all.
report=$CI_SCRATCH/recorded/report.json
conform compare --json "$report" "$CI_SCRATCH/recorded/localstack" | tail -3 || true
.venv/bin/python - "$report" <<'PYTHON'
import json, sys

score = json.load(open(sys.argv[1]))["runs"][0]["score"]
print(score)
assert score["total"] > 200 and score["crashed"] == 0 and score["match"] > score["total"] / 2
PYTHON

command -v node >/dev/null && command -v npm >/dev/null
cp -r tools/js_traffic "$CI_SCRATCH/js"
npm ci --prefix "$CI_SCRATCH/js" --no-audit --no-fund --loglevel=error
export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 NODE_NO_WARNINGS=1
for part in photos orders; do
    conform record --name "js/$part" --target "$url" --out "$CI_SCRATCH/recorded/program" -- node "$CI_SCRATCH/js/traffic.mjs" "$part"
done
targets=embedded,$url
for peer in moto ministack; do
    peers install "$peer"
    where=$(peers start "$peer" --background | cut -d' ' -f2)
    running+=("$peer=$where")
    targets+=,$where
done
report=$CI_SCRATCH/recorded/program.json
conform compare --no-gaps --target "$targets" --json "$report" "$CI_SCRATCH/recorded/program" | tail -8 || true
.venv/bin/python - "$report" recordings/js <<'PYTHON'
import json, pathlib, sys

import yaml

runs = {run["target"].partition(" ")[0]: run["score"] for run in json.load(open(sys.argv[1]))["runs"]}
for name, score in runs.items():
    print(name, score)
    assert score["total"] == 34 and score["crashed"] == 0, name
assert runs.keys() == {"ruststack", "localstack", "moto", "ministack"}
assert runs["localstack"]["match"] == 34  # what was recorded there is true there
assert runs["ruststack"]["match"] >= 23
for golden in pathlib.Path(sys.argv[2]).glob("*.yaml"):  # the goldens in the repository are of this program
    now = pathlib.Path(sys.argv[1]).parent / "program" / "js" / golden.name
    said = [[each["operation"] for each in list(yaml.safe_load_all(path.open()))[1:]] for path in (golden, now)]
    assert said[0] == said[1], golden
PYTHON
