"""Readers of setting values: text from a flag or the environment in, value out, else ValueError with the reason."""

from __future__ import annotations

import json
import math
import re
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

_YES: Final = ("1", "true", "yes", "on")
_NO: Final = ("0", "false", "no", "off")
_PLAIN_URL: Final = re.compile(r"http://(?:\[[0-9a-f:]+\]|[^/:@\[\]\s]+)(?::([0-9]{1,5}))?/?", re.IGNORECASE)


class Address(NamedTuple):
    """Where to listen; an empty host or None for a port means that the default applies."""

    host: str
    port: int | None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"


def boolean(text: str) -> bool:
    """1, true, yes, on; 0, false, no, off."""
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError("is neither 1 (true, yes, on) nor 0 (false, no, off)")


def port(text: str) -> int:
    """0 to 65535; 0 asks the system for a free one."""
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise ValueError("is not a port (0 to 65535)")
    return int(text)


def integer(text: str) -> int:
    """A whole number."""
    try:
        return int(text)
    except ValueError:
        raise ValueError("is not a whole number") from None


def seconds(text: str) -> float:
    """A number of seconds, with a fraction or without."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < math.inf:
        raise ValueError("is not a number of seconds")
    return number


def milliseconds(text: str) -> float:
    """A number of milliseconds, as seconds."""
    return seconds(text) / 1000


def word(*allowed: str, meaning: Mapping[str, str] | None = None) -> Callable[[str], str]:
    """One of some words, in any case; ``meaning`` maps other programs' words to ours."""

    def read(text: str) -> str:
        found = (meaning or {}).get(text.lower(), text.lower())
        if found not in allowed:
            raise ValueError(f"is none of {', '.join(allowed)}")
        return found

    return read


def engine(*words: str, has_url: bool = False) -> Callable[[str], str]:
    """on or off in any spelling, the name of an engine, or with ``has_url`` the URL of one that runs already."""
    allowed = ("on", "off", *words)

    def read(text: str) -> str:
        lower = text.lower()
        if lower in _YES or lower in _NO:
            return "on" if lower in _YES else "off"
        if has_url and _is_plain_url(text):
            return text
        if lower not in words:
            raise ValueError(f"is none of {', '.join(allowed)}{' and no http:// URL' if has_url else ''}")
        return lower

    return read


def debug_level(text: str) -> str:
    """A switch that stands for the log level debug."""
    return "debug" if boolean(text) else "requests"


def all_or_none(text: str) -> tuple[str, ...]:
    """A switch that stands for all origins."""
    return ("*",) if boolean(text) else ()


def path(text: str) -> Path:
    """A path; ~ is the home directory."""
    return Path(text).expanduser()


def existing_path(text: str) -> Path:
    """A path to something that is there."""
    found = path(text)
    if not found.exists():
        raise ValueError("does not exist")
    return found


def path_or_url(text: str) -> str:
    """A path to something that is there, or an http:// URL."""
    return text if _is_url(text) else str(existing_path(text).absolute())


def names(text: str) -> tuple[str, ...]:
    """Names separated by commas; LocalStack's old ``name:port`` is understood and its port ignored."""
    found = tuple(part.partition(":")[0].lower() for part in texts(text))
    if not found or not all(name.replace("-", "").isalnum() for name in found):
        raise ValueError("is not a list of services' names")
    return found


def origins(text: str) -> tuple[str, ...]:
    """``scheme://host`` or ``scheme://host:port`` as browsers write it, separated by commas; or ``*``."""
    found = tuple(part.rstrip("/").lower() for part in texts(text))
    for each in found:
        scheme, separator, rest = each.partition("://")
        if each not in ("*", "null") and not (scheme and separator and rest and not set(rest) & set("/?# ")):
            raise ValueError("is not a list of origins such as http://localhost:3000, or *")
    return found


def texts(text: str) -> tuple[str, ...]:
    """Texts separated by commas."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """``name=value``, separated by commas."""
    found = tuple(part.partition("=") for part in texts(text))
    if not found or not all(name and value for name, _, value in found):
        raise ValueError("is not a list of name=value")
    return tuple((name.strip(), value.strip()) for name, _, value in found)


def json_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """A JSON object of texts."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise ValueError("is not a JSON object of texts")
    return tuple(found.items())


def text(text: str) -> str:
    """Any text."""
    return text


def host(text: str) -> str:
    """A host name or address, without a port."""
    bare = text.removeprefix("[").removesuffix("]")
    if not bare or "/" in bare or " " in bare or (":" in bare and not _is_ipv6(bare)):
        raise ValueError("is not a host name or address")
    return bare


def address(text: str) -> Address:
    """``host:port``, ``host``, ``:port``, ``[ipv6]:port``, or a port alone."""
    if text.isdigit():
        return Address("", port(text))
    bracketed, closing, rest = text.rpartition("]")
    name, colon, number = (bracketed + closing, rest[:1], rest[1:]) if closing else text.partition(":")
    if rest and closing and colon != ":":
        raise ValueError("is not a host name or address")
    return Address(host(name) if name else "", port(number) if colon else None)


def host_and_port(text: str) -> str:
    """``host`` or ``host:port``, kept as text."""
    address(text)
    return text.lower()


def addresses(text: str) -> tuple[Address, ...]:
    """Addresses separated by commas."""
    found = tuple(address(part) for part in texts(text))
    if not found:
        raise ValueError("names no address")
    return found


def _is_url(text: str) -> bool:
    scheme, _, rest = text.partition("://")
    return scheme.lower() in ("http", "https") and bool(rest.partition("/")[0].partition(":")[0])


def _is_plain_url(text: str) -> bool:
    """HTTP without TLS, credentials or path: what an engine beside us is asked by."""
    found = _PLAIN_URL.fullmatch(text)
    return found is not None and int(found[1] or 80) in range(1, 65536)


def _is_ipv6(text: str) -> bool:
    try:
        socket.inet_pton(socket.AF_INET6, text)
    except OSError:
        return False
    return True
