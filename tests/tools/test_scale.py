"""The bench's items are as large as its rows say."""

from __future__ import annotations

import json

import pytest

from ruststack.services.dynamodb.values import item_size
from tools.bench.exchange import Signer
from tools.bench.scale import batches


@pytest.mark.parametrize("is_deep", [False, True])
def test_every_item_has_200_bytes_and_a_key_of_its_own(is_deep: bool) -> None:
    sent = [json.loads(each.body)["RequestItems"]["t"] for each in batches(Signer(1), "t", 60, is_deep=is_deep)]
    items = [write["PutRequest"]["Item"] for batch in sent for write in batch]
    assert [len(batch) for batch in sent] == [25, 25, 10]
    assert {item_size(item) for item in items} == {200}
    assert len({(item["pk"]["S"], item["sk"]["S"]) for item in items}) == 60
