"""Versions come to be: by PublishVersion, and by Publish beside other operations."""

from __future__ import annotations

from dataclasses import replace

from ruststack.kit import Context
from ruststack.services.lambda_.state import Function, Version


def publish(ctx: Context, function: Function, description: str | None = None) -> Version:
    """A version that is as ``$LATEST`` is; the newest version again if nothing has changed since.

    Unknown: whether an update that changes nothing makes a new version; publishing, updating the timeout to what it is
    and publishing again would tell. Here it does.
    """
    latest = function.latest
    newest = function.versions.get(str(function.published))
    if newest is not None and newest.change == latest.change:
        return newest
    function.published += 1
    settings = dict(latest.settings)
    if description is not None:
        settings["Description"] = description
    if settings["SnapStart"]["ApplyOn"] == "PublishedVersions":
        settings["SnapStart"] = {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}
    number = str(function.published)
    version = replace(latest, number=number, settings=settings, revision_id=ctx.ids.uuid())
    function.versions[number] = version
    function.latest = replace(latest, revision_id=ctx.ids.uuid())
    return version
