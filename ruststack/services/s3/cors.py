"""A bucket's CORS configuration: stored, and matched against an origin, a method and headers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3.bucket_errors import NoSuchCORSConfiguration
from ruststack.services.s3.errors import InvalidRequest, MalformedXML
from ruststack.services.s3.state import Bucket

_METHODS = frozenset(("GET", "PUT", "HEAD", "POST", "DELETE"))
_RULE_LIMIT = 100


@lru_cache(maxsize=1024)
def _star(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern in which only the star is special."""
    return re.compile(re.escape(pattern).replace(r"\*", ".*") + r"\Z", flags)


@operation("PutBucketCors")
def put_bucket_cors(ctx: Context, req: Input) -> None:
    """Replace all rules. Raises NoSuchBucket, MalformedXML, InvalidRequest. Source: API_PutBucketCors; recordings."""
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    rules = req["CORSConfiguration"]["CORSRules"]
    if not rules:
        raise MalformedXML()
    if len(rules) > _RULE_LIMIT:
        raise InvalidRequest(f"The number of CORS rules should not exceed allowed limit of {_RULE_LIMIT} rules.")
    for rule in rules:
        _check(rule)
    bucket.configuration["CORSConfiguration"] = {"CORSRules": rules}


def _check(rule: Mapping[str, Any]) -> None:
    if not rule.get("AllowedOrigins") or not rule.get("AllowedMethods"):
        raise MalformedXML()
    for method in rule["AllowedMethods"]:
        if method not in _METHODS:
            raise InvalidRequest(f"Found unsupported HTTP method in CORS config. Unsupported method is {method}")
    for member, name in (("AllowedOrigins", "AllowedOrigin"), ("AllowedHeaders", "AllowedHeader")):
        for pattern in rule.get(member, ()):
            if pattern.count("*") > 1:
                raise InvalidRequest(f'{name} "{pattern}" can not have more than one wildcard.')
    for header in rule.get("ExposeHeaders", ()):
        if "*" in header:
            raise InvalidRequest(
                f'ExposeHeader "{header}" contains wildcard. We currently do not support wildcard for ExposeHeader.'
            )


@operation("GetBucketCors")
def get_bucket_cors(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, NoSuchCORSConfiguration. Source: API_GetBucketCors; recorded answers."""
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    stored: Output | None = bucket.configuration.get("CORSConfiguration")
    if stored is None:
        raise NoSuchCORSConfiguration(BucketName=bucket.name)
    return stored


@operation("DeleteBucketCors")
def delete_bucket_cors(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket. Source: API_DeleteBucketCors; recorded answers."""
    ctx.state.bucket(req["Bucket"]).configuration.pop("CORSConfiguration", None)


def headers_for(bucket: Bucket, origin: str, method: str, asked: Sequence[str]) -> list[tuple[str, str]] | None:
    """The answer's headers by the first rule that takes origin, method and all asked headers; None if none does."""
    for rule in bucket.configuration.get("CORSConfiguration", {}).get("CORSRules", ()):
        taken = _matching_origin(rule, origin)
        if taken and method in rule["AllowedMethods"] and _takes_headers(rule, asked):
            return _headers(rule, "*" if taken == "*" else origin, asked)
    return None


def _matching_origin(rule: Mapping[str, Any], origin: str) -> str:
    return next((pattern for pattern in rule["AllowedOrigins"] if _star(pattern).match(origin)), "")


def _takes_headers(rule: Mapping[str, Any], asked: Sequence[str]) -> bool:
    patterns = [_star(pattern, re.IGNORECASE) for pattern in rule.get("AllowedHeaders", ())]
    return all(any(pattern.match(name) for pattern in patterns) for name in asked)


def _headers(rule: Mapping[str, Any], origin: str, asked: Sequence[str]) -> list[tuple[str, str]]:
    headers = [("Access-Control-Allow-Origin", origin)]
    headers.append(("Access-Control-Allow-Methods", ", ".join(rule["AllowedMethods"])))
    if asked:
        headers.append(("Access-Control-Allow-Headers", ", ".join(name.lower() for name in asked)))
    if rule.get("ExposeHeaders"):
        headers.append(("Access-Control-Expose-Headers", ", ".join(rule["ExposeHeaders"])))
    if "MaxAgeSeconds" in rule:
        headers.append(("Access-Control-Max-Age", str(rule["MaxAgeSeconds"])))
    if origin != "*":
        headers.append(("Access-Control-Allow-Credentials", "true"))
    headers.append(("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"))
    return headers
