"""A scenario in another region than it was recorded in: what names the one names the other, and answers name it back.

Where the scenario speaks of the target's region as another one, it gets a third in its place, so that two regions stay
two. CreateBucket says its region in another way in us-east-1 than anywhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Self

from conformance import signed
from conformance.digests import refreshed
from conformance.exchange import Exchange, Recording, Request
from conformance.replay.words import Words

FIRST = "us-east-1"
"""The region that S3 takes for granted: its buckets are made without a location constraint, and may be made again."""

_SHAPE = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_SPARE = ("eu-north-1", "ap-south-1", "sa-east-1", "ca-central-1")
_ZONES = "abcdef"
_CREATE = "s3.CreateBucket"
_CONSTRAINT = re.compile(rb"<LocationConstraint>([^<]*)</LocationConstraint>")
_EMPTY_CONFIGURATION = re.compile(rb"(<CreateBucketConfiguration\b[^<>]*?)\s*/>")
_CONFIGURATION = re.compile(rb"(<CreateBucketConfiguration\b[^<>]*(?<!/)>)(.*</CreateBucketConfiguration>)", re.DOTALL)
_WHOLE = b'<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>'


def is_region(text: str) -> bool:
    return _SHAPE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Travel:
    """From where a scenario was recorded to ``region``, where it takes place.

    ``regions`` are the regions, and their zones, that the recording names and those to name instead; none when there
    is no need.
    """

    recorded: str
    region: str
    regions: dict[str, str]

    @classmethod
    def of(cls, recording: Recording, region: str) -> Self:
        """``region`` empty: it takes place where it was recorded."""
        recorded = recording.source.region
        if not region or region == recorded or not is_region(recorded):
            return cls(recorded, recorded, {})
        moved = {recorded: region}
        if _names(recording, region):
            moved[region] = next(each for each in _SPARE if each != region and not _names(recording, each))
        return cls(recorded, region, moved | {old + zone: new + zone for old, new in moved.items() for zone in _ZONES})

    def there(self, exchange: Exchange) -> Exchange:
        """The recorded exchange as if its client had spoken to the regions where it takes place."""
        if not self.regions:
            return exchange
        words = Words()
        for recorded, live in self.regions.items():
            words.add(recorded, live)
        request = exchange.request
        headers = tuple((name, words.to_live(value)) for name, value in request.headers)
        return replace(exchange, request=replace(request, target=words.to_live(request.target), headers=headers))

    def located(self, exchange: Exchange, request: Request) -> Request:
        """The rebound request; a CreateBucket of the recorded region says the region as S3 wants it there.

        Source: S3, API_CreateBucket, LocationConstraint
        """
        if exchange.operation != _CREATE or FIRST not in (self.recorded, self.region) or not self.regions:
            return request
        found = signed.find(request)
        if found is None or found.scope.region != self.region:
            return request
        body = _constrained(request.body, self.region) if self.region != FIRST else _unconstrained(request.body)
        return replace(request, headers=refreshed(request.headers, request.body, body), body=body)


def _names(recording: Recording, region: str) -> bool:
    return any(_names_in(each.request, region) for each in recording.exchanges)


def _names_in(request: Request, region: str) -> bool:
    if region in request.target or region.encode() in request.body:
        return True
    return any(region in value for _, value in request.headers)


def _constrained(body: bytes, region: str) -> bytes:
    """The configuration with a constraint; one that is none, or has one, as it is."""
    constraint = b"<LocationConstraint>%b</LocationConstraint>" % region.encode()
    if _CONSTRAINT.search(body):
        return body
    opened = _EMPTY_CONFIGURATION.sub(rb"\1></CreateBucketConfiguration>", body or _WHOLE)
    return _CONFIGURATION.sub(rb"\g<1>%b\g<2>" % constraint, opened)


def _unconstrained(body: bytes) -> bytes:
    return _CONSTRAINT.sub(lambda found: b"" if found.group(1) == FIRST.encode() else found.group(), body)
