"""Archives of code, judged before they are kept: what they hold, and where they would unpack to."""

from __future__ import annotations

import base64
import hashlib
import io
import stat
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from ruststack.kit import Blob, Context, Input, ServiceError
from ruststack.services.lambda_.errors import InvalidParameterValueException, LambdaError
from ruststack.services.lambda_.limits import MIB, UNZIPPED_BYTES, ZIPPED_BYTES
from ruststack.services.lambda_.state import Code

HOT_RELOAD: Final = "hot-reload"
_NO_HASH: Final = "hot-reloading-hash-not-available"
_MOST_FILES: Final = 100_000
_READ_BYTES: Final = 8 * MIB
_LONGEST_LINK: Final = 4096


class NotAnArchive(InvalidParameterValueException):
    """What was uploaded is no zip archive, or would write where it may not."""

    message = "Could not unzip uploaded file. Please check your file, then try to upload again."


class EmptyArchive(InvalidParameterValueException):
    """An archive without files."""

    message = "Uploaded file must be a non-empty zip"


class TooLargeUnzipped(InvalidParameterValueException):
    """The code is too large, unpacked."""

    message = f"Unzipped size must be smaller than {UNZIPPED_BYTES} bytes"


class TooLargeZipped(LambdaError):
    """The archive is too large."""

    code, status = "RequestEntityTooLargeException", 413


def uploaded(ctx: Context, given: Input) -> Code | None:
    """The code that a request brings or names; None if it names none.

    Raises InvalidParameterValueException for what is no sound archive, and whatever S3 answers, in Lambda's words.
    """
    if given.get("ImageUri"):
        return _image(given["ImageUri"])
    if given.get("ZipFile") is not None:
        data = bytes(given["ZipFile"])
        if len(data) > ZIPPED_BYTES:
            raise TooLargeZipped(f"Zipped size must be smaller than {ZIPPED_BYTES} bytes")
        return archive(ctx.blobs.of(data))
    if not given.get("S3Bucket") or not given.get("S3Key"):
        return None
    if given["S3Bucket"] == HOT_RELOAD:
        return _folder(given["S3Key"])
    code = archive(_object(ctx, given))
    if given.get("S3ObjectStorageMode") == "REFERENCE":
        code = replace(code, source=(given["S3Bucket"], given["S3Key"], given.get("S3ObjectVersion") or ""))
    return code


def archive(blob: Blob) -> Code:
    """Raises InvalidParameterValueException."""
    unpacked = check(blob)
    if unpacked > UNZIPPED_BYTES:
        raise TooLargeUnzipped()
    return Code(base64.b64encode(blob.digest("sha256")).decode(), blob.size, archive=blob, unpacked=unpacked)


def check(blob: Blob) -> int:
    """The size of what an archive says that it holds. Refuses what would be written outside of its folder and links
    out of it; the contents of a small one are read as well.

    Raises InvalidParameterValueException.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(blob.read())) as opened:
            entries = opened.infolist()
            if not entries:
                raise EmptyArchive()
            if len(entries) > _MOST_FILES or any(_is_unsafe(opened, entry) for entry in entries):
                raise NotAnArchive()
            size = sum(entry.file_size for entry in entries)
            if size <= _READ_BYTES and opened.testzip() is not None:
                raise NotAnArchive()
            return size
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise NotAnArchive() from error


def check_together(code: Code, layers: Iterable[Code]) -> None:
    """Code and layers share one limit. Raises InvalidParameterValueException.

    Source: the words that AWS answers, as users report them.
    """
    size = code.unpacked + sum(layer.unpacked for layer in layers)
    if size > UNZIPPED_BYTES:
        raise InvalidParameterValueException(
            f"Function code combined with layers exceeds the maximum allowed size of {UNZIPPED_BYTES} bytes. "
            f"The actual size is {size} bytes."
        )


def _is_unsafe(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or "\0" in entry.filename or entry.flag_bits & 1:
        return True
    return stat.S_ISLNK(entry.external_attr >> 16) and _leads_out(opened, entry, path)


def _leads_out(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, path: PurePosixPath) -> bool:
    """Whether a symbolic link, which archives keep as a file that holds its target, leaves the folder."""
    if entry.file_size > _LONGEST_LINK:
        return True
    target = opened.read(entry).decode("utf-8", "replace")
    depth = len(path.parts) - 1
    for part in target.split("/"):
        depth += -1 if part == ".." else 0 if part in ("", ".") else 1
        if depth < 0:
            return True
    return target.startswith("/")


def _object(ctx: Context, given: Input) -> Blob:
    params = {"Bucket": given["S3Bucket"], "Key": given["S3Key"]}
    if given.get("S3ObjectVersion"):
        params["VersionId"] = given["S3ObjectVersion"]
    try:
        output: Any = ctx.call("s3", "GetObject", params)
    except ServiceError as error:
        if error.status == 501:
            raise
        # Source: what AWS answers of a bucket or key that is not there, as users report it.
        raise InvalidParameterValueException(
            f"Error occurred while GetObject. S3 Error Code: {error.code}. S3 Error Message: {error.message}"
        ) from error
    blob: Blob = output["Body"]
    return blob


def _folder(path: str) -> Code:
    """Code in place, in LocalStack's convention: the bucket is called ``hot-reload``, the key is the folder's path."""
    if not path.startswith("/"):
        raise InvalidParameterValueException(
            "Error occurred while GetObject. S3 Error Code: NoSuchKey. S3 Error Message: "
            f"hot-reload wants the absolute path of a folder as S3Key, and was given {path}"
        )
    return Code(_NO_HASH, 0, folder=path)


def _image(uri: str) -> Code:
    """AWS tells the image's digest as the code's; nothing is pulled here yet, so it is the digest of its name.

    Source: CodeSha256 of image functions is 64 hexadecimal digits in recorded answers of AWS.
    """
    _, _, digest = uri.partition("@sha256:")
    return Code(digest or hashlib.sha256(uri.encode()).hexdigest(), 0, image=uri)
