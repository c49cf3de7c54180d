"""A recorded answer as it is said today: with the client's own values, new request ids and dates, and right lengths."""

from __future__ import annotations

import re
import secrets
import string
import uuid
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from conformance.compare.imitations import expected_headers
from conformance.digests import refreshed
from conformance.exchange import Exchange, Headers, Request, Response, Source, header
from conformance.normalise.rules import Rulebook
from conformance.replay.rebind import RECORDED_PORT
from conformance.replay.serving.volatile import Bound

_BETWEEN_HOPS = ("connection", "keep-alive", "transfer-encoding", "proxy-connection", "upgrade")
_REQUEST_ID = re.compile(r"""(?i)(?:<RequestId>|"RequestId"\s*:\s*")([^<"]{8,})""")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEARD_BYTES = 64 * 1024
# Credentials and tokens that a client takes for expired when the recording is older than they live.
_LENDERS = frozenset(("sts", "sso", "ecr", "cognito-identity", "codeartifact"))
_EXPIRY = re.compile(r"""(?i)((?:<Expiration>|"(?:Expiration|expiresAt)"\s*:\s*"?))([0-9][0-9T:.ZE+-]+)""")
_RULES = Rulebook()


def answer(exchange: Exchange, source: Source, bound: Bound, request: Request) -> Response:
    """The answer of a recorded exchange to a live ``request``; ``bound`` says how this run spells its values.

    What an imitation's own web stack has said, and AWS would not, is left out.
    """
    recorded = exchange.response
    body = recorded.body
    service = exchange.operation.partition(".")[0]
    fresh = _fresh_ids(recorded, service)
    moved = _hosts(exchange.request, request, source.region)

    def spell(text: str) -> str:
        text = bound.to_live(text)
        for pattern, host in moved:
            text = pattern.sub(host, text)
        for old, new in fresh.items():
            text = text.replace(old, new)
        return text

    if body:
        text = spell(body.decode("latin-1"))
        body = (_unexpired(text, exchange.at) if service in _LENDERS else text).encode("latin-1", "replace")
    said = expected_headers(exchange, source.kind)
    headers = [(name, _header(name, spell(value))) for name, value in said if _is_kept(name)]
    return Response(
        recorded.status, recorded.reason, _measured(tuple(headers), recorded, body, request.method == "HEAD"), body
    )


def _is_kept(name: str) -> bool:
    return name.lower() not in _BETWEEN_HOPS


def _header(name: str, value: str) -> str:
    if name.lower() == "date" and value.endswith(" GMT"):
        return format_datetime(datetime.now(UTC), usegmt=True)
    return value


def _measured(headers: Headers, recorded: Response, body: bytes, is_head: bool) -> Headers:
    """The headers with a length, and with what digests the body made right again."""
    if is_head:
        return headers
    headers = refreshed(headers, recorded.body, body)
    if recorded.body != body and header(headers, "x-amz-crc32") == str(zlib.crc32(recorded.body)):
        headers = tuple(
            (name, str(zlib.crc32(body)) if name.lower() == "x-amz-crc32" else value) for name, value in headers
        )
    # A body that was sent in chunks is sent whole: it is known here.
    if header(headers, "content-length") is None and recorded.status not in (204, 304) and recorded.status >= 200:
        headers = (*headers, ("Content-Length", str(len(body))))
    return headers


def _fresh_ids(recorded: Response, service: str) -> dict[str, str]:
    """New request ids for the recorded ones, in headers and body alike."""
    found = [value for name, value in recorded.headers if _is_request_id(name, service)]
    if len(recorded.body) <= _HEARD_BYTES:
        found += _REQUEST_ID.findall(recorded.body.decode("latin-1"))
    return {value: _another(value) for value in dict.fromkeys(found) if len(value) >= 8}


def _is_request_id(name: str, service: str) -> bool:
    rule = _RULES.find(service, f"header {name.lower()}")
    return rule is not None and rule.kind == "request-id"


def _another(value: str) -> str:
    """Another id of the same length and alphabet."""
    if _UUID.fullmatch(value):
        return str(uuid.uuid4())
    alphabet = string.ascii_uppercase + string.digits if value.upper() == value else string.hexdigits[:16]
    return "".join(secrets.choice(alphabet) if each.isalnum() else each for each in value)


def _hosts(recorded: Request, live: Request, region: str) -> list[tuple[re.Pattern[str], str]]:
    """URLs of the recorded endpoint, which answers carry (queues, locations), lead to this one."""
    here = live.header("host")
    if here is None:
        return []
    there = [re.escape(host) for host in (recorded.header("host"),) if host]
    there += [rf"(?:sqs\.{re.escape(region)}|(?:{re.escape(region)}\.)?queue)\.amazonaws\.com"]
    moved = [(re.compile(rf"https?://(?:{'|'.join(there)})(?=[/\"<\s]|$)"), f"http://{here}")]
    port = here.rpartition(":")[2] if ":" in here else "80"
    if port != RECORDED_PORT:
        moved.append((re.compile(rf"(?<=[a-z0-9]):{RECORDED_PORT}(?!\d)"), f":{port}"))
    return moved


def _unexpired(text: str, at: str) -> str:
    """What expires does so as long from now as it did when it was recorded."""
    try:
        passed = datetime.now(UTC) - datetime.fromisoformat(at)
    except (ValueError, TypeError):
        return text
    return _EXPIRY.sub(lambda match: match[1] + _later(match[2], passed), text)


def _later(moment: str, passed: timedelta) -> str:
    try:
        return repr(float(moment) + passed.total_seconds()) if "T" not in moment else _spelled(moment, passed)
    except ValueError:
        return moment


def _spelled(moment: str, passed: timedelta) -> str:
    later = (datetime.fromisoformat(moment) + passed).astimezone(UTC)
    fraction = f".{later.microsecond // 1000:03d}" if "." in moment else ""
    return later.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"
