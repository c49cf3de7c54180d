# Sourced after engine.sh by steps that pull images: a registry of ours on the loopback interface, at $REGISTRY, on a port that it chooses.

start_registry() {
    local folder=$CI_SCRATCH/registry
    mkdir -p "$folder"
    printf '%s\n' 'version: 0.1' "storage: {filesystem: {rootdirectory: '$folder/data'}}" 'http: {addr: "127.0.0.1:0"}' >"$folder/config.yml"
    docker-registry serve "$folder/config.yml" >"$folder/log" 2>&1 &
    registry=$!
    for _ in $(seq 600); do
        REGISTRY=$(sed -n 's/.*listening on \(127[0-9.]*:[0-9]*\).*/\1/p' "$folder/log")
        [ -z "$REGISTRY" ] || return 0
        kill -0 "$registry" || break
        sleep 0.1
    done
    cat "$folder/log"
    return 1
}

stop_registry() {
    [ -z "${registry:-}" ] || { kill "$registry"; wait "$registry" || true; }
    registry=
}
