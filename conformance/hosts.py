"""AWS's own hosts: where each service of a region is found, and for which region a request to it is signed."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import botocore.loaders
import botocore.regions

from conformance.operations import model

_AWS_HOST = re.compile(r"(?:^|\.)(?:amazonaws\.com(?:\.cn)?|api\.aws|on\.aws|api\.amazonwebservices\.com\.cn)$")

# Regions whose website hosts have a dash before the region. Source: S3 user guide, "Website endpoints".
_DASHED = re.compile(r"us-(?:east-1|west-[12]|gov-west-1)|ap-(?:southeast-[12]|northeast-1)|eu-west-1|sa-east-1")


def host_of(service: str, region: str) -> str:
    """``dynamodb.eu-west-1.amazonaws.com``, ``iam.amazonaws.com``; ``service`` is botocore's name of it."""
    return str(_found(service, region).get("hostname") or f"{service}.{region}.amazonaws.com")


def is_aws_host(host: str) -> bool:
    return bool(_AWS_HOST.search(host))


def origin_of(host: str) -> str:
    """The URL under which AWS's host is reached: websites in buckets have no HTTPS."""
    return f"http://{host}" if ".s3-website" in host else f"https://{host}"


def website_of(bucket: str, region: str) -> str:
    """The host under which a bucket's website is served."""
    return f"{bucket}.s3-website{'-' if _DASHED.fullmatch(region) else '.'}{region}.amazonaws.com"


def signing_region(service: str, region: str) -> str:
    """The region in the signature's scope: a global service has one for all."""
    return str(_found(service, region).get("credentialScope", {}).get("region") or region)


@lru_cache(maxsize=512)
def _found(service: str, region: str) -> dict[str, Any]:
    prefix = model(service).get("metadata", {}).get("endpointPrefix", service)
    return _resolver().construct_endpoint(prefix, region) or {}


@lru_cache(maxsize=1)
def _resolver() -> Any:
    return botocore.regions.EndpointResolver(botocore.loaders.Loader().load_data("endpoints"))
