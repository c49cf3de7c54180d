"""An import in progress: the API that is being built, apart from those that are there, and what is to be said of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from ruststack.kit import Context, ServiceError
from ruststack.services.apigateway.errors import BadRequestException
from ruststack.services.apigateway.openapi.document import Document
from ruststack.services.apigateway.resources import check_place, join
from ruststack.services.apigateway.state import Model, Resource, RestApi

_DEEPEST = 100


@dataclass(slots=True)
class Building:
    """``api`` changes while the document is read; ``warnings`` tell what was passed over, ``errors`` what cannot be."""

    ctx: Context
    document: Document
    api: RestApi
    warnings: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @contextmanager
    def telling(self, what: str) -> Iterator[None]:
        """What is refused within goes among the errors of the import."""
        try:
            yield
        except ServiceError as error:
            self.errors.append(f"{what}: {error.message}")

    def finish(self, fails_on_warnings: bool) -> None:
        """Raises BadRequestException if there were errors, or warnings and they are not to be."""
        if self.errors:
            raise BadRequestException("Errors found during import:\n\t" + "\n\t".join(self.errors))
        if self.warnings and fails_on_warnings:
            raise BadRequestException("Warnings found during import:\n\t" + "\n\t".join(self.warnings))

    def resource(self, path: str) -> Resource:
        """The resource of a path, made with those above it if need be. Raises BadRequestException."""
        here = self.api.resources[self.api.root_resource_id]
        for part in filter(None, path.split("/")):
            children = [each for each in self.api.resources.values() if each.parent_id == here.id]
            found = next((each for each in children if each.path_part == part), None)
            here = found or self._new_resource(here, part)
        return here

    def _new_resource(self, parent: Resource, part: str) -> Resource:
        check_place(self.api, parent, part)
        made = Resource(self.ctx.ids.lower(6), join(parent.path, part), parent.id, part)
        self.api.resources[made.id] = made
        return made

    def model(self, name: str, schema: Any, description: str | None = None) -> str:
        """Keep a schema as a model, and give its name back."""
        text = json.dumps(self.linked(schema))
        old = self.api.models.get(name)
        model = replace(old, schema=text) if old else Model(self.ctx.ids.lower(6), name, "application/json", None, text)
        self.api.models[name] = replace(model, description=description or model.description)
        return name

    def model_of(self, schema: Any) -> str:
        """The name of the model that a schema refers to, or of a new one for a schema that has no name."""
        target = schema.get("$ref") if isinstance(schema, dict) else None
        if isinstance(target, str):
            return target.rpartition("/")[2]
        return self.model(f"MODEL{self.ctx.ids.hex(6)}", schema)

    def linked(self, schema: Any, depth: int = 0) -> Any:
        """A schema whose references to others of the document are links to models."""
        if depth > _DEEPEST:
            return schema
        if isinstance(schema, list):
            return [self.linked(each, depth + 1) for each in schema]
        if not isinstance(schema, dict):
            return schema
        linked = {key: self.linked(each, depth + 1) for key, each in schema.items()}
        target = schema.get("$ref")
        if isinstance(target, str) and target.startswith(("#/definitions/", "#/components/schemas/")):
            name = target.rpartition("/")[2]
            linked["$ref"] = f"https://apigateway.amazonaws.com/restapis/{self.api.id}/models/{name}"
        return linked
