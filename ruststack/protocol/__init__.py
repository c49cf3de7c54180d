"""Bytes to dict and back: one compiled closure per shape."""

from ruststack.protocol.codec import Codec
from ruststack.protocol.factory import codec
from ruststack.protocol.malformed import MalformedInput

__all__ = ["Codec", "MalformedInput", "codec"]
