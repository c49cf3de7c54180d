# DynamoDB Local, from Maven Central, behind our server: the recorded scenarios and DynamoDB's own tests hold there too, but for
# what tests/services/dynamodb/lacking.py names, each with its reason.
export RUSTSTACK_PEERS_DIR=${RUSTSTACK_PEERS_DIR:-$CI_SCRATCH/peers}
.venv/bin/python -m tools.peers install dynamodb-local
export RUSTSTACK_DYNAMODB_LOCAL_PATH=$RUSTSTACK_PEERS_DIR/dynamodb-local/jars
export RUSTSTACK_TEST_DYNAMODB_BACKEND=local FUZZ_EXAMPLES=10
make test ARGS="tests/services/dynamodb tests/backends tests/runtime/event_sources"
# What is not there is one line that says how to get it.
! RUSTSTACK_DYNAMODB_BACKEND=local RUSTSTACK_DYNAMODB_LOCAL_PATH=/nowhere .venv/bin/ruststack start --port 0 2>"$CI_SCRATCH/told"
[ "$(wc -l <"$CI_SCRATCH/told")" = 1 ] && grep -q "/nowhere. does not exist" "$CI_SCRATCH/told"
