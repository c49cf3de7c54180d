"""Amazon S3."""

from __future__ import annotations

from ruststack.kit import Scope, Service
from ruststack.services.s3 import (
    bucket,
    bucket_acl,
    bucket_policy,
    bucket_settings,
    cors,
    lifecycle,
    listed_configuration,
    listing,
    notification,
    object_attributes,
    object_copy,
    object_delete,
    object_get,
    object_lock,
    object_put,
    object_tags,
    ownership,
    parts,
    post_object,
    replication,
    restore,
    select_object,
    upload_completion,
    uploads,
    version_listing,
    website,
)
from ruststack.services.s3.admission import admit
from ruststack.services.s3.cors_requests import allows_origin, decorate
from ruststack.services.s3.lifecycle_run import tick
from ruststack.services.s3.outside_model import intercept
from ruststack.services.s3.state import S3State
from ruststack.services.s3.unrouted import unrouted
from ruststack.services.s3.violations import invalid

service = Service(
    name="s3",
    state=S3State,
    scope=Scope.PARTITION,  # a bucket's name is unique among all accounts and regions of the partition
    modules=(
        bucket,
        bucket_acl,
        bucket_policy,
        bucket_settings,
        cors,
        lifecycle,
        listed_configuration,
        listing,
        notification,
        object_attributes,
        object_copy,
        object_delete,
        object_get,
        object_lock,
        object_put,
        object_tags,
        ownership,
        parts,
        post_object,
        replication,
        restore,
        select_object,
        upload_completion,
        uploads,
        version_listing,
        website,
    ),
    invalid=invalid,
    intercept=intercept,
    decorate=decorate,
    tick=tick,
    allows_origin=allows_origin,
    authorize=admit,
    unrouted=unrouted,
)
