"""Requests that are no API calls but an application's own traffic: which API or function they are for."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from ruststack.core.http import Request

_CACHED: Final = 1024
_BY_LABEL: Final = {"execute-api": "apigateway", "lambda-url": "lambda"}
_USER_REQUEST: Final = "_user_request_"


class Front(NamedTuple):
    """Where a request came in.

    ``service`` is botocore's name of the service that answers; ``name`` the API's or function URL's id; ``region`` as
    the host says, empty if it says none. ``stage`` is None where the path itself tells it (a host of its own), and
    ``path`` is the raw path that follows the stage, or all of it.
    """

    service: str
    name: str
    region: str
    stage: str | None
    path: str


def front_of(request: Request) -> Front | None:
    """What application a request is for, or None for a call of an AWS API.

    ``{id}.execute-api.{region}.…``, ``{id}.execute-api.…``, ``{id}.lambda-url.{region}.…``; ``/restapis/{id}/{stage}/
    _user_request_/…``, ``/_aws/execute-api/{id}/{stage}/…`` and ``/_aws/lambda-url/{id}/…``.
    """
    path = request.path
    if path.startswith("/_aws/execute-api/"):
        _, _, _, name, stage, rest = (*path.split("/", 5), "", "")[:6]
        return Front("apigateway", name, "", stage, f"/{rest}") if name else None
    if path.startswith("/_aws/lambda-url/"):
        _, _, _, name, rest = (*path.split("/", 4), "")[:5]
        return Front("lambda", name, "", None, f"/{rest}") if name else None
    if path.startswith("/restapis/") and _USER_REQUEST in path:
        pieces = path.split("/", 5)
        if len(pieces) > 4 and pieces[4] == _USER_REQUEST:
            return Front("apigateway", pieces[2], "", pieces[3], "/" + "".join(pieces[5:]))
    host = request.headers.get("host", "")
    if ".execute-api." in host or ".lambda-url." in host:
        found = _of_host(host)
        if found is not None:
            return Front(*found, None, path)
    return None


@lru_cache(_CACHED)
def _of_host(host: str) -> tuple[str, str, str] | None:
    labels = host.partition(":")[0].lower().split(".")
    service = _BY_LABEL.get(labels[1])
    if service is None:
        return None
    region = labels[2] if len(labels) > 2 and labels[2].count("-") >= 2 and labels[2][-1].isdigit() else ""
    return service, labels[0], region
