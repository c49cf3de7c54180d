"""S3 over a socket: operations through boto3, and what boto3 would not send by hand."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from botocore.auth import HmacV1QueryAuth, S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from ruststack import RustStack

KEYS = Credentials("test", "test")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers by lower-case name and body; of an error code, message and further members."""

    status: int
    code: str = ""
    message: str = ""
    members: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Wire:
    """The server as a client sees it: ``wire.CreateBucket(Bucket="b")``. Bodies may be bytes or blobs."""

    def __init__(self, stack: RustStack, region: str = "us-east-1", account: str | None = None) -> None:
        self.stack = stack
        # Nothing is checked or repaired on the client's side: what is wrong must reach the server.
        config = Config(
            parameter_validation=False,
            request_checksum_calculation="when_required",
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path"},
        )
        self._client = stack.client("s3", region=region, account=account, config=config)
        self.endpoint = stack.endpoint_url

    def in_region(self, region: str) -> Wire:
        return Wire(self.stack, region)

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        if operation.startswith("_"):
            raise AttributeError(operation)
        return lambda **req: self._call(operation, req)

    def _call(self, operation: str, req: dict[str, Any]) -> dict[str, Any]:
        if hasattr(req.get("Body"), "read"):
            req["Body"] = req["Body"].read()
        return self._client._make_api_call(operation, req)

    def presigned_form(self, bucket: str, key: str, **more: Any) -> tuple[str, dict[str, str]]:
        """URL and fields of a form that this server takes."""
        form = self._client.generate_presigned_post(bucket, key, **more)
        return form["url"], form["fields"]

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Answer:
        """A request as it stands."""
        url = path if path.startswith("http") else self.endpoint + path
        request = urllib.request.Request(url, data=body, headers=dict(headers or {}), method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, headers=_lower(response.headers), body=response.read())
        except urllib.error.HTTPError as error:
            with error:
                return error_of(error.code, error.read(), _lower(error.headers))

    def signed(self, method: str, path: str, body: bytes = b"", region: str = "us-east-1", **headers: str) -> Answer:
        """A request signed by Version 4 for any region."""
        request = AWSRequest(method, self.endpoint + path, data=body, headers=headers)
        S3SigV4Auth(KEYS, "s3", region).add_auth(request)
        return self.send(method, path, dict(request.headers.items()), body or None)

    def presigned(self, path: str, expires_s: int = 60, version: int = 4, method: str = "GET") -> str:
        """The URL of a presigned request, by Version 4 or 2."""
        request = AWSRequest(method, self.endpoint + path)
        if version == 4:
            S3SigV4QueryAuth(KEYS, "s3", "us-east-1", expires_s).add_auth(request)
        else:
            HmacV1QueryAuth(KEYS, expires_s).add_auth(request)
        return str(request.url)

    def post_form(self, url: str, fields: Mapping[str, str], file: bytes = b"data") -> Answer:
        """A browser's form, with its file at the end."""
        parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        head = '--x\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n'
        body = "".join([*parts, head]).encode() + file + b"\r\n--x--\r\n"
        return self.send("POST", url, {"Content-Type": "multipart/form-data; boundary=x"}, body)


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def error_of(status: int, body: bytes, headers: Mapping[str, str]) -> Answer:
    """An error as S3 writes it; without a body it has no code."""
    members = {child.tag: child.text or "" for child in ElementTree.fromstring(body)} if body else {}
    return Answer(status, members.pop("Code", ""), members.pop("Message", ""), members, headers, body)


def raised(error: ClientError) -> Answer:
    """An error as boto3 has read it."""
    members = {name: str(value) for name, value in error.response["Error"].items()}
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return Answer(status, members.pop("Code"), members.pop("Message", ""), members)
