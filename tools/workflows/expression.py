"""GitHub's expressions, as far as our workflows use them: literals, contexts, ==, !=, !, &&, ||, and a few functions.

Source: GitHub, "Evaluate expressions in workflows and actions".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Contexts = Mapping[str, Any]
Functions = Mapping[str, Callable[..., Any]]

STATUS = ("always", "cancelled", "failure", "success")
_TOKEN = re.compile(r"\s*(?:(&&|\|\||==|!=|[!(),.])|'((?:[^']|'')*)'|(\d+(?:\.\d+)?)|([A-Za-z_][\w-]*))")
_TEMPLATE = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
_WORDS = {"true": True, "false": False, "null": None}


class BadExpression(ValueError):
    """What is not an expression, or more of GitHub's language than is understood here."""


def evaluate(text: str, contexts: Contexts, functions: Functions) -> Any:
    """The expression's value. Raises BadExpression."""
    return _Reader(_tokens(text), contexts, functions, text).whole()


def fill(text: str, contexts: Contexts, functions: Functions) -> str:
    """The text with every ``${{ }}`` replaced by its value."""
    return _TEMPLATE.sub(lambda match: spell(evaluate(match[1], contexts, functions)), text)


def holds(condition: str | None, contexts: Contexts, functions: Functions) -> bool:
    """Whether a step's ``if`` lets it run; one that asks for no status asks for success."""
    if condition is None:
        return bool(functions["success"]())
    found = _TEMPLATE.fullmatch(str(condition).strip())
    text = found[1] if found else str(condition)
    asks = any(re.search(rf"\b{name}\s*\(", text) for name in STATUS)
    return truth(evaluate(text, contexts, functions)) and (asks or bool(functions["success"]()))


def truth(value: Any) -> bool:
    return value not in (None, False, 0, "")


def spell(value: Any) -> str:
    """As a value stands in a text."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _tokens(text: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    position = 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if not match:
            raise BadExpression(f"not understood: {text.strip()!r} at {text[position:].strip()!r}")
        sign, string, number, name = match.groups()
        if sign:
            found.append(("sign", sign))
        elif string is not None:
            found.append(("value", string.replace("''", "'")))
        elif number:
            found.append(("value", float(number) if "." in number else int(number)))
        else:
            found.append(("name", name))
        position = match.end()
    return found


class _Reader:
    """Reads the tokens from left to right, and knows the value of what it has read."""

    def __init__(self, tokens: Sequence[tuple[str, Any]], contexts: Contexts, functions: Functions, text: str) -> None:
        self._tokens = [*tokens, ("end", "")]
        self._at = 0
        self._contexts = contexts
        self._functions = functions
        self._text = text

    def whole(self) -> Any:
        value = self._either()
        if self._tokens[self._at][0] != "end":
            raise BadExpression(f"not understood: {self._text.strip()!r}")
        return value

    def _takes(self, sign: str) -> bool:
        if self._tokens[self._at] == ("sign", sign):
            self._at += 1
            return True
        return False

    def _needs(self, sign: str) -> None:
        if not self._takes(sign):
            raise BadExpression(f"{sign} is missing: {self._text.strip()!r}")

    def _either(self) -> Any:
        value = self._both()
        while self._takes("||"):
            other = self._both()
            value = value if truth(value) else other
        return value

    def _both(self) -> Any:
        value = self._compared()
        while self._takes("&&"):
            other = self._compared()
            value = other if truth(value) else value
        return value

    def _compared(self) -> Any:
        value = self._one()
        if self._takes("=="):
            return _same(value, self._one())
        if self._takes("!="):
            return not _same(value, self._one())
        return value

    def _one(self) -> Any:
        if self._takes("!"):
            return not truth(self._one())
        if self._takes("("):
            value = self._either()
            self._needs(")")
            return value
        kind, word = self._tokens[self._at]
        self._at += 1
        if kind == "value":
            return word
        if kind != "name":
            raise BadExpression(f"not understood: {self._text.strip()!r}")
        if word in _WORDS:
            return _WORDS[word]
        return self._called(word) if self._takes("(") else self._looked_up(word)

    def _called(self, name: str) -> Any:
        arguments = []
        while not self._takes(")"):
            arguments.append(self._either())
            self._takes(",")
        if name not in self._functions:
            raise BadExpression(f"no function {name}: {self._text.strip()!r}")
        return self._functions[name](*arguments)

    def _looked_up(self, name: str) -> Any:
        if name not in self._contexts:
            raise BadExpression(f"no context {name}: {self._text.strip()!r}")
        value = self._contexts[name]
        while self._takes("."):
            _, member = self._tokens[self._at]
            self._at += 1
            value = value.get(member) if isinstance(value, Mapping) else None
        return value


def _same(left: Any, right: Any) -> bool:
    """Strings are compared without their case; nothing is the empty string."""
    return spell(left).lower() == spell(right).lower()
