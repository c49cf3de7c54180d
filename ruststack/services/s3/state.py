"""What S3 remembers: buckets, the versions of their objects, and uploads in progress."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from sortedcontainers import SortedDict

from ruststack.kit import Blob, Listed
from ruststack.services.s3.errors import NoSuchBucket


@dataclass(frozen=True, slots=True)
class Part:
    """One uploaded part. ``etag`` is quoted; ``checksums`` maps ChecksumCRC32, ... to base64 text."""

    number: int
    blob: Blob
    etag: str
    modified: float
    checksums: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ObjectVersion:
    """One version of an object, or a delete marker. Replaced whole (``dataclasses.replace``), never changed.

    Not frozen, because a frozen one of this many fields takes five times as long to make: a leaf by its own word.

    ``version_id`` is ``null`` for versions made without versioning. ``owner`` is an account id. ``etag`` is quoted, as
    it travels. ``headers`` holds the system metadata that travels as response headers, by S3 member name (ContentType,
    CacheControl, Expires as sent, ...); ``metadata`` the x-amz-meta ones. ``checksums`` maps ChecksumCRC32, ... to
    base64 text. ``parts`` are those of a multipart object, ``upload_id`` the upload that made it. ``encryption`` holds
    the members that AWS answers with (ServerSideEncryption, SSEKMSKeyId, SSECustomerKeyMD5, ...). Times are seconds
    since the epoch.
    The ``listed`` fields and ``served`` remember renderings; they are no state.
    """

    is_leaf: ClassVar[bool] = True

    key: str
    version_id: str
    modified: float
    owner: str
    is_marker: bool = False
    blob: Blob | None = None
    size: int = 0
    etag: str = ""
    headers: Mapping[str, Any] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    storage_class: str = "STANDARD"
    checksums: Mapping[str, str] = field(default_factory=dict)
    checksum_type: str = ""
    parts: tuple[Part, ...] = ()
    upload_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    acl: Any = None
    encryption: Mapping[str, Any] = field(default_factory=dict)
    lock_mode: str = ""
    retain_until: float = 0.0
    legal_hold: str = ""
    website_redirect: str = ""
    restore: Mapping[str, Any] = field(default_factory=dict)
    replication_status: str = ""
    listed: Listed | None = field(default=None, init=False, compare=False, repr=False)
    listed_owned: Listed | None = field(default=None, init=False, compare=False, repr=False)
    listed_version: Listed | None = field(default=None, init=False, compare=False, repr=False)
    served: dict[str, Any] | None = field(default=None, init=False, compare=False, repr=False)


@dataclass(slots=True)
class Upload:
    """A multipart upload in progress.

    ``settings`` holds the fields that the completed ObjectVersion takes over (headers, metadata, storage_class, tags,
    acl, encryption, lock_mode, ...). ``checksum_algorithm`` is AWS's name of it, or ``""`` when none was asked for.
    ``found_object`` tells whether the key had an object when the upload began: a conditional completion conflicts if
    it is gone since.
    """

    upload_id: str
    key: str
    initiated: float
    owner: str
    settings: Mapping[str, Any]
    checksum_algorithm: str = ""
    checksum_type: str = ""
    found_object: bool = False
    parts: dict[int, Part] = field(default_factory=dict)


@dataclass(slots=True)
class Bucket:
    """A bucket: its owner, its configuration and its objects.

    ``objects`` maps each key to its versions, newest first, in key order (code-point order is UTF-8 byte order).
    ``configuration`` maps a subresource's name (``Tagging``, ``LifecycleConfiguration``, ...) to what was stored;
    an absent name is a subresource that is not set. ``versioning`` is ``""``, ``Enabled`` or ``Suspended``.
    Names that object operations look at: ``ObjectLockConfiguration``, ``ServerSideEncryptionConfiguration``,
    ``NotificationConfiguration``, ``LifecycleConfiguration``; each holds the operation's structure of that name.
    """

    name: str
    account: str
    region: str
    created: float
    versioning: str = ""
    mfa_delete: str = ""
    is_lock_enabled: bool = False
    acl: Any = None
    configuration: dict[str, Any] = field(default_factory=dict)
    objects: SortedDict[str, tuple[ObjectVersion, ...]] = field(default_factory=SortedDict)
    uploads: dict[str, Upload] = field(default_factory=dict)


@dataclass(slots=True)
class S3State:
    """All buckets of one partition, by name."""

    buckets: dict[str, Bucket] = field(default_factory=dict)

    def bucket(self, name: str) -> Bucket:
        """Raises NoSuchBucket."""
        bucket = self.buckets.get(name)
        if bucket is None:
            raise NoSuchBucket(BucketName=name)
        return bucket
