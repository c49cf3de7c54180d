"""Which container image a function runs in: AWS's base images, unless the settings name others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from ruststack.core.functions import CannotRun, Image, Revision

_BASE: Final = "public.ecr.aws/lambda/"
_FORMS: Final = (
    (re.compile(r"(python|ruby)(\d+\.\d+)"), "{}:{}"),
    (re.compile(r"(nodejs)(\d+)\.x"), "{}:{}"),
    (re.compile(r"(java)(\d+(?:\.al2)?)"), "{}:{}"),
    (re.compile(r"(dotnet)(\d+)"), "{}:{}"),
    (re.compile(r"(provided)\.(al\d+)"), "{}:{}"),
)


def of(revision: Revision, named: Mapping[str, str]) -> tuple[str, str]:
    """The image, and what is wrong if it is not to be had: a StateReasonCode. Raises CannotRun."""
    if isinstance(revision.package, Image):
        return revision.package.uri, "ImageAccessDenied"
    if revision.runtime in named:
        return named[revision.runtime], "InvalidRuntime"
    for form, name in _FORMS:
        found = form.fullmatch(revision.runtime)
        if found is not None:
            return _BASE + name.format(*found.groups()), "InvalidRuntime"
    raise CannotRun("InvalidRuntime", f"There is no image for the runtime {revision.runtime}.")
