"""A bucket's website configuration, and where its routing rules send a visitor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3.bucket_errors import NoSuchWebsiteConfiguration
from ruststack.services.s3.errors import InvalidArgument, InvalidRequest, MalformedXML
from ruststack.services.s3.state import Bucket

_RULE_LIMIT = 50


@operation("PutBucketWebsite")
def put_bucket_website(ctx: Context, req: Input) -> None:
    """Serve the bucket as a website, or redirect all its visitors.

    Raises NoSuchBucket, InvalidArgument, InvalidRequest, MalformedXML. Source: API_PutBucketWebsite; recorded answers.
    """
    bucket: Bucket = ctx.state.bucket(req["Bucket"])
    given = req["WebsiteConfiguration"]
    if "RedirectAllRequestsTo" in given:
        _check_redirect_all(given)
    else:
        _check_index(given.get("IndexDocument"))
        _check_documents(given)
    bucket.configuration["WebsiteConfiguration"] = given


def _check_redirect_all(given: Mapping[str, Any]) -> None:
    if len(given) > 1:
        raise InvalidArgument(
            "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
            ArgumentName="RedirectAllRequestsTo",
            ArgumentValue="not null",
        )
    if not given["RedirectAllRequestsTo"].get("HostName"):
        raise MalformedXML()
    _check_protocol(given["RedirectAllRequestsTo"])


def _check_protocol(redirect: Mapping[str, Any]) -> None:
    if redirect.get("Protocol", "http") not in ("http", "https"):
        raise InvalidRequest(
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected "
            "automatically."
        )


def _check_index(index: Mapping[str, Any] | None) -> None:
    if index is None:
        raise InvalidArgument(
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
            ArgumentName="IndexDocument",
            ArgumentValue="null",
        )
    suffix = index.get("Suffix", "")
    if not suffix or "/" in suffix:
        raise InvalidArgument(
            "The IndexDocument Suffix is not well formed", ArgumentName="IndexDocument", ArgumentValue=suffix
        )


def _check_documents(given: Mapping[str, Any]) -> None:
    if "ErrorDocument" in given and not given["ErrorDocument"].get("Key"):
        raise MalformedXML()
    rules = given.get("RoutingRules")
    if rules is None:
        return
    if not rules:
        raise MalformedXML()
    if len(rules) > _RULE_LIMIT:
        raise InvalidRequest(
            f"{len(rules)} routing rules provided, the number of routing rules in a website configuration is limited "
            f"to {_RULE_LIMIT}."
        )
    for rule in rules:
        _check_rule(rule)


def _check_rule(rule: Mapping[str, Any]) -> None:
    redirect = rule.get("Redirect")
    if redirect is None:
        raise MalformedXML()
    if "ReplaceKeyPrefixWith" in redirect and "ReplaceKeyWith" in redirect:
        raise InvalidRequest("You can only define ReplaceKeyPrefix or ReplaceKey but not both.")
    if "Condition" in rule and not rule["Condition"]:
        raise InvalidRequest(
            "Condition cannot be empty. To redirect all requests without a condition, the condition element "
            "shouldn't be present."
        )
    _check_protocol(redirect)


@operation("GetBucketWebsite")
def get_bucket_website(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, NoSuchWebsiteConfiguration. Source: API_GetBucketWebsite; recorded answers."""
    return configuration(ctx.state.bucket(req["Bucket"]))


@operation("DeleteBucketWebsite")
def delete_bucket_website(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket. Source: API_DeleteBucketWebsite; recorded answers."""
    ctx.state.bucket(req["Bucket"]).configuration.pop("WebsiteConfiguration", None)


def configuration(bucket: Bucket) -> dict[str, Any]:
    """Raises NoSuchWebsiteConfiguration."""
    stored: dict[str, Any] | None = bucket.configuration.get("WebsiteConfiguration")
    if stored is None:
        raise NoSuchWebsiteConfiguration(BucketName=bucket.name)
    return stored


def redirect_for(site: Mapping[str, Any], key: str, host: str, status: int | None = None) -> tuple[int, str] | None:
    """Status and address of the first routing rule that fits the key, and the error's status if there is one."""
    for rule in site.get("RoutingRules", ()):
        condition = rule.get("Condition", {})
        wanted = condition.get("HttpErrorCodeReturnedEquals")
        if wanted is not None and wanted != str(status):
            continue
        if wanted is None and status is not None:
            continue
        prefix = condition.get("KeyPrefixEquals", "")
        if key.startswith(prefix):
            return _target(rule["Redirect"], key, prefix, host)
    return None


def _target(redirect: Mapping[str, Any], key: str, prefix: str, host: str) -> tuple[int, str]:
    if "ReplaceKeyWith" in redirect:
        key = redirect["ReplaceKeyWith"]
    elif "ReplaceKeyPrefixWith" in redirect:
        key = redirect["ReplaceKeyPrefixWith"] + key[len(prefix) :]
    place = f"{redirect.get('Protocol', 'http')}://{redirect.get('HostName', host)}"
    return int(redirect.get("HttpRedirectCode", 301)), f"{place}/{key}"
