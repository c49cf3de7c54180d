"""Requests of S3, DynamoDB and Lambda as bytes, signed and ready to send, with the status that each must have."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import NamedTuple

from tools.bench.signing import UNSIGNED, signed_headers

LARGEST_SIGNED_BODY = 64 * 1024


class Exchange(NamedTuple):
    """One request on the wire. ``body`` is apart so that many requests can share one large body."""

    head: bytes
    body: bytes
    status: bytes
    answers_with_body: bool


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes exchanges for one endpoint and one key."""

    port: int
    access_key: str = "test"
    secret_key: str = "test"

    def put(self, bucket: str, key: str, body: bytes) -> Exchange:
        return self._make("PUT", f"/{bucket}/{key}", body=body)

    def get(self, bucket: str, key: str) -> Exchange:
        return self._make("GET", f"/{bucket}/{key}")

    def head(self, bucket: str, key: str) -> Exchange:
        return self._make("HEAD", f"/{bucket}/{key}")

    def delete(self, bucket: str, key: str) -> Exchange:
        return self._make("DELETE", f"/{bucket}/{key}", status=b"204")

    def list_objects(self, bucket: str, page: int = 1000) -> Exchange:
        return self._make("GET", f"/{bucket}", query=f"list-type=2&max-keys={page}")

    def list_buckets(self) -> Exchange:
        return self._make("GET", "/")

    def create_bucket(self, bucket: str) -> Exchange:
        return self._make("PUT", f"/{bucket}")

    def table_operation(self, operation: str, params: object) -> Exchange:
        """A request of DynamoDB."""
        body = json.dumps(params).encode()
        headers = signed_headers(
            "POST",
            "/",
            "",
            {"Host": f"127.0.0.1:{self.port}", "X-Amz-Target": f"DynamoDB_20120810.{operation}"},
            digest=hashlib.sha256(body).hexdigest(),
            access_key=self.access_key,
            secret_key=self.secret_key,
            service="dynamodb",
        )
        headers |= {"Content-Length": str(len(body)), "Content-Type": "application/x-amz-json-1.0"}
        lines = ["POST / HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return Exchange("\r\n".join([*lines, "", ""]).encode(), body, b"200", True)

    def rest_operation(
        self, method: str, path: str, params: object = None, *, service: str, status: bytes = b"200"
    ) -> Exchange:
        """A request of a service with JSON bodies; ``params`` may be a body as it is."""
        body = params if isinstance(params, bytes) else b"" if params is None else json.dumps(params).encode()
        headers = signed_headers(
            method,
            path,
            "",
            {"Host": f"127.0.0.1:{self.port}"},
            digest=hashlib.sha256(body).hexdigest(),
            access_key=self.access_key,
            secret_key=self.secret_key,
            service=service,
        )
        headers |= {"Content-Length": str(len(body)), "Content-Type": "application/json"}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return Exchange("\r\n".join([*lines, "", ""]).encode(), body, status, True)

    def _make(self, method: str, path: str, query: str = "", body: bytes = b"", status: bytes = b"200") -> Exchange:
        # Large bodies go unsigned: hashing them is the client's cost, and a server need not check it either.
        digest = UNSIGNED if len(body) > LARGEST_SIGNED_BODY else hashlib.sha256(body).hexdigest()
        headers = signed_headers(
            method,
            path,
            query,
            {"Host": f"127.0.0.1:{self.port}"},
            digest=digest,
            access_key=self.access_key,
            secret_key=self.secret_key,
        )
        if method == "PUT":
            headers["Content-Length"] = str(len(body))
        if body:
            headers["Content-Type"] = "application/octet-stream"
        target = f"{path}?{query}" if query else path
        lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return Exchange("\r\n".join([*lines, "", ""]).encode(), body, status, method != "HEAD")
