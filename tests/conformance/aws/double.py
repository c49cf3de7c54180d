"""AWS on this machine: a TLS server for every `*.amazonaws.com`, which takes only what is rightly signed for its host.

S3 is answered by our emulator behind it, the rest by hand; nothing that comes without TLS, or for a name that AWS does
not have, is answered.
"""

import contextlib
import ssl
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler

from conformance.exchange import Request, Response
from conformance.listener import Listener
from conformance.wire import Connection, with_length
from tests.conformance.aws.services import Services
from tests.conformance.aws.signatures import Refused, access_key, place_of

_HOP = ("connection", "content-length", "date", "keep-alive", "transfer-encoding")
_OURS = "000000000000"


@dataclass(frozen=True)
class Asked:
    """A request that came: to which host (as TLS and as HTTP say it), what, and why it was refused, if it was."""

    sni: str
    host: str
    method: str
    target: str
    key: str
    refused: str = ""


class Double(Listener):
    """``keys`` holds (secret, token) by access key; all of them are of ``account``."""

    def __init__(self, authority, account, keys, s3_url):
        super().__init__("double", self._taken)
        self.asked = []
        self.services = Services(account, dict(keys))
        self._authority = authority
        self._s3 = s3_url
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.sni_callback = self._named

    def _taken(self, request, address, server):
        with contextlib.suppress(OSError), self._context.wrap_socket(request, server_side=True) as link:
            _Handler(self, link, address, server)

    def _named(self, link, name, _):
        if name is None or not name.endswith(".amazonaws.com"):
            return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        link.context = self._authority.context(name)
        link.sni = name
        return None

    @property
    def refusals(self):
        return [each for each in self.asked if each.refused]

    def answer(self, sni, method, target, headers, body):
        named = {name.lower(): value for name, value in headers}
        host = named.get("host", "")
        key, refused = "", ""
        try:
            place = place_of(host)
            if sni != host:
                raise Refused("Misdirected", f"TLS was asked for {sni}")
            key = access_key(method, target, named, body, place, self.services.keys)
            if not key and place.service != "s3":
                raise Refused("MissingAuthenticationToken", "unsigned")
        except (Refused, KeyError) as error:
            refused = str(error)
        self.asked.append(Asked(sni, host, method, target, key, refused))
        if refused:
            code = refused.partition(":")[0]
            text = f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>no</Message></Error>'
            return Response(403, "Forbidden", (("Content-Type", "application/xml"),), text.encode())
        if place.service == "s3":
            return self._from_s3(Request(method, target, headers, body))
        status, given, document = self.services.answer(place, named, body, key)
        return Response(status, "OK" if status == 200 else "Bad Request", given, document)

    def _from_s3(self, request):
        """What our S3 says, told of the double's account."""
        headers = tuple(each for each in request.headers if each[0].lower() not in ("transfer-encoding", "expect"))
        with Connection(self._s3) as link:
            live = link.send(replace(request, headers=with_length(headers, request.body, request.method)))
        account = self.services.account
        headers = tuple((name, value.replace(_OURS, account)) for name, value in live.headers)
        return Response(live.status, live.reason, headers, live.body.replace(_OURS.encode(), account.encode()))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, double, *client):
        self._double = double
        super().__init__(*client)

    def _answer(self):
        size = int(self.headers.get("Content-Length") or 0)
        body = self._chunks() if "chunked" in self.headers.get("Transfer-Encoding", "") else self.rfile.read(size)
        target = self.raw_requestline.split(b" ")[1].decode("latin-1")
        answer = self._double.answer(
            getattr(self.connection, "sni", ""), self.command, target, tuple(self.headers.items()), body
        )
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.headers:
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Date", self.date_time_string())
        length = next((v for k, v in answer.headers if k.lower() == "content-length"), len(answer.body))
        if answer.status != 204:
            self.send_header("Content-Length", str(length if self.command == "HEAD" else len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_OPTIONS = _answer

    def _chunks(self):
        body = b""
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def log_message(self, *_):
        """Quiet."""
