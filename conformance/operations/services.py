"""Which service a request speaks to: by its signature, else by X-Amz-Target, host, path or Action; else it is S3's."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import unquote

from conformance.exchange import Request
from conformance.operations import invoke
from conformance.operations.identify import action, identify
from conformance.operations.models import Head, heads

DEFAULT = "s3"
# Several models share a name in the scope; the one that most requests speak to is tried first.
_ELDEST = ("s3", "dynamodb", "events", "apigateway", "iam", "lambda", "ses", "rds", "es", "sagemaker")
_CBOR_PATH = re.compile(r"/service/([^/]+)/operation/[A-Za-z0-9]+/?")
_ANONYMOUS_STS = ("AssumeRoleWithSAML", "AssumeRoleWithWebIdentity", "GetCallerIdentity", "AssumeRole")


def service_of(request: Request) -> str:
    """botocore's name of the service (``cloudwatch`` for the scope ``monitoring``); ``s3`` when nothing tells."""
    signed = _scope(request)
    if signed and signed != invoke.APIS:
        return _among(_signers().get(signed, ()), request) or signed
    invoked = invoke.find(request)
    if invoked:
        return invoked
    if signed:
        return "apigatewaymanagementapi" if "/@connections/" in request.path else signed
    return _by_target(request) or _by_path(request) or _by_host(request) or _by_action(request) or DEFAULT


def _scope(request: Request) -> str:
    """The service in the credential scope, in the header or the query; empty when the request is unsigned."""
    text = request.header("authorization") or unquote(request.query)
    _, found, rest = text.partition("Credential=")
    parts = rest.partition(",")[0].partition("&")[0].split("/")
    return parts[3] if found and len(parts) >= 5 else ""


def _among(candidates: tuple[Head, ...], request: Request) -> str:
    """Of services that sign alike, the one whose target prefix or operation it is; else the eldest."""
    if len(candidates) > 1:
        prefix = _target_prefix(request)
        for each in candidates:
            if prefix == each.target_prefix if prefix else identify(request, each.service):
                return each.service
    return candidates[0].service if candidates else ""


def _target_prefix(request: Request) -> str:
    return (request.header("x-amz-target") or "").rpartition(".")[0]


def _by_target(request: Request) -> str:
    prefix = _target_prefix(request)
    return next((each.service for each in heads() if prefix and each.target_prefix == prefix), "")


def _by_path(request: Request) -> str:
    """RPC v2 CBOR names the service in the path, in one word."""
    found = _CBOR_PATH.fullmatch(request.path)
    if not found:
        return ""
    name = found.group(1)
    return next(
        (each.service for each in heads() if name in (each.service_id.replace(" ", ""), each.target_prefix)), ""
    )


def _by_host(request: Request) -> str:
    """``sqs.us-east-1.amazonaws.com``, ``streams.dynamodb...``, ``dynamodb.localhost``; a bucket is no service."""
    host = (request.header("host") or "").partition(":")[0]
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or any(label.startswith("s3") for label in labels):
        return ""
    for prefix in (".".join(labels[:2]), labels[0]):
        found = tuple(each for each in _eldest_first() if each.endpoint_prefix == prefix)
        if found:
            return _among(found, request)
    return ""


def _by_action(request: Request) -> str:
    return "sts" if request.method == "POST" and action(request) in _ANONYMOUS_STS else ""


@lru_cache(maxsize=1)
def _eldest_first() -> tuple[Head, ...]:
    return tuple(sorted(heads(), key=lambda head: head.service not in _ELDEST))


@lru_cache(maxsize=1)
def _signers() -> dict[str, tuple[Head, ...]]:
    found: dict[str, tuple[Head, ...]] = {}
    for head in _eldest_first():
        found[head.signing_name] = (*found.get(head.signing_name, ()), head)
    return found
