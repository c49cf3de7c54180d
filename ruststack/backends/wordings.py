"""Messages of DynamoDB Local that AWS words otherwise, each with its evidence."""

from __future__ import annotations

from ruststack.backends.dialect import Wording

WORDINGS: tuple[Wording, ...] = ()
