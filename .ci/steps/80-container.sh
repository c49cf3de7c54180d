# The Dockerfile, on a base image made here from Debian's packages, and the container that it makes: healthy, unprivileged,
# and it answers; then the same by docker-compose.yml. The engine is ours unless one runs already.
engine=$CI_SCRATCH/docker
mkdir -p "$engine"
if ! docker version >/dev/null 2>&1; then
    export DOCKER_HOST=unix://$engine/docker.sock
    dockerd --data-root "$engine/data" --exec-root "$engine/exec" --pidfile "$engine/pid" --host "$DOCKER_HOST" \
        >"$engine/log" 2>&1 &
    dockerd=$!
    trap 'kill "$dockerd"; wait "$dockerd" || true; umount --quiet "$engine"/exec/netns/* || true' EXIT
    for _ in $(seq 60); do
        docker version >/dev/null 2>&1 && break
        kill -0 "$dockerd" || { cat "$engine/log"; exit 1; }
        sleep 0.5
    done
fi
docker version --format 'engine {{.Server.Version}}'

# A stand-in for python:slim. It takes this machine's certificates and pip settings along, so that the build reaches the
# same package index as this machine.
base=$engine/base
mkdir -p "$base"
sources=/etc/apt/sources.list
[ -s "$sources" ] || sources=/etc/apt/sources.list.d/debian.sources
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mmdebstrap --quiet --variant=minbase --include=python3,python3-venv,ca-certificates "$suite" "$base/rootfs.tar" "$sources"
cp /etc/ssl/certs/ca-certificates.crt "$base/"
python3 -m pip config list | sed -n "s/^\(global\|:env:\)\.\([a-z-]*\)='\(.*\)'$/\2 = \3/p" |
    grep -E '^(cert|index-url|extra-index-url|trusted-host|default-timeout) ' | sort -u -k1,1 |
    { echo "[global]"; cat; } >"$base/pip.conf"
docker import "$base/rootfs.tar" ruststack-ci-rootfs >/dev/null
rm "$base/rootfs.tar"
printf '%s\n' 'FROM ruststack-ci-rootfs' 'COPY ca-certificates.crt /etc/ssl/certs/' 'COPY pip.conf /etc/' >"$base/Dockerfile"
docker build --quiet --tag ruststack-ci-base "$base"

docker build --quiet --network host --build-arg BASE_IMAGE=ruststack-ci-base --tag ruststack .
docker image inspect --format 'image of {{.Size}} bytes, user {{.Config.User}}' ruststack

container=$(docker run --detach --publish 127.0.0.1::4566 --read-only --tmpfs /tmp --cap-drop ALL ruststack)
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
.venv/bin/python .ci/talk_s3.py "http://$address"
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
.venv/bin/python .ci/talk_s3.py http://127.0.0.1:4566
compose down
