"""DynamoDB's numbers: decimal text of up to 38 significant digits, from 1E-130 to below 1E+126, kept in one form.

Source: developer guide, HowItWorks.NamingRulesDataTypes ("Number"); answers of DynamoDB Local 2.6.1.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Final

PRECISION: Final = 38
_LARGEST_EXPONENT: Final = 125
_SMALLEST_EXPONENT: Final = -130
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_PLAIN: Final = re.compile(r"0|-?[1-9][0-9]{0,16}")
_CACHED: Final = 4096
_EXACT: Final = Context(prec=PRECISION * 8, Emax=10_000, Emin=-10_000)


class InvalidNumber(ValueError):
    """``str(error)`` is DynamoDB's message."""


def normal(text: str) -> str:
    """The one text that stands for the number: no exponent, no plus, no zeros that say nothing.

    Raises InvalidNumber.
    """
    if _PLAIN.fullmatch(text):
        return text
    return spell(parse(text))


@lru_cache(_CACHED)
def measured(text: str) -> tuple[str, int]:
    """A number's normal form, and how much it counts in an item. Raises InvalidNumber."""
    form = normal(text)
    return form, size_bytes(form)


def parse(text: str) -> Decimal:
    """The number. Raises InvalidNumber for what is none, is too large or small, or has too many digits."""
    if not _NUMBER.fullmatch(text) or not text.isascii():
        told = f": {text}" if text else ""
        raise InvalidNumber(f"The parameter cannot be converted to a numeric value{told}")
    try:
        # Exact, however long: a context's precision does not concern what is made from text.
        number = Decimal(text)
    except InvalidOperation:
        # An exponent of more than 18 digits.
        raise InvalidNumber(f"The parameter cannot be converted to a numeric value: {text}") from None
    return checked(number)


def checked(number: Decimal) -> Decimal:
    """The number itself. Raises InvalidNumber when DynamoDB could not store it."""
    if not number:
        return Decimal(0)
    digits = len(str(number).partition("E")[0].replace(".", "").lstrip("-").strip("0"))
    if digits > PRECISION:
        raise InvalidNumber("Attempting to store more than 38 significant digits in a Number")
    if number.adjusted() > _LARGEST_EXPONENT:
        what = "Number overflow. Attempting to store a number with magnitude larger than supported range"
        raise InvalidNumber(what)
    if number.adjusted() < _SMALLEST_EXPONENT:
        what = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
        raise InvalidNumber(what)
    return number


def spell(number: Decimal) -> str:
    """In plain digits."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def value_of(text: str) -> int | Decimal:
    """What to compare by; the text is in its normal form."""
    return int(text) if _PLAIN.fullmatch(text) else Decimal(text)


def add(left: str, right: str) -> str:
    """The sum. Raises InvalidNumber when it is too large, or has too many digits."""
    return spell(checked(_EXACT.add(Decimal(left), Decimal(right))))


def subtract(left: str, right: str) -> str:
    """The difference. Raises InvalidNumber when it is too large, or has too many digits."""
    return spell(checked(_EXACT.subtract(Decimal(left), Decimal(right))))


def size_bytes(text: str) -> int:
    """How much a number counts in an item: about one byte for two digits, and one.

    Source: developer guide, CapacityUnitCalculations.
    """
    digits = text.lstrip("-").replace(".", "").strip("0")
    size = (len(digits) + 1) // 2 + 1
    return min(size + (text[0] == "-"), 21)
