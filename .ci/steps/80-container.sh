# The Dockerfile, on a base image made here from Debian's packages, and the container that it makes: healthy, unprivileged,
# and it answers; then the same by docker-compose.yml. The engine is ours unless one runs already.
source .ci/engine.sh
trap stop_engine EXIT
start_engine
docker version --format 'engine {{.Server.Version}}'
make_base

docker build --quiet --network host --build-arg BASE_IMAGE=ruststack-ci-base --tag ruststack .
docker image inspect --format 'image of {{.Size}} bytes, user {{.Config.User}}' ruststack

container=$(docker run --detach --publish 127.0.0.1::4566 --read-only --tmpfs /tmp:exec --cap-drop ALL ruststack)
address=$(docker port "$container" 4566/tcp | head -1)
for _ in $(seq 60); do
    health=$(docker inspect --format '{{.State.Health.Status}}' "$container")
    [ "$health" = starting ] || break
    sleep 0.5
done
docker logs "$container"
echo "health: $health"
[ "$health" = healthy ]
[ "$(docker exec "$container" id --user)" -ne 0 ]
.venv/bin/python .ci/talk.py "http://$address"
docker stop "$container" >/dev/null
[ "$(docker inspect --format '{{.State.ExitCode}}' "$container")" -eq 0 ]
docker rm "$container" >/dev/null

# docker compose up, as the README says it, with Debian's compose; the plug-in reads the same file.
compose() { BASE_IMAGE=ruststack-ci-base docker-compose --ansi never --project-name ruststack-ci "$@"; }
compose up --detach
for _ in $(seq 60); do
    health=$(docker inspect --format '{{.State.Health.Status}}' "$(compose ps --quiet ruststack)")
    [ "$health" = starting ] || break
    sleep 0.5
done
compose logs
echo "health: $health"
[ "$health" = healthy ]
.venv/bin/python .ci/talk.py http://127.0.0.1:4566
compose down
