"""S3 requests as bytes, signed and ready to send, each with the status that it must be answered with."""

from __future__ import annotations

import hashlib
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
