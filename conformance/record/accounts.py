"""Account ids in a program's traffic: found where AWS puts them, to be mapped wherever else they stand."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from conformance.exchange import Headers
from conformance.record.capture import Captured

# In documentation everywhere; whoever reads them learns nothing.
PUBLIC = frozenset(("000000000000", "111122223333", "123456789012", "444455556666", "777788889999", "999999999999"))

_PLACES = (
    re.compile(r"arn:aws[\w-]*:[\w-]*:[\w-]*:(\d{12})\b"),
    re.compile(r"""["'](?:\w*[Aa]ccount(?:_?[Ii]ds?)?|\w*Owner(?:Id)?|ownerId)["']\s*:\s*\[?\s*["'](\d{12})["']"""),
    re.compile(r"<(?:\w*[Aa]ccount(?:_?[Ii]d)?|\w*[Oo]wner(?:Id|ID)?|AWSAccountId)>(\d{12})<"),
    re.compile(r"https?://[\w.:-]+/(\d{12})/"),
    re.compile(r"(?:^|&)[\w.]*(?:Account|Owner)(?:Ids?)?(?:\.\d+|\.member\.\d+)?=(\d{12})(?:&|$)"),
    re.compile(r"\b(\d{12})\.dkr\.ecr\."),
)
_HEADERS = frozenset(
    ("x-amz-account-id", "x-amz-expected-bucket-owner", "x-amz-source-expected-bucket-owner", "x-amz-source-account")
)
_KEY = re.compile(r"(?:AKIA|ASIA)([A-Z2-7]{16})")


def ids_in(taken: Iterable[Captured]) -> Counter[str]:
    """Every account id in the traffic but documentation's, with how often it stands where AWS puts one."""
    found: Counter[str] = Counter()
    for each in taken:
        request, response = each.request, each.response
        found.update(_in_text(unquote(request.target)))
        found.update(_in_message(request.headers, request.body))
        if response is not None:
            found.update(_in_message(response.headers, response.body))
    return Counter({number: count for number, count in found.items() if number not in PUBLIC})


def ids_in_answers(taken: Iterable[Captured]) -> Counter[str]:
    """The account ids that answers tell, documentation's too: an emulator's own account may be one of those."""
    found: Counter[str] = Counter()
    for each in taken:
        if each.response is not None:
            found.update(_in_message(each.response.headers, each.response.body))
    return found


def _in_message(headers: Headers, body: bytes) -> Iterator[str]:
    for name, value in headers:
        if name.lower() in _HEADERS and value.isdigit() and len(value) == 12:
            yield value
        else:
            yield from _in_text(value)
    text = body.decode("latin-1")
    yield from _in_text(text)
    if "%3A" in text:
        yield from _in_text(unquote(text))
    if '\\"' in text:
        yield from _in_text(text.replace("\\", ""))


def _in_text(text: str) -> Iterator[str]:
    for place in _PLACES:
        yield from place.findall(text)


def id_of_key(access_key: str) -> str:
    """The account that an access key belongs to; empty when the key does not tell.

    Twelve digits are the account (emulators take them so). AWS's keys since 2019 hold it in the base32 of what follows
    the prefix: the number is its first six bytes, without the top bit and the lowest seven.
    """
    if access_key.isdigit() and len(access_key) == 12:
        return access_key
    match = _KEY.fullmatch(access_key)
    if match is None:
        return ""
    try:
        number = int.from_bytes(base64.b32decode(match.group(1))[:6])
    except binascii.Error:
        return ""
    return f"{(number & 0x7FFFFFFFFF80) >> 7:012d}"
