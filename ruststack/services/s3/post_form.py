"""A browser's form taken apart: the fields before the file, and the file as a slice of the body."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ruststack.kit import Blob
from ruststack.services.s3.bucket_errors import (
    MalformedPOSTRequest,
    MaxPostPreDataLengthExceeded,
    PostPreconditionFailed,
)
from ruststack.services.s3.errors import InvalidArgument

FIELDS_LIMIT_BYTES = 20 * 1024
_HEAD_BYTES = 256 * 1024
_PARAMETER = re.compile(r';\s*(\w+)\*?=("(?:[^"\\]|\\.)*"|[^;]*)')


@dataclass(slots=True)
class Form:
    """``fields`` by lower-case name; ``names`` how each was written; the file, its name and its content type."""

    fields: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    file: Blob | None = None
    filename: str = ""
    content_type: str = ""


def read(content_type: str, body: Blob) -> Form:
    """The form in a multipart/form-data body. What follows the file is ignored, as S3 does.

    Raises PreconditionFailed, MalformedPOSTRequest, MaxPostPreDataLengthExceededError, InvalidArgument.
    """
    boundary = _boundary(content_type)
    head = body.read(0, _HEAD_BYTES)
    form = Form()
    for name, filename, kind, start in _parts(head, boundary):
        if start > FIELDS_LIMIT_BYTES:
            raise MaxPostPreDataLengthExceeded()
        if name.lower() == "file":
            _take_file(form, body, start, boundary, filename, kind)
            return form
        end = head.find(b"\r\n--" + boundary, start)
        if end < 0:
            raise MalformedPOSTRequest() if body.size <= _HEAD_BYTES else MaxPostPreDataLengthExceeded()
        form.names[name.lower()] = name
        form.fields[name.lower()] = head[start:end].decode("utf-8", "replace")
    raise InvalidArgument("POST requires exactly one file upload per request.", ArgumentName="file", ArgumentValue="0")


_BOUNDARY = re.compile(r'(?:^|;)\s*boundary\s*=\s*(?:"([^"]*)"|([^;"\s]+))', re.IGNORECASE)


def _boundary(content_type: str) -> bytes:
    kind, _, parameters = content_type.partition(";")
    if kind.strip().lower() != "multipart/form-data":
        raise PostPreconditionFailed(Condition="Bucket POST must be of the enclosure-type multipart/form-data")
    found = _BOUNDARY.search(parameters)
    boundary = (found[1] or found[2] or "") if found is not None else ""
    if not boundary:
        raise MalformedPOSTRequest()
    return boundary.encode()


def _parts(head: bytes, boundary: bytes) -> Iterator[tuple[str, str, str, int]]:
    """Name, file name, content type and where the content starts, part by part. Raises MalformedPOSTRequest."""
    delimiter = b"--" + boundary
    at = 0 if head.startswith(delimiter) else head.find(b"\r\n" + delimiter) + 2
    if at == 1:
        raise MalformedPOSTRequest()
    while at >= 0 and not head.startswith(delimiter + b"--", at):
        start = head.find(b"\r\n\r\n", at)
        if start < 0:
            raise MalformedPOSTRequest()
        yield (*_described(head[at + len(delimiter) : start]), start + 4)
        at = head.find(b"\r\n" + delimiter, start + 2)
        at = at + 2 if at >= 0 else -1


def _described(head: bytes) -> tuple[str, str, str]:
    """What a part's headers say: its name, its file name and its content type."""
    lines = head.decode("utf-8", "replace").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    found = dict(_PARAMETER.findall(headers.get("content-disposition", "")))
    if "name" not in found:
        raise MalformedPOSTRequest()
    return _unquoted(found["name"]), _unquoted(found.get("filename", "")), headers.get("content-type", "")


def _unquoted(text: str) -> str:
    return text[1:-1].replace('\\"', '"') if text.startswith('"') else text.strip()


def _take_file(form: Form, body: Blob, start: int, boundary: bytes, filename: str, content_type: str) -> None:
    end = _find(body, b"\r\n--" + boundary, start)
    if end < 0:
        raise MalformedPOSTRequest()
    form.file = body.slice(start, end)
    form.filename = re.split(r"[/\\]", filename)[-1]
    form.content_type = content_type


def _find(body: Blob, wanted: bytes, start: int) -> int:
    """Where ``wanted`` first stands at or after ``start``, or -1; the body is looked at piece by piece."""
    kept, at = b"", start
    for piece in body.chunks(start):
        window = kept + piece
        found = window.find(wanted)
        if found >= 0:
            return at - len(kept) + found
        at += len(piece)
        kept = window[-(len(wanted) - 1) :]
    return -1
