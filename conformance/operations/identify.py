"""Which operation a request is, by the marks of each of AWS's protocols."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

from conformance.exchange import Request
from conformance.operations import rest, s3
from conformance.operations.invoke import INVOKED
from conformance.operations.models import all_operations, model

UNKNOWN = ""
_CBOR_PATH = re.compile(r"/service/[^/]+/operation/([A-Za-z0-9]+)/?")
_FORM_LIMIT = 1024 * 1024
_REST = ("rest-json", "rest-xml")


def identify(request: Request, service: str) -> str:
    """``s3.GetObject``; empty when the request is none of the service's operations."""
    if service in INVOKED:
        return f"{service}.Invoke"
    name = _name(request, service)
    return f"{service}.{name}" if name else UNKNOWN


def _name(request: Request, service: str) -> str:
    target = request.header("x-amz-target")
    if target:
        return _known(target.rpartition(".")[2], service)
    if service == "s3":
        return s3.find(request)
    if model(service).get("metadata", {}).get("protocol") in _REST:
        return rest.find(request, service)
    path = _CBOR_PATH.fullmatch(request.path)
    return _known(path.group(1) if path else action(request), service)


def _known(name: str, service: str) -> str:
    return name if name in all_operations(service) else UNKNOWN


def action(request: Request) -> str:
    """The Action of the query protocol, from the query string or a form; empty when there is none."""
    form = request.body.decode("latin-1") if b"Action=" in request.body[:_FORM_LIMIT] else ""
    found = parse_qs(request.query).get("Action") or parse_qs(form).get("Action")
    return found[0] if found else ""
