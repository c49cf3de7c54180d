"""Links to code: signed, good for ten minutes and for whoever has them, also where signatures are asked for."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError

import pytest

from ruststack import RustStack
from tests.services.lambda_.conftest import CODE, ROLE


@pytest.fixture(params=[False, True], ids=["lenient", "verifying"])
def stack(request: Any) -> Iterator[RustStack]:
    with RustStack(verify_signatures=request.param) as stack:
        yield stack


def links(stack: RustStack, account: str | None = None) -> list[str]:
    client = stack.client("lambda", account=account)
    layer = client.publish_layer_version(LayerName="layer", Content={"ZipFile": CODE})
    client.create_function(
        FunctionName="f", Runtime="python3.12", Handler="index.handler", Role=ROLE, Code={"ZipFile": CODE}
    )
    return [layer["Content"]["Location"], client.get_function(FunctionName="f")["Code"]["Location"]]


def status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            assert answer.read() == CODE
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("account", [None, "123456789012"])
def test_whoever_has_a_link_gets_the_code(stack: RustStack, account: str | None) -> None:
    assert [status(url) for url in links(stack, account)] == [200, 200]


def test_a_link_is_good_for_ten_minutes(stack: RustStack) -> None:
    stack.clock.freeze(1_790_000_000.0)
    found = links(stack)
    stack.clock.advance(600)
    assert [status(url) for url in found] == [200, 200]
    stack.clock.advance(1)
    assert [status(url) for url in found] == [403, 403]


def test_a_link_for_one_thing_is_none_for_another(stack: RustStack) -> None:
    layer, function = links(stack)
    swapped = layer.partition("?")[0] + "?" + function.partition("?")[2]
    assert status(swapped) == 403


def test_without_a_signature_there_is_no_code(stack: RustStack) -> None:
    assert [status(url.partition("?")[0]) for url in links(stack)] == [403, 403]
