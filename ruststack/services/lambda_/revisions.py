"""RevisionId: differs after each change of a version or alias, of its policy and tags too."""

from __future__ import annotations

from dataclasses import replace

from ruststack.kit import Context
from ruststack.services.lambda_.state import LATEST, Function


def revision_id(function: Function, qualifier: str) -> str:
    """Of the alias or version that a qualifier names, ``$LATEST`` by default."""
    alias = function.aliases.get(qualifier)
    if alias is not None:
        return alias.revision_id
    version = function.version(qualifier or LATEST)
    assert version is not None
    return version.revision_id


def revise(ctx: Context, function: Function, qualifier: str) -> None:
    """Give it another RevisionId."""
    changed = ctx.ids.uuid()
    if qualifier in function.aliases:
        function.aliases[qualifier] = replace(function.aliases[qualifier], revision_id=changed)
    elif qualifier in function.versions:
        function.versions[qualifier] = replace(function.versions[qualifier], revision_id=changed)
    else:
        function.latest = replace(function.latest, revision_id=changed)
