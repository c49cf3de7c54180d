"""JSON Web Tokens: taken apart, and checked against the issuer's keys.

Source: RFC 7515, 7518 (RS256), 7519; developer guide, "Control access to HTTP APIs with JWT authorizers" (only
RSA-based algorithms).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import importlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson


class InvalidToken(ValueError):
    """The text is no token, or its signature is not of this key."""


class Token(NamedTuple):
    """A token's parts. ``signed`` is what the signature is of."""

    header: dict[str, Any]
    claims: dict[str, Any]
    signed: bytes
    signature: bytes


def read(text: str) -> Token:
    """The parts of a token; nothing is checked. Raises InvalidToken."""
    pieces = text.split(".")
    if len(pieces) != 3:
        raise InvalidToken("not three parts")
    try:
        header, claims = (orjson.loads(_bytes(piece)) for piece in pieces[:2])
        signature = _bytes(pieces[2])
    except (ValueError, binascii.Error) as error:
        raise InvalidToken(str(error)) from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise InvalidToken("not two objects")
    return Token(header, claims, f"{pieces[0]}.{pieces[1]}".encode(), signature)


def _bytes(piece: str) -> bytes:
    return base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4))


def check_signature(token: Token, keys: list[Mapping[str, Any]]) -> None:
    """Raises InvalidToken unless one of the issuer's keys (as its JWKS lists them) has signed the token."""
    if token.header.get("alg") != "RS256":
        raise InvalidToken("no such algorithm")
    crypto = importlib.import_module("awscrt.crypto")
    named = [key for key in keys if key.get("kid") == token.header.get("kid")]
    digest = hashlib.sha256(token.signed).digest()
    for key in named or keys:
        try:
            public = crypto.RSA.new_public_key_from_der_data(_der(key))
            if public.verify(crypto.RSASignatureAlgorithm.PKCS1_5_SHA256, digest, token.signature):
                return
        except (ValueError, KeyError, RuntimeError, TypeError):
            continue
    raise InvalidToken("no key of the issuer has signed this")


def _der(key: Mapping[str, Any]) -> bytes:
    """A JSON Web Key as PKCS #1 writes it: a sequence of modulus and exponent."""
    return _tagged(0x30, _integer(_bytes(key["n"])) + _integer(_bytes(key["e"])))


def _integer(value: bytes) -> bytes:
    return _tagged(0x02, (b"\0" if value[:1] >= b"\x80" else b"") + value)


def _tagged(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(size))) + size + content


def has_scope(claims: Mapping[str, Any], wanted: list[str]) -> bool:
    """Whether the token has one of these scopes, in ``scope`` or ``scp``."""
    given = claims.get("scope", claims.get("scp", ""))
    scopes = given if isinstance(given, list) else str(given).split()
    return not wanted or any(scope in scopes for scope in wanted)


def claim_text(value: Any) -> str:
    """A claim as events tell it: lists as ``[a b]``."""
    if isinstance(value, list):
        return "[" + " ".join(claim_text(each) for each in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else orjson.dumps(value).decode()
