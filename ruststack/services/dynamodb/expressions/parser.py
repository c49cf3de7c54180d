"""From tokens to syntax: conditions, updates and projections. Syntax errors only; what it means is checked later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from ruststack.services.dynamodb.expressions.errors import InvalidExpression, RedundantParentheses, invalid
from ruststack.services.dynamodb.expressions.syntax import (
    Action,
    Add,
    And,
    Between,
    Call,
    Comparison,
    Condition,
    Delete,
    In,
    Not,
    Operand,
    Or,
    Parsed,
    Part,
    Path,
    Projection,
    Remove,
    Set,
    Update,
    Value,
)
from ruststack.services.dynamodb.expressions.tokens import Kind, Tokens

MAX_BYTES: Final = 4096
_COMPARATORS: Final = frozenset(("=", "<>", "<", "<=", ">", ">="))
_ARITHMETIC: Final = ("+", "-")
_SECTIONS: Final = ("SET", "REMOVE", "ADD", "DELETE")
_LARGEST_INDEX: Final = 2**31 - 1
_DEEPEST: Final = 320


def condition(text: str) -> Parsed:
    """A condition, filter or key condition. Raises InvalidExpression."""
    reader = _Reader(text)
    found = reader.either()
    reader.end()
    return Parsed(found, reader.operators)


def update(text: str) -> Update:
    """An update. Raises InvalidExpression."""
    reader = _Reader(text)
    sections = [reader.section()]
    while reader.tokens.now.kind is not Kind.END:
        sections.append(reader.section())
    return Update(tuple(sections), reader.operators)


def projection(text: str) -> Projection:
    """A projection. Raises InvalidExpression."""
    reader = _Reader(text)
    paths = [reader.path()]
    while reader.tokens.skip(","):
        paths.append(reader.path())
    reader.end()
    return Projection(tuple(paths))


class _Reader:
    """Reads one expression; every method reads what it is named after, from where the last one stopped."""

    def __init__(self, text: str) -> None:
        if not text:
            raise invalid("The expression can not be empty")
        size = len(text.encode())
        if size > MAX_BYTES:
            raise invalid("Expression size has exceeded the maximum allowed size", expression_size=size)
        self.tokens = Tokens(text)
        self.operators = 0
        if self.tokens.depth() > _DEEPEST:
            # No expression within the limit of operators needs so many.
            raise RedundantParentheses

    def end(self) -> None:
        if self.tokens.now.kind is not Kind.END:
            raise self.tokens.unexpected()

    # conditions

    def either(self) -> Condition:
        found = [self._both()]
        while self._operator("OR"):
            found.append(self._both())
        return Or(tuple(found)) if len(found) > 1 else found[0]

    def _both(self) -> Condition:
        found = [self._negation()]
        while self._operator("AND"):
            found.append(self._negation())
        return And(tuple(found)) if len(found) > 1 else found[0]

    def _negation(self) -> Condition:
        is_negated, is_even = False, True
        while self._operator("NOT"):
            is_negated, is_even = True, not is_even
        found = self._simple()
        if is_negated:
            found = Not(Not(found)) if is_even else Not(found)
        return found

    def _operator(self, keyword: str) -> bool:
        is_here = self.tokens.skip(keyword)
        self.operators += is_here
        return is_here

    def _simple(self) -> Condition:
        if self.tokens.now.text != "(" or self.tokens.now.kind is not Kind.SYMBOL:
            return self._test()
        # A parenthesis opens an operand or a condition: what follows tells.
        mark = self._mark()
        try:
            return self._test()
        except RedundantParentheses:
            raise
        except InvalidExpression:
            self._back_to(mark)
        return self._enclosed()

    def _mark(self) -> tuple[int, int]:
        return self.tokens.at, self.operators

    def _back_to(self, mark: tuple[int, int]) -> None:
        self.tokens.at, self.operators = mark

    def _enclosed(self) -> Condition:
        self.tokens.expect("(")
        start = self.tokens.at
        found = self.either()
        self.tokens.expect(")")
        self._check_parentheses(start)
        return found

    def _check_parentheses(self, start: int) -> None:
        """Between ``start`` and the parenthesis just closed may not stand one more pair of parentheses alone."""
        if self.tokens.encloses(start, self.tokens.at - 2):
            raise RedundantParentheses

    def _test(self) -> Condition:
        tokens = self.tokens
        is_enclosed = tokens.now.text == "("
        left = self.operand()
        if tokens.now.kind is Kind.SYMBOL and tokens.now.text in _COMPARATORS:
            self.operators += 1
            operator = tokens.take().text
            return Comparison(operator, left, self.operand())
        if self._operator("BETWEEN"):
            lower = self.operand()
            tokens.expect("AND")
            return Between(left, lower, self.operand())
        if self._operator("IN"):
            tokens.expect("(")
            return In(left, self._operands())
        if isinstance(left, Call) and not is_enclosed:
            return left
        raise tokens.unexpected()

    # operands

    def operand(self) -> Operand:
        tokens = self.tokens
        if tokens.skip("("):
            start = tokens.at
            found = self.operand()
            tokens.expect(")")
            self._check_parentheses(start)
            return found
        if tokens.now.kind is Kind.VALUE:
            return Value(tokens.take().text)
        if tokens.now.kind is Kind.WORD and tokens.next.text == "(":
            name = tokens.take().text
            tokens.take()
            self.operators += 1
            return Call(name, self._operands())
        return self.path()

    def _operands(self) -> tuple[Operand, ...]:
        """Up to the closing parenthesis."""
        found = [self.operand()]
        while self.tokens.skip(","):
            found.append(self.operand())
        self.tokens.expect(")")
        return tuple(found)

    def path(self) -> Path:
        parts: list[Part] = [self._name()]
        while True:
            if self.tokens.skip("."):
                parts.append(self._name())
            elif self.tokens.skip("["):
                parts.append(self._index())
                self.tokens.expect("]")
            else:
                return Path(tuple(parts))

    def _name(self) -> str:
        if self.tokens.now.kind not in (Kind.WORD, Kind.NAME):
            raise self.tokens.unexpected()
        return self.tokens.take().text

    def _index(self) -> int:
        if self.tokens.now.kind is not Kind.INDEX:
            raise self.tokens.unexpected()
        index = int(self.tokens.take().text)
        if index > _LARGEST_INDEX:
            raise invalid("List index is not within the allowable range", index=f"[{index}]")
        return index

    # updates

    def section(self) -> tuple[str, tuple[Action, ...]]:
        keyword = self.tokens.now.text
        if self.tokens.now.kind is not Kind.KEYWORD or keyword not in _SECTIONS:
            raise self.tokens.unexpected()
        self.tokens.take()
        readers: dict[str, Callable[[], Action]] = {
            "SET": self._set,
            "REMOVE": self._remove,
            "ADD": self._add,
            "DELETE": self._delete,
        }
        read = readers[keyword]
        actions: list[Action] = [read()]
        while self.tokens.skip(","):
            actions.append(read())
        return keyword, tuple(actions)

    def _set(self) -> Set:
        path = self.path()
        self.tokens.expect("=")
        return Set(path, self._set_value())

    def _remove(self) -> Remove:
        return Remove(self.path())

    def _add(self) -> Add:
        return Add(self.path(), self._value())

    def _delete(self) -> Delete:
        return Delete(self.path(), self._value())

    def _value(self) -> Value:
        if self.tokens.now.kind is not Kind.VALUE:
            raise self.tokens.unexpected()
        return Value(self.tokens.take().text)

    def _set_value(self) -> Operand:
        mark = self._mark()
        try:
            left = self.operand()
        except RedundantParentheses:
            raise
        except InvalidExpression:
            self._back_to(mark)
            return self._enclosed_value()
        return self._sum(left)

    def _enclosed_value(self) -> Operand:
        self.tokens.expect("(")
        start = self.tokens.at
        found = self._set_value()
        self.tokens.expect(")")
        self._check_parentheses(start)
        return found

    def _sum(self, left: Operand) -> Operand:
        token = self.tokens.now
        if token.kind is Kind.SYMBOL and token.text in _ARITHMETIC:
            self.tokens.take()
            self.operators += 1
            return Call(token.text, (left, self.operand()))
        return left
