"""Stages: deployments under a name."""

from __future__ import annotations

import pytest

from ruststack.services.apigateway.errors import NotFoundException
from tests.services.apigateway.conftest import Gateway


def test_a_stages_cache_can_be_flushed(gateway: Gateway) -> None:
    place, _ = gateway.deployed()
    assert gateway.FlushStageCache(restApiId=place["restApiId"], stageName="dev") == {}
    with pytest.raises(NotFoundException, match="Invalid stage identifier specified"):
        gateway.FlushStageCache(restApiId=place["restApiId"], stageName="none")
