"""What was captured becomes recordings: redacted by one redactor, ordered by cause, bound, one a scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from conformance import signed
from conformance.exchange import Recording, Source
from conformance.record import accounts
from conformance.record.capture import Captured
from conformance.record.dataflow import infer
from conformance.record.keyring import access_keys, lent_in, machine_secrets, program_keyring
from conformance.record.names import infer_names
from conformance.record.order import causal
from conformance.record.redact import Redactor
from conformance.recording import dump
from conformance.target import Target

MAIN = "main"


@dataclass(frozen=True, slots=True)
class Written:
    """One recording on disk."""

    scenario: str
    path: Path
    exchanges: int


def write(
    taken: list[Captured],
    name: str,
    title: str,
    target: Target,
    redactor: Redactor,
    folder: Path,
    *,
    titles: Mapping[str, str] | None = None,
    is_proven: bool = True,
    program: str = "",
) -> list[Written]:
    """Write a recording for each scenario below ``folder``; what belongs to none is the scenario ``name``.

    ``titles`` holds the titles of scenarios that have one of their own. ``is_proven``: what calls itself AWS has shown
    that it is. ``program`` is what said it. Raises SecretFound.
    """
    written = []
    for scenario, captured in _by_scenario(taken, name).items():
        own = (titles or {}).get(scenario) or title
        path = folder / f"{scenario}.yaml"
        recording = _recording(scenario, own, target, captured, redactor, is_proven)
        dump(replace(recording, program=program), path)
        written.append(Written(scenario, path, len(captured)))
    return written


def ports_of(url: str | None) -> tuple[int, ...]:
    """The port of an endpoint, which recordings spell alike; none for AWS itself."""
    if not url:
        return ()
    where = urlsplit(url)
    return (where.port or (443 if where.scheme == "https" else 80),)


def region_of(taken: list[Captured]) -> str:
    regions = Counter(found.scope.region for each in taken if (found := signed.find(each.request)))
    return regions.most_common(1)[0][0] if regions else "us-east-1"


def redactor_of(
    taken: list[Captured], base: Mapping[str, str], ports: tuple[int, ...], *, keeps_accounts: bool = False
) -> Redactor:
    """One for all scenarios, so that a name or a secret is spelled alike in each."""
    labels, ids = _accounts(taken)
    foreign = [number for number, _ in accounts.ids_in(taken).most_common() if number not in ids.values()]
    secrets = [secret for secret in machine_secrets(base).values() if len(secret) >= 16]
    keyring = program_keyring(taken, base, labels)
    redactor = Redactor(
        {}, ids, {}, ports, keyring=keyring, foreign_ids=foreign, secrets=secrets, keeps_accounts=keeps_accounts
    )
    for each in taken:
        redactor.learn(each)
    return redactor


def _accounts(taken: list[Captured]) -> tuple[dict[str, str], dict[str, str]]:
    """The account label of each access key, and the id behind each label.

    Keys of one account share a label. A key that does not tell its account belongs, if it is the first, to the account
    that the traffic speaks of most.
    """
    seen = [number for number, _ in accounts.ids_in_answers(taken).most_common(1)]
    lent = lent_in(taken)
    labels: dict[str, str] = {}
    ids: dict[str, str] = {}
    for key in access_keys(taken):
        if ids and key in lent and not accounts.id_of_key(key):
            labels[key] = MAIN  # who lent it does not say; it is signed for with a key of the replay's own
            continue
        number = accounts.id_of_key(key) or (seen[0] if not ids and seen else "")
        label = next((label for label, known in ids.items() if known == number), "")
        if not label:
            label = f"account-{len(ids) + 1}" if ids else MAIN
            ids[label] = number
        labels[key] = label
    return labels, ids


def _by_scenario(taken: list[Captured], name: str) -> dict[str, list[Captured]]:
    scenarios: dict[str, list[Captured]] = {}
    for each in taken:
        scenarios.setdefault(each.scenario or name, []).append(each)
    return scenarios


def _recording(
    scenario: str, title: str, target: Target, taken: list[Captured], redactor: Redactor, is_proven: bool
) -> Recording:
    redacted = [redactor.exchange(number, each) for number, each in enumerate(taken, start=1)]
    exchanges = causal(redacted, [(each.at, each.ended) for each in taken])
    spoke = {each.account for each in exchanges}
    day = taken[0].at.date().isoformat()
    is_seen = target.kind == "aws" and is_proven
    source = Source(target.kind, target.version, target.region, day, _sdk(taken), is_seen)
    return Recording(
        scenario=scenario,
        title=title,
        source=source,
        accounts={label: number for label, number in redactor.canonical_ids.items() if label in spoke},
        names=infer_names(exchanges),
        exchanges=exchanges,
        bindings=infer(exchanges),
    )


def _sdk(taken: list[Captured]) -> str:
    """``aws-sdk-js 3.1162.0``: how the client calls itself."""
    agents = Counter((each.request.header("user-agent") or "").partition(" ")[0] for each in taken)
    return ", ".join(agent.replace("/", " ") for agent, _ in agents.most_common(3) if agent)
