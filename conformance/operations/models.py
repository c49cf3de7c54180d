"""botocore's service models: one whole, or the head of every one, which says how its requests are recognised."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import botocore
import botocore.exceptions
import botocore.loaders

# A model begins with its metadata, so that the head of a file tells all of it.
_HEAD_BYTES = 4096
_ENTRY = re.compile(rb'"(signingName|endpointPrefix|targetPrefix|serviceId)":\s*"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Head:
    """A service in botocore's words: the name in a signature's scope, in a host, in X-Amz-Target and in a CBOR path."""

    service: str
    signing_name: str
    endpoint_prefix: str
    target_prefix: str
    service_id: str


@lru_cache(maxsize=64)
def model(service: str) -> dict[str, Any]:
    """botocore's service-2.json; empty for a service that has none (an API behind execute-api)."""
    try:
        loaded: dict[str, Any] = botocore.loaders.Loader().load_service_model(service, "service-2")
    except botocore.exceptions.UnknownServiceError:
        return {}
    return loaded


@lru_cache(maxsize=64)
def all_operations(service: str) -> tuple[str, ...]:
    """The names of every operation in the service's model, sorted."""
    return tuple(sorted(model(service).get("operations", ())))


@lru_cache(maxsize=1)
def heads() -> tuple[Head, ...]:
    """Every service that botocore knows, in order of its name."""
    folder = Path(botocore.__file__).parent / "data"
    files = {path.parent.parent.name: path for path in sorted(folder.glob("*/*/service-2.json.gz"))}
    return tuple(_head(service, path) for service, path in sorted(files.items()))


def signing_name(service: str) -> str:
    """What a signature's scope calls the service: ``monitoring`` for cloudwatch."""
    return next((each.signing_name for each in heads() if each.service == service), service)


def _head(service: str, path: Path) -> Head:
    with gzip.open(path) as file:
        entries = {name.decode(): value.decode() for name, value in _ENTRY.findall(file.read(_HEAD_BYTES))}
    prefix = entries.get("endpointPrefix", service)
    return Head(
        service,
        entries.get("signingName", prefix),
        prefix,
        entries.get("targetPrefix", ""),
        entries.get("serviceId", ""),
    )
