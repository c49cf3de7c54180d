# Sourced by steps that need containers: a Docker engine, ours unless one runs already, and a base image.
# What is made stays in $CI_SCRATCH for the next step; the engine ends with the step that started it.
engine=$CI_SCRATCH/docker
mkdir -p "$engine"

start_engine() {
    docker version >/dev/null 2>&1 && return
    export DOCKER_HOST=unix://$engine/docker.sock
    dockerd --data-root "$engine/data" --exec-root "$engine/exec" --pidfile "$engine/pid" --host "$DOCKER_HOST" \
        >"$engine/log" 2>&1 &
    dockerd=$!
    for _ in $(seq 60); do
        docker version >/dev/null 2>&1 && return
        kill -0 "$dockerd" || break
        sleep 0.5
    done
    cat "$engine/log"
    return 1
}

stop_engine() {
    [ -n "${dockerd:-}" ] || return 0
    kill "$dockerd"
    wait "$dockerd" || true
    umount --quiet "$engine"/exec/netns/* || true
}

# ruststack-ci-base, a stand-in for python:slim. It takes this machine's certificates and pip settings along, so that builds
# reach the same package index as this machine.
make_base() {
    docker image inspect ruststack-ci-base >/dev/null 2>&1 && return
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
}
