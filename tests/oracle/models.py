"""Models as AWS wrote them: values in the form that the model says, also where our services take them as they are."""

from __future__ import annotations

import dataclasses
from functools import cache

from ruststack.model import ServiceModel, load


@cache
def model_of(service: str) -> ServiceModel:
    model = load(service)
    if not model.corrections.as_they_travel:
        return model
    corrections = dataclasses.replace(model.corrections, as_they_travel=frozenset())
    return ServiceModel(service, model.raw, corrections)
