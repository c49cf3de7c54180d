"""What HTTP and WebSocket APIs are made of.

A record holds AWS's members as they are told; it is replaced whole and never changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ruststack.services.apigateway.targets import Target

Record = Mapping[str, Any]
Records = Mapping[str, Record]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Snapshot:
    """An API as it was deployed; nothing in it ever changes. What is compiled from it may be kept by its identity.

    All are by id; responses by the id of their route or integration first.
    """

    api: Record
    routes: Records
    integrations: Records
    authorizers: Records
    models: Records
    route_responses: Mapping[str, Records]
    integration_responses: Mapping[str, Records]


@dataclass(frozen=True, slots=True)
class Deployment:
    """An API as it was when it was deployed, for stages to show."""

    record: Record
    snapshot: Snapshot


@dataclass(slots=True)
class Api:
    """An API as it is edited. ``stages`` are by name.

    ``authorizers_reset`` counts how often what authorizers said on a stage was to be forgotten; no operation tells it.
    """

    id: str
    record: Record
    tags: dict[str, str] = field(default_factory=dict)
    routes: dict[str, Record] = field(default_factory=dict)
    integrations: dict[str, Record] = field(default_factory=dict)
    authorizers: dict[str, Record] = field(default_factory=dict)
    models: dict[str, Record] = field(default_factory=dict)
    route_responses: dict[str, dict[str, Record]] = field(default_factory=dict)
    integration_responses: dict[str, dict[str, Record]] = field(default_factory=dict)
    deployments: dict[str, Deployment] = field(default_factory=dict)
    stages: dict[str, Record] = field(default_factory=dict)
    authorizers_reset: dict[str, int] = field(default_factory=dict)

    @property
    def is_http(self) -> bool:
        """Whether it is an HTTP API, and no WebSocket API."""
        return bool(self.record["ProtocolType"] == "HTTP")

    def snapshot(self) -> Snapshot:
        """The API as it stands, out of reach of later changes."""
        return Snapshot(
            self.record,
            dict(self.routes),
            dict(self.integrations),
            dict(self.authorizers),
            dict(self.models),
            {name: dict(records) for name, records in self.route_responses.items()},
            {name: dict(records) for name, records in self.integration_responses.items()},
        )


@dataclass(slots=True)
class DomainName:
    """A custom domain, and what it leads to, by mapping id."""

    record: Record
    tags: dict[str, str] = field(default_factory=dict)
    mappings: dict[str, Record] = field(default_factory=dict)

    @property
    def routing_mode(self) -> str | None:
        """Whether its routing rules are asked, or its mappings."""
        mode: str | None = self.record.get("RoutingMode")
        return mode

    def targets(self) -> Iterator[Target]:
        """What it leads to."""
        for each in self.mappings.values():
            yield Target(each["ApiMappingKey"], each["ApiId"], each["Stage"])


@dataclass(slots=True)
class APIGatewayV2State:
    """HTTP and WebSocket APIs of one account and region; ``routing_rules`` are by domain name and id."""

    apis: dict[str, Api] = field(default_factory=dict)
    domain_names: dict[str, DomainName] = field(default_factory=dict)
    vpc_links: dict[str, Record] = field(default_factory=dict)
    routing_rules: dict[str, dict[str, Record]] = field(default_factory=dict)
