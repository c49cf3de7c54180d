# Lambda's functions in containers: an image like AWS's, made here; the tests of the Docker executor; and the Flask example,
# whose function runs in a container and calls this server from there.
source .ci/server.sh
source .ci/engine.sh
trap stop_engine EXIT
start_engine
make_base

image=$engine/function
mkdir -p "$image"
sed -n 's/^\([a-z0-9._-]*==[^ ;]*\).*/\1/p' requirements/dev.txt >"$image/versions.txt"
cat >"$image/entrypoint.sh" <<'SH'
#!/bin/sh
exec /var/lang/bin/python -m awslambdaric "$1"
SH
chmod +x "$image/entrypoint.sh"
cat >"$image/Dockerfile" <<'DOCKERFILE'
FROM ruststack-ci-base
COPY versions.txt /tmp/
RUN python3 -m venv /var/lang && /var/lang/bin/pip install --quiet --constraint /tmp/versions.txt awslambdaric boto3
ENV PATH=/var/lang/bin:/usr/local/bin:/usr/bin:/bin
COPY entrypoint.sh /lambda-entrypoint.sh
WORKDIR /var/task
ENTRYPOINT ["/lambda-entrypoint.sh"]
DOCKERFILE
docker build --quiet --network host --tag ruststack-ci-function "$image"

RUSTSTACK_TEST_LAMBDA_IMAGE=ruststack-ci-function make test ARGS="tests/runtime/functions/test_docker.py -n 0"

unset "${!AWS_@}"
runtime=python$(.venv/bin/python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
start_server .venv/bin/ruststack start --lambda docker --lambda-images "$runtime=ruststack-ci-function"
trap 'stop_server || true; cat "$CI_SCRATCH/server.log"; stop_engine' EXIT
python=$PWD/.venv/bin/python
(cd examples/flask-notes && RUSTSTACK_ENDPOINT=$URL "$python" -m pytest -q -p no:cacheprovider tests)
docker ps --filter label=ruststack.function --format '{{.Image}} {{.Status}}' | grep ruststack-ci-function
stop_server
# Nothing of it is left behind.
[ -z "$(docker ps --all --quiet --filter label=ruststack.function)" ]
