"""The driver, all that a scenario may use: clients by account, minted names, expected errors, raw requests."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.config
import botocore.exceptions

from conformance.exchange import Request, Response
from conformance.hosts import host_of, is_aws_host, origin_of, website_of
from conformance.operations import code_of, error_code, signing_name
from conformance.sandbox import sandbox_key
from conformance.scenarios.leftovers import Leftovers, wait_until
from conformance.scenarios.raw import assemble, on_the_wire
from conformance.sign import Credentials, Scope, presigned, stamp_of
from conformance.wire import Connection, with_length

MAIN = "main"
ANONYMOUS = "anonymous"
# A request that goes through the recorder's proxy with this header is passed on without it, and is not recorded.
UNRECORDED = "X-Ruststack-Conform-Unrecorded"
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a scenario's requests go. ``url`` is None for real AWS; ``proxy`` and ``ca_file`` put the recorder between.

    ``direct_url`` bypasses the recorder, for what is not to be recorded (clean-up); without one it is marked instead.
    """

    url: str | None
    direct_url: str | None = None
    proxy: str | None = None
    ca_file: str | None = None
    region: str = "us-east-1"
    accounts: Mapping[str, Credentials] = field(default_factory=dict)


@dataclass(slots=True)
class Cue:
    """What the driver is doing at this moment; the recorder notes it with each exchange."""

    step: str = ""
    expects: str = ""
    operation: str = ""


@dataclass(frozen=True, slots=True)
class Surprise:
    """The target did not give the error that the scenario says AWS gives."""

    step: str
    operation: str
    expected: str
    actual: str


class Driver:
    """One run of one scenario. Every name and byte comes from the seed, so a second run sends the same requests."""

    def __init__(self, name: str, endpoint: Endpoint, *, seed: str = "ruststack") -> None:
        self.scenario = name
        self.endpoint = endpoint
        self.region = endpoint.region
        self.cue = Cue()
        self.surprises: list[Surprise] = []
        self.minted: dict[str, str] = {}  # the name as sent > the name as every recording spells it
        self._seed = seed
        self._clients: dict[tuple[Any, ...], Any] = {}
        self._calls: list[tuple[str, str]] = []  # that are under way, each with what it shall answer
        self._accounts: dict[str, Credentials] = {}
        self._account_ids: dict[str, str] = {}
        self._left = Leftovers(self._connect_direct, self._stem()[:51], is_emulator=bool(endpoint.url))

    # -- who and where ------------------------------------------------------------------------------------------------

    def credentials(self, account: str = MAIN) -> Credentials:
        """The account's keys; an account that the endpoint does not name gets a sandbox: its 12 digits are the key.

        On real AWS nobody can make one up: raises OSError.
        """
        if account not in self._accounts:
            given = self.endpoint.accounts.get(account)
            if given is None and self.endpoint.url is None:
                raise OSError(f"this scenario needs another account on AWS: --account {account}=PROFILE")
            self._accounts[account] = given or sandbox_key(self.scenario, account)
        return self._accounts[account]

    def account_id(self, account: str = MAIN) -> str:
        """The account's 12 digits, for ARNs and expected-owner headers."""
        keys = self.credentials(account)
        if len(keys.access_key) == 12 and keys.access_key.isdigit():
            return keys.access_key
        if account not in self._account_ids:
            sts = self._connect_direct("sts", account, self.region)
            self._account_ids[account] = str(sts.get_caller_identity()["Account"])
            sts.close()
        return self._account_ids[account]

    def used_accounts(self) -> dict[str, Credentials]:
        """The accounts that have spoken so far, by label."""
        return dict(self._accounts)

    def client(self, service: str = "s3", account: str = MAIN, *, region: str | None = None, **config: Any) -> Any:
        """A boto3 client of the account, without retries. ``config`` goes to botocore's Config.

        ``account="anonymous"`` sends unsigned requests. Non-AWS endpoints are addressed by path unless ``config``
        says ``s3={"addressing_style": "virtual"}``.
        """
        key = (service, account, region, repr(sorted(config.items())))
        if key not in self._clients:
            client = self._new_client(service, account, region or self.region, dict(config), self.endpoint.url)
            client.meta.events.register("before-call", self._note_call)
            client.meta.events.register("after-call", self._note_end)
            client.meta.events.register("after-call-error", self._note_end)
            self._clients[key] = client
            if account != ANONYMOUS:
                self.direct(service, account, region=region)  # sweeps now, and again at the end
        return self._clients[key]

    def _new_client(self, service: str, account: str, region: str, config: dict[str, Any], url: str | None) -> Any:
        config.setdefault("retries", {"total_max_attempts": 1})
        if service == "s3":
            config.setdefault("signature_version", "s3v4")  # also for presigned URLs, which are version 2 by default
        if url and "s3" not in config:
            config["s3"] = {"addressing_style": "path"}
        keys: Credentials | None = None
        if account == ANONYMOUS:
            config["signature_version"] = botocore.UNSIGNED
        else:
            keys = self.credentials(account)
        if url == self.endpoint.url and self.endpoint.proxy:
            config["proxies"] = {"http": self.endpoint.proxy, "https": self.endpoint.proxy}
        return _session().client(
            service,
            region_name=region,
            endpoint_url=url,
            aws_access_key_id=keys.access_key if keys else None,
            aws_secret_access_key=keys.secret_key if keys else None,
            aws_session_token=keys.session_token if keys else None,
            verify=self.endpoint.ca_file if url == self.endpoint.url else None,
            config=botocore.config.Config(**config),
        )

    def _note_call(self, model: Any, **_: Any) -> None:
        """What the SDK asks by itself within a call, as in which region a bucket is, is not what shall fail."""
        if self._calls:
            self.cue.expects = ""
        self.cue.operation = f"{model.service_model.service_name}.{model.name}"
        self._calls.append((self.cue.operation, self.cue.expects))

    def _note_end(self, **_: Any) -> None:
        self._calls = self._calls[:-1]
        if self._calls:
            self.cue.operation, self.cue.expects = self._calls[-1]

    # -- names and bytes ----------------------------------------------------------------------------------------------

    def _digest(self, what: str, *, seed: str | None = None) -> str:
        text = f"{self._seed if seed is None else seed}|{self.scenario}|{what}"
        return hashlib.sha256(text.encode()).hexdigest()

    def _stem(self) -> str:
        return f"conform-{self.scenario.partition('/')[2].replace('_', '-')}"

    def name(self, tag: str = "") -> str:
        """A new unique lower-case name, at most 60 characters long: ``conform-object-range-1f2e3d4c``.

        It fits a bucket, table, queue, topic, function, role or user; a resource whose name holds it is deleted at the
        end, if its service is one that ``scenarios/cleanup/kinds.py`` knows.
        """
        stem = "-".join(part for part in (self._stem(), tag) if part)[:51].rstrip("-")
        what = f"name:{len(self.minted)}"
        name = f"{stem}-{self._digest(what)[:8]}"
        self.minted[name] = f"{stem}-{self._digest(what, seed='ruststack')[:8]}"
        return name

    def bucket_name(self, tag: str = "", *, account: str = MAIN) -> str:
        """A minted bucket name that the scenario creates itself; it is emptied and deleted at the end."""
        name = self.name(tag)
        self._left.bucket(name, account, self.region)
        return name

    def bucket(self, tag: str = "", *, account: str = MAIN, versioned: bool = False, **params: Any) -> str:
        """Create a bucket (recorded) and return its name; ``params`` go to CreateBucket."""
        name = self.bucket_name(tag, account=account)
        client = self.client(account=account)
        client.create_bucket(Bucket=name, **params)
        if versioned:
            client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def body(self, size: int) -> bytes:
        """``size`` bytes of text that repeats after 64 bytes: the same in every run, and small in a recording."""
        unit = f"{self.scenario[:30]:.<62}\r\n".encode()[:64]
        return (unit * (size // len(unit) + 1))[:size]

    def zip(self, files: Mapping[str, str | bytes]) -> bytes:
        """An archive of the files (a function's code), of the same bytes in every run and on every machine."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for path, content in files.items():
                entry = zipfile.ZipInfo(path, _ZIP_DATE)
                entry.create_system, entry.external_attr = 3, 0o100644 << 16
                archive.writestr(entry, content)
        return target.getvalue()

    # -- past the recorder --------------------------------------------------------------------------------------------

    def direct(self, service: str = "s3", account: str = MAIN, *, region: str | None = None) -> Any:
        """A client whose calls are not recorded: for what must be there, or be waited for, but is not the subject."""
        return self._left.client(service, account, region or self.region)

    def _connect_direct(self, service: str, account: str, region: str) -> Any:
        client = self._new_client(service, account, region, {}, self.endpoint.direct_url or self.endpoint.url)
        if self.endpoint.proxy:
            client.meta.events.register("before-send", _unrecorded)
        return client

    def made(
        self, service: str, call: str, /, *, account: str = MAIN, region: str | None = None, **params: Any
    ) -> None:
        """Something was made that its name does not show; ``call`` (``delete_rest_api``) undoes it at the end.

        The undoing goes in reverse order and past the recorder; what is gone already is no problem.
        """
        self._left.made(self.direct(service, account, region=region), call, params)

    def until(
        self,
        service: str,
        call: str,
        is_settled: Callable[[Any], bool],
        /,
        *,
        account: str = MAIN,
        region: str | None = None,
        timeout_s: float = 60.0,
        every_s: float = 0.1,
        **params: Any,
    ) -> Any:
        """Poll past the recorder until the answer is settled, and return it; how often is not part of the recording.

        A replay does not wait: what an exchange after this one needs must come true on its own.
        Raises TimeoutError.
        """
        client = self.direct(service, account, region=region)
        return wait_until(lambda: getattr(client, call)(**params), is_settled, timeout_s, every_s)

    # -- what is expected ---------------------------------------------------------------------------------------------

    def step(self, title: str) -> None:
        """Name what follows; reports show it with each exchange."""
        self.cue.step = title

    def fails(self, code: str, call: Callable[..., Any], /, **params: Any) -> dict[str, Any]:
        """Make a call to which AWS answers the error ``code``; return the parsed error response.

        Another answer does not stop the scenario (the target may be wrong): it is noted as a surprise, and the parsed
        answer is returned. For HEAD give the status ("404").
        """
        self.cue.expects, self._calls = code, []
        try:
            answer: dict[str, Any] = call(**params)
            actual = "success"
        except botocore.exceptions.ClientError as error:
            answer = dict(error.response)
            actual = str(answer.get("Error", {}).get("Code", ""))
        finally:
            self.cue.expects = ""
        if actual != code:
            self.surprises.append(Surprise(self.cue.step, self.cue.operation, code, actual))
        return answer

    def tries(self, call: Callable[..., Any], /, **params: Any) -> dict[str, Any]:
        """Make a call whose outcome we do not claim to know; an AWS error is returned, not raised."""
        try:
            answer: dict[str, Any] = call(**params)
        except botocore.exceptions.ClientError as error:
            answer = dict(error.response)
        return answer

    # -- raw requests -------------------------------------------------------------------------------------------------

    def raw(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        account: str | None = MAIN,
        service: str = "s3",
        host: str | None = None,
        payload: str | None = None,
        chunks: Iterable[bytes] | None = None,
        trailer: Mapping[str, str] | None = None,
        expects: str = "",
    ) -> Response:
        """Send exactly this request; ``target`` is the encoded path and query (``/bucket/a%2Fb?versions``).

        Signed for ``account`` in the Authorization header, or unsigned when it is None. Host (``host``), X-Amz-Date and
        (for S3) x-amz-content-sha256 are added unless given; ``payload`` replaces the latter's value. With ``chunks``
        the body is aws-chunked: signed, or unsigned when ``payload`` is STREAMING-UNSIGNED-PAYLOAD-TRAILER; ``trailer``
        follows the last chunk. ``expects`` notes AWS's error code for the record.
        """
        pairs = on_the_wire(headers)
        given = {name.lower() for name, _ in pairs}
        if "host" not in given:
            pairs.insert(0, ("Host", host or self._authority(service)))
        scope = Scope(stamp_of(datetime.now(UTC)), self.region, signing_name(service))
        request = assemble(
            method, target, pairs, body, scope, self.credentials(account) if account else None, payload, chunks, trailer
        )
        return self._send(request, service, expects)

    def presign(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] | None = None,
        account: str = MAIN,
        expires_s: int = 600,
        service: str = "s3",
    ) -> str:
        """The presigned target for ``fetch``; every given header (and Host) is signed and must be sent alike."""
        signed = (("Host", self._authority(service)), *(headers or {}).items())
        scope = Scope(stamp_of(datetime.now(UTC)), self.region, signing_name(service))
        return presigned(method, target, signed, scope, self.credentials(account), expires_s=expires_s)

    def fetch(
        self,
        url: str,
        method: str = "GET",
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        service: str = "s3",
        expects: str = "",
    ) -> Response:
        """Send an unsigned request to a URL (boto3's generate_presigned_url) or a target (presign)."""
        where = urlsplit(url)
        target = (where.path or "/") + (f"?{where.query}" if where.query else "")
        pairs = [("Host", where.netloc or self._authority(service)), *on_the_wire(headers or {})]
        return self._send(Request(method, target, with_length(pairs, body, method), body), service, expects)

    def form(self, target: str, fields: Mapping[str, str], content: bytes, **how: Any) -> Response:
        """POST a browser form (multipart/form-data) with ``content`` as its file; ``how`` goes to ``fetch``."""
        boundary = self._digest("boundary")[:24]
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()
        ]
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file.txt"\r\n\r\n')
        body = "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}", **how.pop("headers", {})}
        return self.fetch(target, "POST", headers=headers, body=body, **how)

    def authority(self, bucket: str = "", service: str = "s3") -> str:
        """The Host of the endpoint, or of a bucket addressed by its own name on it (``bucket.s3...:4566``)."""
        host = self._authority(service)
        if not bucket:
            return host
        name, colon, port = host.partition(":")
        if name.replace(".", "").isdigit():
            name = "localhost"
        if name == "localhost":
            name = "s3.localhost.localstack.cloud"  # the one name under which every emulator looks for a bucket
        return f"{bucket}.{name}{colon}{port}"

    def website(self, bucket: str) -> str:
        """The Host under which the endpoint serves a bucket's website."""
        if self.endpoint.url is None:
            return website_of(bucket, self.region)
        _, colon, port = self._authority("s3").partition(":")
        return f"{bucket}.s3-website.localhost.localstack.cloud{colon}{port}"

    def _authority(self, service: str) -> str:
        return urlsplit(self._url(service)).netloc

    def _url(self, service: str) -> str:
        return self.endpoint.url or f"https://{host_of(service, self.region)}"

    def _send(self, request: Request, service: str, expects: str) -> Response:
        host = request.header("host") or ""
        self.cue.operation, self.cue.expects = "", expects
        try:
            url = self._url(service) if self.endpoint.url or not is_aws_host(host) else origin_of(host)
            with Connection(url, proxy=self.endpoint.proxy, ca_file=self.endpoint.ca_file) as link:
                answer = link.send(request)
        finally:
            self.cue.expects = ""
        given = code_of(answer) or str(answer.status)
        if expects not in ("", given, error_code(answer.body), str(answer.status)):
            self.surprises.append(Surprise(self.cue.step, request.target, expects, given))
        return answer

    # -- the end ------------------------------------------------------------------------------------------------------

    def clean_up(self) -> list[str]:
        """Delete all that bears a minted name or was told to ``made``; returns what could not be deleted."""
        left = self._left.clear(self.minted)
        for client in self._clients.values():
            client.close()
        return left


def _unrecorded(request: Any, **_: Any) -> None:
    request.headers[UNRECORDED] = "1"


_SESSIONS: list[Any] = []


def _session() -> Any:
    # One session for all drivers: it caches the service models, and a client costs 10 ms instead of 100.
    if not _SESSIONS:
        _SESSIONS.append(boto3.session.Session())
    return _SESSIONS[0]
