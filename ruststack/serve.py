"""`ruststack start`: listen, say so in one line, serve until told to stop, let go in order."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from typing import Final

from ruststack.app import App
from ruststack.config import Config, local_url, not_there_yet
from ruststack.core.errors import CannotStart
from ruststack.log import RequestLog
from ruststack.runtime import loop

DRAIN_S: Final = 5.0
BAD_USAGE: Final = 2
# Requests leave next to no cycles, and what they keep makes each look for them longer: filling a table of 100,000 items
# took a third less processor time so than by Python's own thresholds.
_COLLECTED_AFTER: Final = (20_000, 20, 50)


def serve(config: Config) -> int:
    """Serve until SIGTERM or SIGINT; the exit code: 0, or 2 when an address cannot be had."""
    return loop.run(_serve(config))


async def _serve(config: Config) -> int:
    stop = asyncio.Event()
    running = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(signum, stop.set)
    log = RequestLog(config.log)
    try:
        app = App(config, log=log)
        await app.load()
    except CannotStart as error:
        print(f"ruststack: {error}", file=sys.stderr)
        return BAD_USAGE
    try:
        for variable in not_there_yet(config):
            log.note(f"{variable} is understood, but that service is not in this version yet: its requests answer 501.")
        urls = await _listen(app, config)
        if urls is None:
            return BAD_USAGE
        gc.set_threshold(*_COLLECTED_AFTER)
        gc.enable()
        print("Ready.", *urls, flush=True)
        await stop.wait()
    finally:
        await app.stop(DRAIN_S)
        log.flush()
    return 0


async def _listen(app: App, config: Config) -> list[str] | None:
    urls = []
    for host, port in config.addresses():
        try:
            bound = await app.start(host, port)
        except OSError as error:
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
            print(f"ruststack: cannot listen on {host}:{port}: {reason}", file=sys.stderr)
            return None
        urls.append(local_url(host, bound))
    return urls
