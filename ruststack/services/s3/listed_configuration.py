"""Configurations of which a bucket has many, each with an id: analytics, intelligent tiering, inventory and metrics.

The four differ in their names and in what they say to a document with another id; the rest is shared.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ruststack.core.errors import ServiceError
from ruststack.kit import Context, Input, Output, operation
from ruststack.services.s3.bucket_errors import (
    IdMismatch,
    InvalidS3DestinationBucket,
    NoSuchConfiguration,
    TooManyConfigurations,
)
from ruststack.services.s3.errors import InvalidArgument, MalformedXML

_LIMIT = 1000
_PAGE = 100


class Kind(NamedTuple):
    """One of the four: its member in requests and answers, and its own checks."""

    member: str
    mismatch: type[ServiceError]
    check: Callable[[dict[str, Any]], None]

    def put(self, ctx: Context, req: Input) -> None:
        stored = self._stored(ctx, req)
        document = req[self.member]
        if document.get("Id") != req["Id"]:
            raise self.mismatch()
        self.check(document)
        if len(stored) >= _LIMIT and req["Id"] not in stored:
            raise TooManyConfigurations()
        bucket = ctx.state.bucket(req["Bucket"])
        bucket.configuration[self.member] = {**stored, req["Id"]: document}
        ctx.response_status = 204

    def get(self, ctx: Context, req: Input) -> Output:
        document = self._stored(ctx, req).get(req["Id"])
        if document is None:
            raise NoSuchConfiguration()
        return {self.member: document}

    def delete(self, ctx: Context, req: Input) -> None:
        stored = self._stored(ctx, req)
        if req["Id"] not in stored:
            raise NoSuchConfiguration()
        rest = {name: document for name, document in stored.items() if name != req["Id"]}
        ctx.state.bucket(req["Bucket"]).configuration[self.member] = rest

    def list(self, ctx: Context, req: Input) -> Output:
        """A page of 100 in the order of ids; the token is the last id of the page before."""
        after = req.get("ContinuationToken", "")
        rest = sorted(item for item in self._stored(ctx, req).items() if item[0] > after)
        page = rest[:_PAGE]
        output: Output = {"IsTruncated": len(rest) > _PAGE}
        if page:
            output[f"{self.member}List"] = [document for _, document in page]
        if after:
            output["ContinuationToken"] = after
        if len(rest) > _PAGE:
            output["NextContinuationToken"] = page[-1][0]
        return output

    def _stored(self, ctx: Context, req: Input) -> dict[str, Any]:
        stored: dict[str, Any] = ctx.state.bucket(req["Bucket"]).configuration.get(self.member, {})
        return stored


def _check_filter(document: dict[str, Any]) -> None:
    """A filter is one thing, or several under And. Raises MalformedXML."""
    if "Filter" in document and len(document["Filter"]) != 1:
        raise MalformedXML()


def _check_tiering(document: dict[str, Any]) -> None:
    _check_filter(document)
    if not document["Tierings"]:
        raise MalformedXML()
    for tier in document["Tierings"]:
        least = 90 if tier["AccessTier"] == "ARCHIVE_ACCESS" else 180
        if not least <= tier["Days"] <= 730:
            raise InvalidArgument(f"'Days' for {tier['AccessTier']} must be between {least} and 730")


def _check_inventory(document: dict[str, Any]) -> None:
    arn = document["Destination"]["S3BucketDestination"]["Bucket"]
    prefix, _, name = arn.rpartition(":::")
    if not prefix.startswith("arn:aws") or not prefix.endswith(":s3") or not name:
        raise InvalidS3DestinationBucket()


_ANALYTICS = Kind("AnalyticsConfiguration", MalformedXML, _check_filter)
_TIERING = Kind("IntelligentTieringConfiguration", MalformedXML, _check_tiering)
_INVENTORY = Kind("InventoryConfiguration", IdMismatch, _check_inventory)
_METRICS = Kind("MetricsConfiguration", MalformedXML, _check_filter)


@operation("PutBucketAnalyticsConfiguration")
def put_bucket_analytics_configuration(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket, MalformedXML, TooManyConfigurations. Source: recorded answers."""
    _ANALYTICS.put(ctx, req)


@operation("GetBucketAnalyticsConfiguration")
def get_bucket_analytics_configuration(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, NoSuchConfiguration. Source: recorded answers."""
    return _ANALYTICS.get(ctx, req)


@operation("DeleteBucketAnalyticsConfiguration")
def delete_bucket_analytics_configuration(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket, NoSuchConfiguration. Source: recorded answers."""
    _ANALYTICS.delete(ctx, req)


@operation("ListBucketAnalyticsConfigurations")
def list_bucket_analytics_configurations(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket. Source: API_ListBucketAnalyticsConfigurations."""
    return _ANALYTICS.list(ctx, req)


@operation("PutBucketIntelligentTieringConfiguration")
def put_bucket_intelligent_tiering_configuration(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket, MalformedXML, InvalidArgument, TooManyConfigurations. Source: recorded answers."""
    _TIERING.put(ctx, req)


@operation("GetBucketIntelligentTieringConfiguration")
def get_bucket_intelligent_tiering_configuration(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, NoSuchConfiguration. Source: recorded answers."""
    return _TIERING.get(ctx, req)


@operation("DeleteBucketIntelligentTieringConfiguration")
def delete_bucket_intelligent_tiering_configuration(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket, NoSuchConfiguration. Source: recorded answers."""
    _TIERING.delete(ctx, req)


@operation("ListBucketIntelligentTieringConfigurations")
def list_bucket_intelligent_tiering_configurations(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket. Source: API_ListBucketIntelligentTieringConfigurations."""
    return _TIERING.list(ctx, req)


@operation("PutBucketInventoryConfiguration")
def put_bucket_inventory_configuration(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket, IdMismatch, InvalidS3DestinationBucket, MalformedXML. Source: recorded answers."""
    _INVENTORY.put(ctx, req)


@operation("GetBucketInventoryConfiguration")
def get_bucket_inventory_configuration(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, NoSuchConfiguration. Source: API_GetBucketInventoryConfiguration."""
    return _INVENTORY.get(ctx, req)


@operation("DeleteBucketInventoryConfiguration")
def delete_bucket_inventory_configuration(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket, NoSuchConfiguration. Source: API_DeleteBucketInventoryConfiguration."""
    _INVENTORY.delete(ctx, req)


@operation("ListBucketInventoryConfigurations")
def list_bucket_inventory_configurations(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket. Source: API_ListBucketInventoryConfigurations."""
    return _INVENTORY.list(ctx, req)


@operation("PutBucketMetricsConfiguration")
def put_bucket_metrics_configuration(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket, MalformedXML, TooManyConfigurations. Source: API_PutBucketMetricsConfiguration."""
    _METRICS.put(ctx, req)


@operation("GetBucketMetricsConfiguration")
def get_bucket_metrics_configuration(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket, NoSuchConfiguration. Source: recorded answers."""
    return _METRICS.get(ctx, req)


@operation("DeleteBucketMetricsConfiguration")
def delete_bucket_metrics_configuration(ctx: Context, req: Input) -> None:
    """Raises NoSuchBucket, NoSuchConfiguration. Source: recorded answers."""
    _METRICS.delete(ctx, req)


@operation("ListBucketMetricsConfigurations")
def list_bucket_metrics_configurations(ctx: Context, req: Input) -> Output:
    """Raises NoSuchBucket. Source: API_ListBucketMetricsConfigurations."""
    return _METRICS.list(ctx, req)
