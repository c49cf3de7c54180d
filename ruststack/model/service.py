"""A service's whole model: its protocols, names and operations, each made on first use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ruststack.model.corrections import Corrections
from ruststack.model.operation import Operation, parse_template
from ruststack.model.shape import Member, Shape


class Operations(Mapping[str, Operation]):
    """Operations by name; each is resolved when it is first asked for."""

    def __init__(self, model: ServiceModel, raw: Mapping[str, Any]) -> None:
        self._model = model
        self._raw = raw
        self._made: dict[str, Operation] = {}

    def __getitem__(self, name: str) -> Operation:
        operation = self._made.get(name)
        if operation is None:
            operation = self._made[name] = self._model.make_operation(name, self._raw[name])
        return operation

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


class ServiceModel:
    """``name`` is botocore's name of the service; ``signing_name`` the one in credential scopes.

    ``protocols`` lists what the service speaks, the SDKs' preferred one first; ``target_prefix`` is the part of
    X-Amz-Target before the dot; ``xmlns`` the default namespace of XML answers; ``endpoint_prefix`` the first label
    of its host name.
    """

    def __init__(self, name: str, raw: Mapping[str, Any], corrections: Corrections) -> None:
        metadata = raw["metadata"]
        self.raw = raw
        self.name = name
        self.metadata: Mapping[str, Any] = metadata
        self.protocol: str = metadata["protocol"]
        self.protocols: tuple[str, ...] = tuple(metadata.get("protocols") or (metadata["protocol"],))
        self.api_version: str = metadata["apiVersion"]
        self.endpoint_prefix: str = metadata["endpointPrefix"]
        self.signing_name: str = metadata.get("signingName", metadata["endpointPrefix"])
        self.target_prefix: str = metadata.get("targetPrefix", "")
        self.json_version: str = metadata.get("jsonVersion", "")
        self.xmlns: str = corrections.xmlns or _namespace(metadata.get("xmlNamespace"))
        self.is_query_compatible = "awsQueryCompatible" in metadata
        self.service_id: str = metadata.get("serviceId", name)
        self.corrections = corrections
        self.operations = Operations(self, raw["operations"])
        self._raw_shapes: Mapping[str, Any] = raw["shapes"]
        self._shapes: dict[str, Shape] = {}

    def shape(self, name: str) -> Shape:
        """The one Shape of that name. Raises KeyError."""
        shape = self._shapes.get(name)
        if shape is None:
            raw = self._raw_shapes[name]
            if name in self.corrections.as_they_travel:
                raw = {**raw, "document": True}
            raw = self._corrected(name, raw)
            shape = self._shapes[name] = Shape(name, raw, self.shape)
        return shape

    def _corrected(self, name: str, raw: Mapping[str, Any]) -> Mapping[str, Any]:
        corrections = self.corrections
        if name in corrections.traits:
            raw = {**raw, **corrections.traits[name]}
        if name in corrections.member_traits:
            added = corrections.member_traits[name]
            members = {member: {**use, **added.get(member, {})} for member, use in raw["members"].items()}
            raw = {**raw, "members": members}
        return raw

    @cached_property
    def _errors(self) -> dict[str, str]:
        """Names of exception shapes by code, by name, and by the code of the time when the service spoke query."""
        found = {code: name for name, code in self.corrections.query_codes.items()}
        for name, raw in self._raw_shapes.items():
            if raw.get("exception"):
                found[name] = name
                found.setdefault(raw.get("error", {}).get("code", name), name)
        return found

    def error_shape(self, code: str) -> Shape | None:
        """The shape of the exception with that code (or name), if the model has one."""
        name = self._errors.get(code)
        return self.shape(name) if name else None

    def make_operation(self, name: str, raw: dict[str, Any]) -> Operation:
        http = raw.get("http", {})
        uri = http.get("requestUri", "/")
        input_use, output_use = self._use(raw.get("input")), self._use(raw.get("output"))
        return Operation(
            name=raw.get("name", name),
            method=http.get("method", "POST"),
            uri=uri,
            status=http.get("responseCode", 200),
            input=input_use.shape if input_use else None,
            output=output_use.shape if output_use else None,
            errors=tuple(self.shape(error["shape"]) for error in raw.get("errors", ())),
            input_use=input_use,
            output_use=output_use,
            template=parse_template(uri),
            raw=raw,
            discriminators=self.corrections.discriminators.get(name, ()),
            is_shadowed=name in self.corrections.shadowed,
            host_prefix=raw.get("endpoint", {}).get("hostPrefix", ""),
            output_root=self.corrections.output_roots.get(name, ""),
        )

    def _use(self, raw: Mapping[str, Any] | None) -> Member | None:
        return Member("", raw, self.shape(raw["shape"])) if raw else None


def _namespace(raw: Any) -> str:
    """``xmlNamespace`` is a text in service metadata, a mapping in some models. Empty if there is none."""
    if isinstance(raw, Mapping):
        return str(raw["uri"])
    return raw or ""
