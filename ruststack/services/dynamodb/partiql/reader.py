"""Where the parser stands in a statement, and the values that it has met."""

from __future__ import annotations

from ruststack.services.dynamodb.expressions.syntax import Value
from ruststack.services.dynamodb.partiql.syntax import Maker
from ruststack.services.dynamodb.partiql.tokens import Kind, Malformed, Token, scan


class Reader:
    """The tokens of one statement."""

    def __init__(self, text: str) -> None:
        self._tokens = scan(text)
        self._at = 0
        self.makers: list[Maker] = []
        self.parameters = 0

    @property
    def now(self) -> Token:
        return self._tokens[self._at]

    @property
    def next(self) -> Token:
        return self._tokens[min(self._at + 1, len(self._tokens) - 1)]

    def take(self) -> Token:
        """The token under the reader, which goes on."""
        token = self.now
        if token.kind is not Kind.END:
            self._at += 1
        return token

    def skip(self, symbol: str) -> bool:
        """Go past a symbol if it stands here."""
        if self.now.kind is Kind.SYMBOL and self.now.text == symbol:
            self._at += 1
            return True
        return False

    def expect(self, symbol: str) -> None:
        """Go past a symbol. Raises Malformed when something else stands here."""
        if not self.skip(symbol):
            raise Malformed

    def is_word(self, *words: str) -> bool:
        """Whether one of these keywords stands here."""
        return self.now.kind is Kind.WORD and self.now.text.upper() in words

    def word(self, *words: str) -> str:
        """Go past one of these keywords if it stands here; which one, in upper case, or an empty text."""
        return self.take().text.upper() if self.is_word(*words) else ""

    def expect_word(self, word: str) -> None:
        """Go past a keyword. Raises Malformed when something else stands here."""
        if not self.word(word):
            raise Malformed

    def parameter(self) -> int:
        """The number of the parameter that has just been met."""
        self.parameters += 1
        return self.parameters - 1

    def value(self, maker: Maker) -> Value:
        """A name for a value of the statement."""
        self.makers.append(maker)
        return Value(f":{len(self.makers) - 1}")
