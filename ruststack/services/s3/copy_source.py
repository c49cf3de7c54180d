"""The x-amz-copy-source header taken apart."""

from __future__ import annotations

from urllib.parse import unquote, unquote_plus

from ruststack.services.s3.errors import InvalidArgument


def copy_source(text: str) -> tuple[str, str, str | None]:
    """Bucket, key and version id of ``/bucket/key?versionId=id``; bucket and key come percent-encoded.

    Raises InvalidArgument. Source: API_CopyObject.
    """
    path, mark, version_id = text.partition("?versionId=")
    name, slash, key = unquote_plus(path).removeprefix("/").partition("/")
    if not name or not slash or not key:
        raise InvalidArgument(
            "Copy Source must mention the source bucket and key: sourcebucket/sourcekey",
            ArgumentName="x-amz-copy-source",
            ArgumentValue=text,
        )
    return name, key, unquote(version_id) if mark else None
