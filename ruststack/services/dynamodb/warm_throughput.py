"""What a table or index can take at once, as it is described."""

from __future__ import annotations

from typing import Any, Final

_ON_DEMAND: Final = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000}


def warm_throughput(throughput: dict[str, Any], asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked for, else the provisioned throughput, else what on demand begins with."""
    units = dict(_ON_DEMAND)
    if throughput.get("ReadCapacityUnits"):
        units = {
            "ReadUnitsPerSecond": throughput["ReadCapacityUnits"],
            "WriteUnitsPerSecond": throughput["WriteCapacityUnits"],
        }
    units.update(asked)
    return {
        "ReadUnitsPerSecond": units["ReadUnitsPerSecond"],
        "Status": "ACTIVE",
        "WriteUnitsPerSecond": units["WriteUnitsPerSecond"],
    }
