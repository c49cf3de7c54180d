# Lambda's functions in containers: an image like AWS's, made here; the tests of the Docker executor; the Flask example, whose
# function runs in a container and calls this server from there; functions of images that come from a registry; servers that are
# killed in the midst of a call; and servers that are in a container themselves.
source .ci/server.sh
source .ci/engine.sh
source .ci/registry.sh
at_end='stop_registry; stop_engine'
trap "$at_end" EXIT
start_engine
make_base
# Step 80 has made it, unless this one runs alone.
docker image inspect ruststack >/dev/null 2>&1 ||
    docker build --quiet --network host --build-arg BASE_IMAGE=ruststack-ci-base --tag ruststack .

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

export RUSTSTACK_TEST_LAMBDA_IMAGE=ruststack-ci-function
make test ARGS="tests/runtime/functions/test_docker.py -n 0"
# As in step 90: it works; nothing is demanded of the figures.
make bench ARGS="--functions --quick"

unset "${!AWS_@}"
python=$PWD/.venv/bin/python
runtime=python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
images="$runtime=ruststack-ci-function,python3.12=ruststack-ci-function"

contained() { docker ps --all --quiet --filter label=ruststack.function; }
none_is_left() { [ -z "$(contained)" ]; }
await() { # COMMAND...
    for _ in $(seq 1200); do
        if "$@"; then return 0; fi
        sleep 0.1
    done
    echo "in vain awaited: $*"
    docker ps --all
    return 1
}
start_with_containers() {
    start_server .venv/bin/ruststack start --lambda docker --lambda-images "$images"
}

start_with_containers
(cd examples/flask-notes && RUSTSTACK_ENDPOINT=$URL "$python" -m pytest -q -p no:cacheprovider tests)
docker ps --filter label=ruststack.function --format '{{.Image}} {{.Status}}' | grep ruststack-ci-function

# Functions of an image that only a registry has, with something in it that takes a moment to pull.
start_registry
own=$engine/own
mkdir -p "$own/more"
printf '%s\n' 'import os' 'def handler(event, context):' \
    '    return {"handler": os.environ["_HANDLER"], "folder": os.getcwd(), "event": event}' 'other = handler' >"$own/app.py"
touch "$own/more/here"
head --bytes 48M /dev/urandom >"$own/ballast"
printf '%s\n' 'FROM ruststack-ci-function' 'ENV PYTHONPATH=/var/task' 'COPY ballast /srv/' 'COPY app.py /var/task/' \
    'COPY more /var/task/more' 'CMD ["app.handler"]' >"$own/Dockerfile"
docker build --quiet --tag "$REGISTRY/own:1" "$own"
docker push --quiet "$REGISTRY/own:1"
docker image rm "$REGISTRY/own:1" >/dev/null
"$python" .ci/images.py "$URL" "$REGISTRY/own:1"
grep -E "Pull(ing|ed) $REGISTRY" "$CI_SCRATCH/server.log"
grep -qE "Pulling $REGISTRY/own:1: [0-9]+ of 5[0-9] MB" "$CI_SCRATCH/server.log"
stop_registry
stop_server
none_is_left

# A server that is killed in the midst of a call leaves a busy container, which ends as the next server starts.
start_with_containers
"$python" .ci/hang.py "$URL"
kill -KILL "$server"
wait "$server" || true
docker ps --filter label=ruststack.function=hang --format '{{.Status}}' | grep '^Up '
start_with_containers
await none_is_left
await grep 'Ended 1 container of a server that was killed' "$CI_SCRATCH/server.log"
stop_server

# A server in a container, with the engine's socket: functions join its network, reach it there, and are given their code.
start_in_container() { # OPTION...
    local socket=${DOCKER_HOST:-unix:///var/run/docker.sock}
    inner=$(docker run --detach --publish 127.0.0.1::4566 --read-only --tmpfs /tmp:exec --cap-drop ALL --health-interval 1s \
        --volume "${socket#unix://}:/var/run/docker.sock" --group-add "$(stat --format %g "${socket#unix://}")" \
        --env RUSTSTACK_LAMBDA=docker --env RUSTSTACK_LAMBDA_IMAGES="$images" "$@" ruststack)
    trap 'docker logs "$inner" || true; docker rm --force "$inner" $(contained) >/dev/null || true
        docker network rm ruststack-ci || true; eval "$at_end"' EXIT
    await is_healthy
    URL=http://$(docker port "$inner" 4566/tcp | head -1)
}
is_healthy() { [ "$(docker inspect --format '{{.State.Health.Status}}' "$inner")" = healthy ]; }
networks() { docker ps --filter label=ruststack.function --format '{{.Networks}}' | sort -u; }

docker network create ruststack-ci >/dev/null
start_in_container --network ruststack-ci
"$python" .ci/hang.py "$URL"
[ "$(networks)" = ruststack-ci ]
docker kill "$inner" >/dev/null
docker rm "$inner" >/dev/null
docker ps --filter label=ruststack.function=hang --format '{{.Status}}' | grep '^Up '

# The next one, of another name and in another network, ends what that had, and goes where LocalStack's setting says.
start_in_container --hostname another --env LAMBDA_DOCKER_NETWORK=ruststack-ci
await none_is_left
"$python" .ci/talk.py "$URL"
[ "$(networks)" = ruststack-ci ]
docker stop "$inner" >/dev/null
[ "$(docker inspect --format '{{.State.ExitCode}}' "$inner")" -eq 0 ]
docker rm "$inner" >/dev/null
trap "$at_end" EXIT
docker network rm ruststack-ci >/dev/null
# Nothing of it all is left behind.
none_is_left
