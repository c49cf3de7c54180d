"""Messages that hold a document of another service: it is compared as a tree, not as a text with ids in it.

SNS and EventBridge put their own JSON into a queue's messages. Its ids, times and signature differ between two runs,
and with them the message's digest; so the envelope is opened, and the digest is judged on the answer as it came.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from conformance.compare.mismatch import Mismatch, Severity
from conformance.digests import md5, messages
from conformance.exchange import Response

BODY, DIGEST = "Body", "MD5OfBody"
# Stands for the digest of a body that was opened; the rule for it looks at its shape only.
OPENED_DIGEST = "MD5OfEnvelope"
_MARKS = (frozenset(("Type", "MessageId", "TopicArn")), frozenset(("id", "detail-type", "source")))


def opened(left: dict[str, Any], right: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both messages with their envelopes as trees, if both hold one; as they were otherwise."""
    wanted, given = _envelope(left), _envelope(right)
    if wanted is None or given is None:
        return left, right
    return _with(left, wanted), _with(right, given)


def _envelope(message: dict[str, Any]) -> dict[str, Any] | None:
    body = message.get(BODY)
    if DIGEST not in message or not isinstance(body, str) or not body.startswith("{"):
        return None
    try:
        tree = json.loads(body)
    except ValueError:
        return None
    return tree if isinstance(tree, dict) and any(marks <= tree.keys() for marks in _MARKS) else None


def _with(message: dict[str, Any], tree: dict[str, Any]) -> dict[str, Any]:
    changed = {name: value for name, value in message.items() if name != DIGEST}
    return changed | {BODY: tree, OPENED_DIGEST: message[DIGEST]}


def wrong_digests(live: Response) -> Iterator[Mismatch]:
    """Each message of an answer, as it came, whose digest is not that of its body; SDKs refuse such a message."""
    for number, message in enumerate(messages(live.body), start=1):
        right, said = md5(message[BODY]), message.get(DIGEST)
        if said != right:
            yield Mismatch(f"body Messages[{number}]/{DIGEST}", "digest", Severity.CRITICAL, right, str(said))
