"""
Which requests reach which service: one listener rule per path, most specific first.

The priority of a rule follows from the rule alone: how specific it is, and a hash to keep equals
apart. So a new service moves no other's priority. Were they counted through, CloudFormation would
have to renumber rules in several stacks, and each would wait for a number that the next one still
holds (Elastic Load Balancing API reference, `SetRulePriorities`: `PriorityInUse`, 2026-11).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from spec.findings import Path
    from spec.model import Spec

FIRST_PRIORITY = 10
"""1 to 9 stay free: a closed side answers there before any service is asked."""

LAST_PRIORITY = 50_000
"""The highest that AWS takes (Elastic Load Balancing API reference, `CreateRule`, 2026-11)."""

HOSTS_PER_RULE = 4
"""With one path, the five values that a rule may compare (Application Load Balancers user guide,
"Quotas", 2026-11)."""

_STEPS = 256
"""How many degrees of being specific are told apart."""

_SLOTS = 48
"""How many rules of the same degree have a number each: 4 kinds x 256 x 48 + 10 is below 50,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """
    One listener rule.

    Attributes:
        service: Key of the service that answers.
        hosts: Host names with their places in the spec; none for every host.
        path: The path pattern with its place in the spec; none for every path.
        priority: Lower is asked first; unique among all rules.
    """

    service: str
    hosts: tuple[tuple[str, Path], ...]
    path: tuple[str, Path] | None
    priority: int


def listener_rules(spec: Spec) -> Mapping[str, tuple[Rule, ...]]:
    """Return the rules that lead to each service, in the spec's order; by service, sorted."""
    taken: set[int] = set()
    # Sorted: which of two equals gives way must not depend on the order in the file.
    return {
        service: tuple(
            Rule(
                service=service,
                hosts=hosts,
                path=path,
                priority=_free_priority(
                    _priority(service, tuple(host for host, _ in hosts), path and path[0]), taken
                ),
            )
            for hosts, path in _matches(spec, service)
        )
        for service in sorted(spec.services)
    }


def _free_priority(wanted: int, taken: set[int]) -> int:
    """Take *wanted*, or the next number that no rule has."""
    while wanted in taken:
        wanted = wanted + 1 if wanted < LAST_PRIORITY else FIRST_PRIORITY
    taken.add(wanted)
    return wanted


def _matches(
    spec: Spec, service: str
) -> Iterator[tuple[tuple[tuple[str, Path], ...], tuple[str, Path] | None]]:
    model = spec.services[service]
    base: Path = ("services", service)
    hosts = tuple((host, (*base, "hosts", n)) for n, host in enumerate(model.hosts))
    paths: tuple[tuple[str, Path] | None, ...] = tuple(
        (path, (*base, "paths", n)) for n, path in enumerate(model.paths)
    )
    if not hosts and not paths:
        paths = tuple(_paths_of_cdn(spec, service))
    chunks = [hosts[n : n + HOSTS_PER_RULE] for n in range(0, len(hosts), HOSTS_PER_RULE)]
    yield from product(chunks or [()], paths or (None,))


def _paths_of_cdn(spec: Spec, service: str) -> Iterator[tuple[str, Path]]:
    """
    Yield the paths that CloudFront sends to *service*.

    All services share one origin, so without a rule for them the load balancer would give these
    paths to whichever service answers the rest.
    """
    if spec.cdn is None or spec.cdn.default == service:
        return
    for pattern, name in spec.cdn.paths.items():
        if name == service:
            yield f"/{pattern.lstrip('/')}", ("cdn", "paths", pattern)


def _priority(service: str, hosts: tuple[str, ...], path: str | None) -> int:
    kind = {(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}[
        bool(hosts), path is not None
    ]
    degree = min(map(_specific, (path,) if path is not None else hosts), default=0)
    text = "\n".join((service, *hosts, path or ""))
    slot = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % _SLOTS
    return FIRST_PRIORITY + (kind * _STEPS + (_STEPS - 1 - degree)) * _SLOTS + slot


def _specific(pattern: str) -> int:
    """Tell how specific *pattern* is by its plain characters; exact ones win over their equals."""
    plain = sum(character not in "*?" for character in pattern)
    return min(2 * plain + (plain == len(pattern)), _STEPS - 1)


def conditions(rule: Rule) -> tuple[tuple[str, tuple[tuple[str, Path | None], ...]], ...]:
    """
    Return what a rule compares: fields as AWS names them, values with their places in the spec.

    A rule must compare something, so one for everything compares the path with `/*`, which stands
    nowhere in the spec.
    """
    found: list[tuple[str, tuple[tuple[str, Path | None], ...]]] = []
    if rule.hosts:
        found.append(("host-header", rule.hosts))
    if rule.path is not None:
        found.append(("path-pattern", (rule.path,)))
    return tuple(found) or (("path-pattern", (("/*", None),)),)
