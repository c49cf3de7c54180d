"""Which log group a request means, by name, identifier or ARN; the time in milliseconds; tokens of lists of names."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from typing import Any, Final

from ruststack.kit import Context, Input
from ruststack.services.logs.errors import InvalidParameterException, LogGroupNotFound, ValidationException
from ruststack.services.logs.state import LogGroup

_ARN: Final = re.compile(r"arn:aws[a-z-]*:logs:([a-z0-9-]+):(\d{12}):log-group:([^:*]+)(?::\*)?")


def now_ms(ctx: Context) -> int:
    """The virtual time."""
    return int(ctx.clock.now() * 1000)


def group_named(ctx: Context, name: str) -> LogGroup:
    """Raises ResourceNotFoundException."""
    group: LogGroup = ctx.state.group(name)
    return group


def group_of_arn(ctx: Context, arn: str) -> LogGroup:
    """Raises ResourceNotFoundException for what is no log group's ARN of this account and region."""
    found = _ARN.fullmatch(arn)
    if found is None or (found[1], found[2]) != (ctx.region, ctx.account):
        raise LogGroupNotFound()
    return group_named(ctx, found[3])


def group_identified(ctx: Context, identifier: str) -> LogGroup:
    """The group of a name or an ARN. Raises ResourceNotFoundException."""
    return group_of_arn(ctx, identifier) if identifier.startswith("arn:") else group_named(ctx, identifier)


def group_asked(ctx: Context, req: Input) -> LogGroup:
    """The group of logGroupName or logGroupIdentifier, of which there must be one.

    Raises ValidationException, InvalidParameterException, ResourceNotFoundException.
    Source: recorded answer to DescribeLogStreams with both.
    """
    name, identifier = req.get("logGroupName"), req.get("logGroupIdentifier")
    if name is not None and identifier is not None:
        raise ValidationException("LogGroup name and LogGroup ARN are mutually exclusive parameters.")
    if identifier is not None:
        return group_identified(ctx, identifier)
    if name is None:
        # Unknown: the words for neither; DescribeLogStreams without parameters would tell.
        raise InvalidParameterException("Either logGroupName or logGroupIdentifier must be specified.")
    return group_named(ctx, name)


def page_of(found: Iterable[str], req: Input, *, most: int = 50, descending: bool = False) -> tuple[list[str], Any]:
    """The names that stand after the request's token, at most ``limit``, and the token of what follows, or None.

    A token holds the last name of its page, so that names that come and go do not disturb.
    Raises InvalidParameterException.
    """
    names = sorted(found, reverse=descending)
    if req.get("nextToken") is not None:
        last = name_in_token(req["nextToken"])
        names = [name for name in names if (name < last if descending else name > last)]
    limit = req.get("limit") or most
    page = names[:limit]
    return page, token_of(page[-1]) if len(names) > limit else None


def token_of(name: str) -> str:
    """An opaque token that holds a text."""
    return base64.urlsafe_b64encode(name.encode()).decode()


def name_in_token(token: str) -> str:
    """Raises InvalidParameterException."""
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except ValueError:
        raise InvalidParameterException("The specified nextToken is invalid.") from None
