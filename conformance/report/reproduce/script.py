"""A short boto3 program: the calls that must come before, then the one call whose answer is wrong.

A call is only written when botocore, asked to prepare it, makes the recorded request of it: else the request is said
to be raw. Minted values (an upload id, a queue's URL) are taken from the answer that mints them.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import botocore
import botocore.parsers
from botocore.awsrequest import HeadersDict

from conformance import signed
from conformance.exchange import Exchange, Recording
from conformance.parameters import carried, parse, said
from conformance.parameters.parse import operation_model
from conformance.report.reproduce.literal import Literals, call, quoted
from conformance.report.reproduce.rehearse import CONFIGS, UNADORNED, rehearse
from conformance.report.reproduce.signing import oddity
from conformance.sandbox import EMULATOR_SECRET

_READS = re.compile(
    r"(Get|List|Head|Describe|Query|Scan|BatchGet|TransactGet|Select|Search|Lookup|Preview|Test|Filter)"
)
_READS_AND_CHANGES = ("GetSessionToken", "GetFederationToken")
_REDIRECTS = (301, 302, 307, 308)


@dataclass(frozen=True, slots=True)
class Call:
    """An exchange as a boto3 call, and the name of what its client's Config needs."""

    exchange: Exchange
    service: str
    method: str
    parameters: dict[str, Any]
    region: str
    config: str

    @property
    def client(self) -> tuple[str, str, str]:
        return self.service, self.exchange.account, self.region


def script(
    exchange: Exchange, recording: Recording, path: Path, endpoint: str, statuses: Mapping[int, int] | None = None
) -> str:
    """The program's text; one line of comment when boto3 cannot send the request at all.

    ``statuses`` are what the target answered to each exchange: what failed there is left out. By default as recorded.
    """
    answered = {each.number: each.response.status for each in recording.exchanges} | dict(statuses or {})
    last = spoken(exchange, recording)
    if last is None:
        return f"# boto3 does not send this request ({why_raw(exchange)}): use curl"
    if answered[exchange.number] in _REDIRECTS:
        return "# boto3 follows this redirect: use curl"
    steps = list(_setup(last, recording, answered))
    return "\n".join(_Program([*steps, last], recording, path, endpoint).lines())


def spoken(exchange: Exchange, recording: Recording) -> Call | None:
    """The exchange as a call; None when boto3 cannot send its request."""
    parsed = parse(exchange.request, exchange.operation)
    if parsed is None or parsed.rest or oddity(exchange):
        return None
    service, _, name = exchange.operation.partition(".")
    method, region = botocore.xform_name(name), _region(exchange, recording)
    for config in CONFIGS:
        wanted = carried(parsed) if config == UNADORNED else said(parsed)
        request = rehearse(service, method, wanted, region, config)
        again = parse(request, exchange.operation) if request else None
        if request and again and not again.rest and carried(again) == carried(parsed):
            return Call(exchange, service, method, wanted, region, config) if _same(parsed.body, again.body) else None
    return None


def _same(recorded: bytes, sent: bytes) -> bool:
    """The bodies say the same, in XML down to its namespaces. A document type is never what boto3 sends."""
    if recorded == sent:
        return True
    if not recorded.lstrip().startswith(b"<"):
        return True  # JSON and forms say no more than their parameters
    try:
        return b"<!" not in recorded and _canonical(recorded) == _canonical(sent)
    except ElementTree.ParseError:
        return False


def _canonical(body: bytes) -> str:
    return ElementTree.canonicalize(body.decode("utf-8", "replace"), strip_text=True)


def why_raw(exchange: Exchange) -> str:
    """In a few words what boto3 would not send."""
    odd = oddity(exchange)
    if odd:
        return odd
    parsed = parse(exchange.request, exchange.operation)
    if parsed is None:
        return "it is no operation of AWS's model"
    return ", ".join(parsed.rest[:3]) if parsed.rest else "it checks or changes its parameters"


def _region(exchange: Exchange, recording: Recording) -> str:
    found = signed.find(exchange.request)
    return found.scope.region if found else recording.source.region


def _setup(last: Call, recording: Recording, answered: Mapping[int, int]) -> Iterator[Call | Exchange]:
    """What must have happened before: all that changed something, and what minted a value that is still needed."""
    before = [each for each in recording.exchanges if each.number < last.exchange.number]
    needed = {last.exchange.number}
    kept: list[Exchange] = []
    for each in reversed(before):
        mints = any(b.source == each.number and needed & set(b.uses) for b in recording.bindings)
        if answered[each.number] < 400 and (mints or changes(each.operation)):
            needed.add(each.number)
            kept.append(each)
    for each in reversed(kept):
        yield spoken(each, recording) or each


def changes(operation: str) -> bool:
    """The operation changes something, as its name tells; an unknown request may."""
    name = operation.partition(".")[2]
    return name in _READS_AND_CHANGES or not (_READS.match(name) or name == "Preflight")


class _Program:
    """Writes the lines of a program; the last step is the call in question."""

    def __init__(self, steps: list[Call | Exchange], recording: Recording, path: Path, endpoint: str) -> None:
        self._steps = steps
        self._recording = recording
        self._endpoint = endpoint
        self._clients: dict[tuple[str, str, str], str] = {}
        self._minted: dict[str, str] = {}
        self._literals = Literals(self._minted, path.parent)

    def lines(self) -> list[str]:
        calls = [each for each in self._steps if isinstance(each, Call)]
        heads = [line for key in dict.fromkeys(each.client for each in calls) for line in self._client(key, calls)]
        body = [line for each in self._steps for line in self._step(each)]
        configured = ["from botocore.config import Config"] * any("Config(" in line for line in heads)
        unsigned = ["from botocore import UNSIGNED"] * any("UNSIGNED" in line for line in heads)
        others = [f"import {name}" for name in sorted(self._literals.imports)]
        return [*others, "import boto3", *unsigned, *configured, "", *heads, *body]

    def _client(self, key: tuple[str, str, str], calls: list[Call]) -> list[str]:
        service, account, region = key
        # A host of digits makes botocore address buckets by path, as they were recorded.
        endpoint = self._endpoint.replace("//localhost", "//127.0.0.1")
        arguments = [quoted(service), quoted(region), f"endpoint_url={quoted(endpoint)}"]
        configs = dict.fromkeys(each.config for each in calls if each.client == key)
        config = [
            f"{name}={quoted(value) if isinstance(value, str) else value}"
            for each in configs
            for name, value in CONFIGS[each].items()
        ]
        if account in self._recording.accounts:
            arguments.append(f"aws_access_key_id={quoted(self._recording.accounts[account])}")
            arguments.append(f"aws_secret_access_key={quoted(EMULATOR_SECRET)}")
        else:
            config.append("signature_version=UNSIGNED")
        if service == "s3" and not re.search(r"//[\d.:]+$", endpoint):
            config.append('s3={"addressing_style": "path"}')
        name = self._clients[key] = self._name(service, account, region)
        if config:
            arguments.append(f"config={name}_config")
        configured = call("Config", config, f"{name}_config = ") if config else []
        return [*configured, *call("boto3.client", arguments, f"{name} = ")]

    def _name(self, service: str, account: str, region: str) -> str:
        plain = re.sub(r"\W", "_", service)
        plain = f"{plain}_" if keyword.iskeyword(plain) else plain
        has_account = any(key[:2] == (service, account) for key in self._clients)
        for name in (plain, f"{plain}_{region if has_account else account}", f"{plain}_{account}_{region}"):
            name = re.sub(r"\W", "_", name)
            if name not in self._clients.values():
                return name
        raise ValueError("two clients cannot be told apart")

    def _step(self, step: Call | Exchange) -> list[str]:
        if not isinstance(step, Call):
            return [f"# here exchange {step.number}, {step.request.method}, is sent, which boto3 cannot make"]
        arguments = [f"{name}={self._literals.write(value)}" for name, value in step.parameters.items()]
        function = f"{self._clients[step.client]}.{step.method}"
        if step is self._steps[-1]:
            *lines, last = call(function, arguments, "print(")
            return [*lines, f"{last})"]
        minted = self._mint(step)
        return call(function, arguments, f"answer_{step.exchange.number} = " if minted else "")

    def _mint(self, step: Call) -> bool:
        """Note where the answer has the values that later calls need; False when it has none."""
        later = {each.exchange.number for each in self._steps if isinstance(each, Call)}
        wanted = {b.value for b in self._recording.bindings if b.source == step.exchange.number and later & set(b.uses)}
        found = places(step.exchange, wanted) if wanted else {}
        for value, place in found.items():
            self._minted.setdefault(value, f"answer_{step.exchange.number}{place}")
        return bool(found)


def places(exchange: Exchange, wanted: set[str]) -> dict[str, str]:
    """Where boto3's answer has each value, as the subscripts of an expression (``["Uploads"][0]["UploadId"]``)."""
    service, _, name = exchange.operation.partition(".")
    operation = operation_model(service, name)
    response = exchange.response
    document = {
        "status_code": response.status,
        "headers": HeadersDict(dict(response.headers)),
        "body": response.body,
        "context": {"operation_name": name},
    }
    try:
        parser = botocore.parsers.create_parser(operation.service_model.resolved_protocol)
        answer = parser.parse(document, operation.output_shape)
    except (botocore.parsers.ResponseParserError, AttributeError, KeyError, ValueError):
        return {}
    answer.pop("ResponseMetadata", None)
    found: dict[str, str] = {}
    for value, place in _leaves(answer, ""):
        if value in wanted or value.strip('"') in wanted:
            found.setdefault(value, place)
    return found


def _leaves(tree: Any, place: str) -> Iterator[tuple[str, str]]:
    match tree:
        case dict():
            for name, each in tree.items():
                yield from _leaves(each, f"{place}[{quoted(name)}]")
        case list():
            for index, each in enumerate(tree):
                yield from _leaves(each, f"{place}[{index}]")
        case str():
            yield tree, place
