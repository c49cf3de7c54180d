# Recording works against the real thing: a few scenarios against a live LocalStack, then against ourselves. What was
# recorded from a target, replayed against the same target, shows no difference.
export RUSTSTACK_PEERS_DIR=${RUSTSTACK_PEERS_DIR:-$CI_SCRATCH/peers}
scenarios=("s3/bucket*" "s3/conditional*")

replay_is_identical() {
    .venv/bin/ruststack-conform record --target "$1" --out "$CI_SCRATCH/recorded/$2" "${scenarios[@]}"
    .venv/bin/ruststack-conform compare --target "$1" --no-gaps "$CI_SCRATCH/recorded/$2"
}

replay_is_identical embedded ruststack

if ! .venv/bin/python -m tools.peers install localstack; then
    echo "no LocalStack on this machine (it needs Python 3.12 or 3.13): not recorded from"
    exit 0
fi
url=$(.venv/bin/python -m tools.peers start localstack --background | cut -d' ' -f2)
trap '.venv/bin/python -m tools.peers stop localstack --port "${url##*:}"' EXIT
replay_is_identical "$url" localstack
