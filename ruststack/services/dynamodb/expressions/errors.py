"""What can be wrong with an expression, in DynamoDB's words. The caller says which expression it was."""

from __future__ import annotations


class InvalidExpression(Exception):
    """``str(error)`` follows ``Invalid FilterExpression: `` in the answer."""


class RedundantParentheses(InvalidExpression):
    """Parentheses around parentheses; noticed before what is wrong further on."""

    def __init__(self) -> None:
        super().__init__("The expression has redundant parentheses;")


def syntax_error(token: str, near: str) -> InvalidExpression:
    """``token`` is where reading stopped; ``near`` it with its neighbours, as they stand in the text."""
    return InvalidExpression(f'Syntax error; token: "{token}", near: "{near}"')


def invalid(what: str, **details: object) -> InvalidExpression:
    """``what; first detail: value, second detail: value``: underscores in the names stand for spaces."""
    told = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in details.items())
    return InvalidExpression(f"{what}; {told}" if told else f"{what};")
