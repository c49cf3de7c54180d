"""What the server was told: a flag, else RUSTSTACK_*, else LocalStack's or MiniStack's name for it, else the default.

Nothing else in the server reads the environment.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ruststack.parsing import Address
from ruststack.services import SERVICES
from ruststack.settings import SETTINGS, Read, Setting


class Config(NamedTuple):
    """What the server was told. Fields are explained in `SETTINGS`; defaults are those of an embedded server."""

    host: str = "127.0.0.1"
    port: int = 4566
    listen: tuple[Address, ...] = ()
    services: tuple[str, ...] = ()
    s3: str = "on"
    dynamodb: str = ""
    dynamodb_local_path: Path | None = None
    dynamodb_index_delay: float = 0.0
    dynamodb_table_delay: float = 0.0
    lambda_: str = ""
    lambda_keep_alive: float = 600.0
    lambda_isolation: str = "auto"
    lambda_permissions: str = "given"
    lambda_freeze: bool = False
    lambda_images: tuple[tuple[str, str], ...] = ()
    lambda_docker_network: str = ""
    lambda_docker_flags: str = ""
    lambda_admin: bool = False
    recordings: str = ""
    docker_socket: Path | None = None
    access_key_id: str = "test"
    secret_access_key: str = "test"
    verify_signatures: bool = False
    legacy_s3: bool = False
    allowed_origins: tuple[str, ...] = ()
    public_host: str = ""
    persistence: bool = False
    data_dir: Path = Path("~/.ruststack")
    sync: str = "second"
    journal: bool = False
    seed: int | None = None
    log: str = "requests"

    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Every host and port to listen on."""
        listen = self.listen or (Address("", None),)
        return tuple(
            dict.fromkeys((each.host or self.host, self.port if each.port is None else each.port) for each in listen)
        )

    def __repr__(self) -> str:
        return "Config(...)"


class BadSetting(ValueError):
    """A value that cannot be used: one clear line that says where it came from."""


def load(flags: Mapping[str, str] | None = None, environment: Mapping[str, str] | None = None) -> Config:
    """The settings from flags (by field) and the environment. Raises BadSetting."""
    environment = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    ranks: dict[str, int] = {}
    for setting in SETTINGS:
        for rank, (source, text, read) in enumerate(_sources(setting, flags or {}, environment)):
            if text:
                values[setting.field] = _read(setting, source, text, read)
                ranks[setting.field] = min(rank, 2)
                break
    if "listen" in values:
        values["listen"] = _overridden(values["listen"], ranks)
    config = Config(**values)
    return config._replace(data_dir=config.data_dir.expanduser())


def _sources(
    setting: Setting, flags: Mapping[str, str], environment: Mapping[str, str]
) -> Iterator[tuple[str, str | None, Read]]:
    yield setting.flag, flags.get(setting.field), setting.read
    yield setting.variable, environment.get(setting.variable), setting.read
    for name, read in setting.others:
        yield name, environment.get(name), read or setting.read


def _read(setting: Setting, source: str, text: str, read: Read) -> Any:
    try:
        return read(text)
    except ValueError as error:
        shown = "the value" if "secret" in setting.field else repr(text)
        raise BadSetting(f"{source}: {shown} {error}") from None


def _overridden(listen: tuple[Address, ...], ranks: Mapping[str, int]) -> tuple[Address, ...]:
    """A host or port from a stronger source than the addresses' goes before theirs."""
    drops_host = ranks.get("host", 9) < ranks["listen"]
    drops_port = ranks.get("port", 9) < ranks["listen"]
    return tuple(Address("" if drops_host else each.host, None if drops_port else each.port) for each in listen)


def not_there_yet(config: Config) -> list[str]:
    """The settings that were given but have nothing to act on yet: variables, and ``VARIABLE=service``."""
    plain = Config()
    return [f"RUSTSTACK_SERVICES={name}" for name in config.services if name not in SERVICES] + [
        setting.variable
        for setting in SETTINGS
        if not setting.is_ready and getattr(config, setting.field) not in (getattr(plain, setting.field), "off")
    ]


def local_url(host: str, port: int) -> str:
    """How a client on this machine reaches a listening address; one that means every interface, by 127.0.0.1."""
    if host in ("0.0.0.0", "::", ""):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def aws_variables() -> list[str]:
    """The variables of this shell that decide where AWS tools go."""
    return [name for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3") if os.environ.get(name)]


def java_home() -> str:
    """Where Java is installed, if this shell says so."""
    return os.environ.get("JAVA_HOME", "")
