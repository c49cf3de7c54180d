"""Find and read botocore's data files, without importing botocore (142 ms and 20 MB that a server need not pay)."""

from __future__ import annotations

import zlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import orjson

from ruststack.model.corrections import for_service
from ruststack.model.service import ServiceModel

_GZIP: Final = 31
"""zlib's word for gzip's framing; the module gzip takes longer to load than a model."""

_NONE: Final[dict[str, Any]] = {}


@cache
def data_folder() -> Path:
    """botocore's ``data`` folder. Raises ModuleNotFoundError when botocore is not installed."""
    spec = find_spec("botocore")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("botocore, whose data files hold AWS's service models, is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "data"


@cache
def service_names() -> frozenset[str]:
    """Every service that has a model."""
    return frozenset(path.name for path in data_folder().iterdir() if path.is_dir())


@cache
def load(service: str) -> ServiceModel:
    """The model of a service by botocore's name (``s3``, ``stepfunctions``), newest version; read once, on first use.

    botocore's ``sdk-extras`` are left out on purpose: they say what its client adds (such as reading Expires as a
    time where the service keeps any text), not what the service accepts.

    Raises KeyError for a service that botocore has no model of.
    """
    folder = data_folder() / service
    if not service or "/" in service or not folder.is_dir():
        raise KeyError(service)
    path = max(folder.glob("*/service-2.json*"), key=lambda file: (file.parent.name, file.suffix != ".gz"))
    content = path.read_bytes()
    raw = orjson.loads(zlib.decompress(content, _GZIP) if path.suffix == ".gz" else content)
    _drop_documentation(raw)
    return ServiceModel(service, raw, for_service(service))


def _drop_documentation(raw: dict[str, Any]) -> None:
    """Four fifths of a model are prose, which a server keeps for nobody."""
    for shape in raw["shapes"].values():
        shape.pop("documentation", None)
        for member in shape.get("members", _NONE).values():
            member.pop("documentation", None)
        for name in ("member", "key", "value"):
            if name in shape:
                shape[name].pop("documentation", None)
    for operation in raw["operations"].values():
        operation.pop("documentation", None)
