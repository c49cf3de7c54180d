"""``python -m tools.peers``: install, start, stop and list the emulators that we compare ourselves with."""

from __future__ import annotations

import argparse
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tools.peers.catalogue import PEERS, Peer
from tools.peers.install import NoSuitablePython, install, is_installed, peers_folder
from tools.peers.launch import DidNotStart, Running, start, stop, stop_group
from tools.peers.lock import lock
from tools.peers.maven import NotInstallable

EXAMPLES = """\
examples:
  python3 -m tools.peers install localstack moto     each into a venv of its own, from locks/NAME.txt
  python3 -m tools.peers install dynamodb-local      its jars, by Maven; needs Java 17
  python3 -m tools.peers install dynalite            its packages, by npm; needs Node 20
  python3 -m tools.peers start localstack            in the foreground on a free port; installs it if need be;
                                                     prints one line `localstack http://127.0.0.1:PORT` when it answers;
                                                     Ctrl-C (or SIGTERM) stops it and removes its data
  python3 -m tools.peers start localstack --port 4599 --background
  python3 -m tools.peers stop localstack --port 4599

Peers live in .peers, or where RUSTSTACK_PEERS_DIR says. They run on this host: no Docker, no root, only 127.0.0.1.
"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser("tools.peers", description=__doc__, epilog=EXAMPLES)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    verbs = parser.add_subparsers(dest="verb", required=True)
    names = sorted(PEERS)
    for verb, text in (("install", "install peers"), ("lock", "write the hashed locks anew (needs uv)")):
        many = verbs.add_parser(verb, help=text)
        many.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names)}; none means all")
    starting = verbs.add_parser("start", help="start a peer; prints its URL when it answers")
    starting.add_argument("name", choices=names)
    starting.add_argument("--port", type=int, help="default: a free one")
    starting.add_argument("--background", action="store_true", help="return when it answers; see stop")
    stopping = verbs.add_parser("stop", help="stop peers that were started in the background")
    stopping.add_argument("name", choices=names)
    which = stopping.add_mutually_exclusive_group(required=True)
    which.add_argument("--port", type=int, help="the one on this port")
    which.add_argument("--all", action="store_true", help="all of them, whoever started them")
    verbs.add_parser("list", help="what there is, and what is installed")
    chosen = parser.parse_args(arguments)
    try:
        return _run(chosen)
    except (NoSuitablePython, NotInstallable, DidNotStart, subprocess.CalledProcessError) as problem:
        print(f"tools.peers: {problem}", file=sys.stderr)
        return 1


def _run(chosen: argparse.Namespace) -> int:
    match chosen.verb:
        case "install":
            for peer in _peers(chosen.names):
                install(peer)
                print(f"{peer.name} installed ({peer.requirement})")
        case "lock":
            for peer in _peers(chosen.names):
                lock(peer)
        case "list":
            for peer in PEERS.values():
                print(f"{peer.name:12} {peer.requirement:40} {'installed' if is_installed(peer) else '-'}")
        case "start":
            return _start(PEERS[chosen.name], chosen.port, chosen.background)
        case "stop":
            return _stop(PEERS[chosen.name], chosen.port)
    return 0


def _peers(names: list[str]) -> list[Peer]:
    unknown = sorted(set(names) - set(PEERS))
    if unknown:
        raise SystemExit(f"tools.peers: no peer is called {', '.join(unknown)}; there are {', '.join(PEERS)}")
    return [PEERS[name] for name in names or PEERS]


def _start(peer: Peer, port: int | None, background: bool) -> int:
    install(peer)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    running = start(peer, port)
    print(f"{peer.name} {running.url}", flush=True)
    if background:
        (running.data / "pid").write_text(f"{running.process.pid}\n")
        return 0
    return _wait(running)


def _wait(running: Running) -> int:
    try:
        return running.process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        stop(running)


def _stop(peer: Peer, port: int | None) -> int:
    found = sorted((peers_folder() / peer.name / "runs").glob(f"{port or '*'}-*/pid"))
    for record in found:
        stop_group(int(record.read_text()))
        shutil.rmtree(Path(record).parent, ignore_errors=True)
    print(f"{peer.name}: {len(found)} stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
