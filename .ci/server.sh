# Sourced by steps that need a server of ours: start_server COMMAND..., then $URL; it ends with the step, and before what $at_end ends.

stop_server() {
    kill -TERM "$server" 2>/dev/null || true
    wait "$server"
}

# The command must take a --port. Waits for the line that says Ready.
start_server() {
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    "$@" --port "$port" >"$CI_SCRATCH/server.log" 2>&1 &
    server=$!
    trap 'stop_server || true; cat "$CI_SCRATCH/server.log"; eval "${at_end:-}"' EXIT
    URL=http://127.0.0.1:$port
    for _ in $(seq 100); do
        grep -q "Ready" "$CI_SCRATCH/server.log" && return
        kill -0 "$server" || break
        sleep 0.1
    done
    echo "the server did not say that it is ready" >&2
    return 1
}
