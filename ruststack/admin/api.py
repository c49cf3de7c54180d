"""The control API: reset, snapshots, clock, seed, journal. Handlers run on the event loop, between two AWS requests."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI, HTTPException, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from ruststack import __version__
from ruststack.admin import health, page
from ruststack.core.journal import Entry
from ruststack.core.snapshot import Snapshot

if TYPE_CHECKING:
    from ruststack.app import App

MAX_SNAPSHOTS: Final = 100


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Reset(_Body):
    account: str | None = Field(
        default=None, pattern=r"^\d{12}$", description="Only what belongs to this account alone."
    )


class Name(_Body):
    name: str = Field(default="default", min_length=1, max_length=200, description="What the snapshot is called.")


class ClockMove(_Body):
    freeze: bool | float | datetime | None = Field(
        default=None, description="true to stop now, or the instant to stop at (seconds since the epoch, or ISO 8601)."
    )
    advance: float | None = Field(default=None, description="Seconds to move on.", allow_inf_nan=False)
    resume: bool = Field(default=False, description="true to let time run on from where it stands.")

    @model_validator(mode="after")
    def _moves(self) -> ClockMove:
        if self.freeze in (None, False) and self.advance is None and not self.resume:
            raise ValueError("say freeze, advance or resume")
        return self


class Seed(_Body):
    seed: int | None = Field(description="A whole number, or null for random identifiers.")


class Place(_Body):
    to: int = Field(ge=0, description="How many journaled operations to keep.")


class ClockState(BaseModel):
    now: float = Field(description="Seconds since the epoch.")
    iso: str
    is_frozen: bool
    offset_s: float = Field(description="How far ahead of the machine's time.")


def create(app: App) -> FastAPI:
    """The API of one emulator."""
    api = FastAPI(
        title="RustStack",
        version=__version__,
        summary="Control of a running emulator.",
        openapi_url="/_ruststack/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    api.add_exception_handler(RequestValidationError, _invalid)
    _add_pages(api, app)
    _add_snapshots(api, app)
    _add_clock(api, app)
    _add_journal(api, app)
    return api


async def _invalid(request: Request, error: Exception) -> Response:
    """FastAPI's own answer, but for text that JSON can hold and UTF-8 cannot."""
    assert isinstance(error, RequestValidationError)
    body = json.dumps({"detail": jsonable_encoder(error.errors())})
    return Response(body, 422, media_type="application/json")


def _add_pages(api: FastAPI, app: App) -> None:
    @api.get("/_ruststack/health")
    async def get_health() -> dict[str, Any]:
        """Version, and each service's status: running, available or disabled."""
        return health.health(app)

    @api.get("/_ruststack/docs", include_in_schema=False)
    async def get_docs() -> HTMLResponse:
        return HTMLResponse(page.render(api.openapi()))


def _add_snapshots(api: FastAPI, app: App) -> None:
    snapshots: dict[str, Snapshot] = {}

    @api.post("/_localstack/state/reset", include_in_schema=False)
    @api.post("/_ministack/reset", include_in_schema=False)
    async def reset_everything() -> dict[str, str]:
        app.reset()
        return {"status": "ok"}

    @api.post("/_ruststack/reset")
    async def reset(body: Reset | None = None) -> dict[str, str]:
        """Forget all state. Clock and identifiers go back to their start; snapshots stay."""
        if body is None or body.account is None:
            app.reset()
        else:
            app.forget(body.account)
        return {"status": "ok"}

    @api.get("/_ruststack/snapshots")
    async def list_snapshots() -> list[str]:
        """The names of the snapshots held, in the order they were taken."""
        return list(snapshots)

    @api.post("/_ruststack/snapshot")
    async def snapshot(body: Name | None = None) -> dict[str, str]:
        """Hold the world as it is now, under a name; an earlier one of that name is replaced."""
        name = (body or Name()).name
        snapshots.pop(name, None)
        if len(snapshots) >= MAX_SNAPSHOTS:
            raise HTTPException(409, f"{MAX_SNAPSHOTS} snapshots are held: delete one first")
        snapshots[name] = app.snapshot()
        return {"name": name}

    @api.post("/_ruststack/restore")
    async def restore(body: Name | None = None) -> dict[str, str]:
        """Go back to a snapshot; it can be restored any number of times."""
        name = (body or Name()).name
        app.restore(found(name))
        return {"name": name}

    @api.delete("/_ruststack/snapshots/{name}")
    async def delete_snapshot(name: str) -> dict[str, str]:
        """Let go of a snapshot."""
        found(name)
        del snapshots[name]
        return {"name": name}

    def found(name: str) -> Snapshot:
        if name not in snapshots:
            raise HTTPException(404, f"no snapshot is called {name!r}")
        return snapshots[name]


def _add_clock(api: FastAPI, app: App) -> None:
    @api.get("/_ruststack/clock")
    async def get_clock() -> ClockState:
        """The emulator's time."""
        clock = app.clock
        now = clock.now()
        return ClockState(now=now, iso=_iso(now), is_frozen=clock.is_frozen, offset_s=clock.offset_s)

    @api.post("/_ruststack/clock")
    async def move_clock(body: ClockMove) -> ClockState:
        """Freeze, advance or resume time. What time alone brings about (lifecycle, expiry) is applied at once."""
        instant = body.freeze.timestamp() if isinstance(body.freeze, datetime) else body.freeze
        try:
            datetime.fromtimestamp(float(instant or 0), UTC)
            datetime.fromtimestamp(app.clock.now() + (body.advance or 0), UTC)
        except (ValueError, OverflowError, OSError):
            raise HTTPException(422, "that instant is beyond the calendar") from None
        if body.resume:
            app.timeline.resume()
        if instant not in (None, False):
            app.timeline.freeze(None if instant is True else instant)
        if body.advance is not None:
            app.timeline.advance(body.advance)
        return await get_clock()

    @api.post("/_ruststack/seed")
    async def seed(body: Seed) -> dict[str, int | None]:
        """Make the identifiers that follow reproducible."""
        app.timeline.seed(body.seed)
        return {"seed": body.seed}


def _add_journal(api: FastAPI, app: App) -> None:
    @api.get("/_ruststack/journal")
    async def get_journal(start: int = 0, limit: int = 100) -> dict[str, Any]:
        """The operations that changed the state, in order, since the start, the last reset or the last restore."""
        timeline = app.timeline
        entries = timeline.history()
        page = entries[max(0, start) : max(0, start) + max(0, limit)]
        return {"is_on": timeline.journal is not None, "count": len(entries), "entries": [_entry(e) for e in page]}

    @api.post("/_ruststack/rewind")
    async def rewind(body: Place) -> dict[str, int]:
        """Go back to where the first ``to`` journaled operations had been done, and no others."""
        try:
            await app.rewind(body.to)
        except IndexError as error:
            raise HTTPException(409, str(error)) from None
        return {"count": body.to}


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "time": _iso(entry.time),
        "account": entry.account,
        "region": entry.region,
        "service": entry.service,
        "operation": entry.operation,
        "input": entry.input,
        "blobs": [{"size": blob.size} for blob in entry.blobs],
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
