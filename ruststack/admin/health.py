"""What health checks and LocalStack users' tools ask; answered without loading FastAPI."""

from __future__ import annotations

import os
import platform
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from ruststack import __version__
from ruststack.services import SERVICES

if TYPE_CHECKING:
    from ruststack.app import App

EDITION: Final = "ruststack"
_SESSION: Final = os.urandom(16).hex()
_STARTED: Final = time.monotonic()


def health(app: App) -> dict[str, Any]:
    """Each service is running (in use), available (on first use) or disabled (by a setting)."""
    return {
        "status": "running",
        "services": {name: _status(app, name) for name in sorted(SERVICES)},
        "edition": EDITION,
        "version": __version__,
    }


def info(app: App) -> dict[str, Any]:
    """LocalStack's page about itself, with its members."""
    return {
        "version": __version__,
        "edition": EDITION,
        "is_license_activated": False,
        "session_id": _SESSION,
        "machine_id": "",
        "system": platform.platform(terse=True),
        "is_docker": os.path.exists("/.dockerenv"),
        "server_time_utc": datetime.fromtimestamp(app.clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "uptime": int(time.monotonic() - _STARTED),
    }


def init(app: App) -> dict[str, Any]:
    """LocalStack's page about its start and the scripts it ran; there are none here, and who answers is ready."""
    return {"completed": {"BOOT": True, "START": True, "READY": True, "SHUTDOWN": False}, "scripts": []}


def ready(app: App) -> dict[str, Any]:
    """The part of it that scripts wait for."""
    return {"completed": True, "scripts": []}


def _status(app: App, name: str) -> str:
    if not app.is_wanted(name):
        return "disabled"
    return "running" if name in app.mounts else "available"
