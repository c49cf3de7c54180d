"""Writes the head of a response."""

from __future__ import annotations

from collections.abc import Iterable

# Reason phrases as AWS's front ends write them. Source: RFC 9110; 416 and 503 as S3 sends them.
PHRASES = {
    100: "Continue",
    200: "OK",
    201: "Created",
    202: "Accepted",
    204: "No Content",
    206: "Partial Content",
    301: "Moved Permanently",
    302: "Found",
    303: "See Other",
    304: "Not Modified",
    307: "Temporary Redirect",
    308: "Permanent Redirect",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    411: "Length Required",
    412: "Precondition Failed",
    413: "Request Entity Too Large",
    414: "Request-URI Too Large",
    415: "Unsupported Media Type",
    416: "Requested Range Not Satisfiable",
    417: "Expectation Failed",
    422: "Unprocessable Entity",
    424: "Failed Dependency",
    429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    501: "Not Implemented",
    502: "Bad Gateway",
    503: "Slow Down",
    504: "Gateway Timeout",
}
_STATUS_LINES = {status: f"HTTP/1.1 {status} {phrase}" for status, phrase in PHRASES.items()}


def has_body(method: str, status: int) -> bool:
    """Whether HTTP lets this response carry a body."""
    return method != "HEAD" and status >= 200 and status != 204 and status != 304


def write(status: int, headers: Iterable[tuple[str, str]], length: int | None, extra: str = "") -> bytes:
    """Status line, headers in their order and case, Content-Length if a length is given, ``extra`` lines, blank line.

    A given length replaces a Content-Length among the headers. Line breaks in a value become spaces: what a user stored
    must not become a header of its own. Text outside latin-1 is sent as UTF-8.
    """
    lines = [f"{name}: {value}" for name, value in headers]
    text = "\r\n".join(lines)
    breaks = max(0, len(lines) - 1)
    if text.count("\n") != breaks or text.count("\r") != breaks or "\0" in text:
        lines = [_one_line(line) for line in lines]
        text = "\r\n".join(lines)
    if length is not None:
        if "ontent-Length:" in text or "ontent-length:" in text:
            text = "\r\n".join([line for line in lines if not line.lower().startswith("content-length:")])
        text = f"{text}\r\nContent-Length: {length}" if text else f"Content-Length: {length}"
    first = _STATUS_LINES.get(status) or f"HTTP/1.1 {status} Unknown"
    text = f"{first}\r\n{text}\r\n{extra}\r\n" if text else f"{first}\r\n{extra}\r\n"
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def _one_line(line: str) -> str:
    return line.replace("\r", " ").replace("\n", " ").replace("\0", " ")
