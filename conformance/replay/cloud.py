"""Real AWS as a target: every service at its own host, over HTTPS, in accounts whose keys are the user's.

There are no sandbox accounts: what a scenario makes has names of its own, and is deleted afterwards. Keys are never
shown, and requests carry them only where a signature says who signs.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self
from urllib.parse import quote

import boto3
import botocore.config
import botocore.exceptions

from conformance import forms, signed
from conformance.exchange import Exchange, Recording, Request, Response
from conformance.hosts import origin_of
from conformance.network import Routes, trust_file
from conformance.replay.addressing import Addressing
from conformance.sign import Credentials
from conformance.tunnel import Tunnel
from conformance.wire import Connection

MAIN = "main"
_TOKEN = "X-Amz-Security-Token"
_SIGNED_HEADERS = re.compile(r"(SignedHeaders=)([^,\s]+)")


class NoCredentials(ValueError):
    """There are no keys for AWS, or they are not taken; the message says what to do, in one line."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """``keys`` and ``ids`` (12 digits) are of the accounts, by label; ``proxy`` is a tunnel to other addresses."""

    keys: Mapping[str, Credentials]
    ids: Mapping[str, str]
    ca_file: str
    proxy: str | None = None
    _addressing: dict[str, Addressing] = field(default_factory=dict)

    @classmethod
    @contextlib.contextmanager
    def opened(cls, profiles: Mapping[str, str], routes: Routes) -> Iterator[Self]:
        """AWS with the keys of the environment, and those of ``profiles`` by label. Raises NoCredentials."""
        with contextlib.ExitStack() as stack:
            proxy = stack.enter_context(Tunnel(routes)).url if routes.routes else None
            keys = {MAIN: credentials(None), **{label: credentials(name) for label, name in profiles.items()}}
            found = cls(keys, {}, stack.enter_context(trust_file()), proxy)
            yield replace(found, ids={label: found._id(label) for label in keys})

    def missing(self, recording: Recording) -> str:
        """The label of an account that the recording needs and that has no keys; empty when there is none."""
        return next((label for label in recording.accounts if label not in self.keys), "")

    def request(self, exchange: Exchange, request: Request, region: str) -> Request:
        """The request for AWS's own host, with the key where the account stood; it is not signed yet."""
        request = self._addressed(region).outgoing(exchange, request)
        for label, number in self.ids.items():
            request = _with_key(request, number, self.keys[label].access_key)
        found, keys = signed.find(request), self.keys.get(exchange.account)
        is_ours = found is not None and keys is not None and found.access_key == keys.access_key
        return _with_token(request, keys.session_token) if keys and is_ours else request

    def response(self, exchange: Exchange, live: Response, names: Mapping[str, str], region: str) -> Response:
        """The answer with the recorded hosts, and the account again where AWS repeats its key."""

        def to_live(text: str) -> str:
            for recorded, name in names.items():
                text = text.replace(recorded, name)
            return text

        owners = {self.keys[label].access_key: number for label, number in self.ids.items()}
        return self._addressed(region).incoming(exchange, live, to_live, owners)

    def connection(self, request: Request, timeout_s: float) -> Connection:
        url = origin_of(request.header("host") or "")
        return Connection(url, proxy=self.proxy, ca_file=self.ca_file, timeout_s=timeout_s)

    def client(self, service: str, label: str, region: str) -> Any:
        """A boto3 client of the account, for what is not replayed."""
        keys = self.keys[label]
        proxies = {"https": self.proxy, "http": self.proxy} if self.proxy else None
        return boto3.client(
            service,
            region_name=region,
            aws_access_key_id=keys.access_key,
            aws_secret_access_key=keys.secret_key,
            aws_session_token=keys.session_token,
            verify=self.ca_file,
            config=botocore.config.Config(
                retries={"total_max_attempts": 2}, proxies=proxies, ignore_configured_endpoint_urls=True
            ),
        )

    def _addressed(self, region: str) -> Addressing:
        return self._addressing.setdefault(region, Addressing(region))

    def _id(self, label: str) -> str:
        client = self.client("sts", label, os.environ.get("AWS_REGION") or "us-east-1")
        try:
            return str(client.get_caller_identity()["Account"])
        except botocore.exceptions.ClientError as error:
            raise NoCredentials(f"AWS does not take the keys of the account {label}: {error}") from error
        finally:
            client.close()


def credentials(profile: str | None) -> Credentials:
    """The keys of a profile, or those that an SDK finds by itself. Raises NoCredentials."""
    try:
        found = boto3.session.Session(profile_name=profile).get_credentials()
        keys = found.get_frozen_credentials() if found else None
    except botocore.exceptions.BotoCoreError as error:
        raise NoCredentials(f"no AWS credentials: {error}") from error
    if keys is None or not keys.access_key:
        raise NoCredentials(
            "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or log in by SSO"
        )
    return Credentials(keys.access_key, keys.secret_key, keys.token)


def _with_key(request: Request, number: str, access_key: str) -> Request:
    """The access key in the place of the account that stands for it in credential scopes."""
    scope = re.compile(
        rf"(?<![A-Za-z0-9]){number}(?=(?:/|%2F)\d{{8}}(?:/|%2F)[a-z0-9-]+(?:/|%2F)[a-z0-9-]+(?:/|%2F)aws4)"
    )

    def change(text: str) -> str:
        return scope.sub(access_key, text)

    headers = tuple(
        (name, change(value) if name.lower() == "authorization" else value) for name, value in request.headers
    )
    body = request.body
    if forms.is_form(body):
        body = forms.changed(body.decode("latin-1"), change).encode("latin-1")
    return replace(request, target=change(request.target), headers=headers, body=body)


def _with_token(request: Request, token: str | None) -> Request:
    """A signed request carries the token of a temporary key, and none of another one."""
    found = signed.find(request)
    if found is None:
        return request
    if found.place == "query":
        return replace(request, target=_token_in_query(request.target, token))
    bare = tuple(each for each in request.headers if each[0].lower() != _TOKEN.lower())
    names = {name for name in found.headers if name != _TOKEN.lower()} | ({_TOKEN.lower()} if token else set())
    spelled = ";".join(sorted(names))
    headers = tuple(
        (name, _SIGNED_HEADERS.sub(rf"\g<1>{spelled}", value) if name.lower() == "authorization" else value)
        for name, value in bare
    )
    return replace(request, headers=(*headers, (_TOKEN, token)) if token else headers)


def _token_in_query(target: str, token: str | None) -> str:
    path, _, query = target.partition("?")
    pairs = [pair for pair in query.split("&") if not pair.startswith(f"{_TOKEN}=")]
    if token:
        pairs.append(f"{_TOKEN}={quote(token, safe='')}")
    return f"{path}?{'&'.join(pairs)}"
