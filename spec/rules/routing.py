"""Rules about which service answers which host and path."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec.findings import Finding, at, key_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.findings import Spot
    from spec.model import Service, Spec

MOST_RULES = 100
"""Rules of a load balancer besides its default, adjustable (Application Load Balancers user guide,
"Quotas", 2026-11)."""

HOSTS_PER_RULE = 4
"""A rule compares five values (the same page): one path, and so many hosts."""

LONGEST_PATTERN = 128
"""Application Load Balancers user guide, "Condition types for listener rules", 2026-11."""

ANY = "*"

_HOST = re.compile(r"[A-Za-z0-9*?.-]*\.[A-Za-z?*]+", re.ASCII)
_PATH = re.compile(r"[/*][A-Za-z0-9_.$/~\"'@:+&*?-]*", re.ASCII)


def route_taken_twice(spec: Spec) -> Iterator[Finding]:
    """SF263: a host and path lead to one service."""
    first: dict[tuple[str, str], str] = {}
    for key, service in spec.services.items():
        told: set[str] = set()
        for host, path in _routes(spec, key):
            earlier = first.setdefault((host, path), key)
            if earlier == key or earlier in told or (host, path) == (ANY, ANY):
                continue
            told.add(earlier)
            where = "every path" if path == ANY else path
            yield Finding(
                code="SF263",
                where=_where(key, service, host, path),
                detail=f'Service "{earlier}" already answers {where} on'
                f" {'every host' if host == ANY else host}, so this one would get nothing there.",
                way_out="Give them different hosts or paths.",
                related=(
                    (_where(earlier, spec.services[earlier], host, path), "answered here already"),
                ),
            )


def catch_all_twice(spec: Spec) -> Iterator[Finding]:
    """SF264: one service answers what no other one does."""
    catching = [key for key in spec.services if (ANY, ANY) in _routes(spec, key)]
    for key in catching[1:]:
        yield Finding(
            code="SF264",
            where=_where(key, spec.services[key], ANY, ANY),
            detail=f'Service "{catching[0]}" already answers every host and path, and the two share'
            " one load balancer.",
            way_out='Give one of them "hosts" or "paths".',
            related=((key_at("services", catching[0]), "answers everything too"),),
        )


def route_pattern_malformed(spec: Spec) -> Iterator[Finding]:
    """SF265: a load balancer matches host names and paths, no URLs."""
    for key, service in spec.services.items():
        for name, values, form, example in (
            ("hosts", service.hosts, _HOST, "api.example.com"),
            ("paths", service.paths, _PATH, "/api/*"),
        ):
            for position, value in enumerate(values):
                if form.fullmatch(value) and len(value) <= LONGEST_PATTERN:
                    continue
                yield Finding(
                    code="SF265",
                    where=at("services", key, name, position),
                    detail=f'"{value}" is not a pattern of {name} that a load balancer takes: up to'
                    f" {LONGEST_PATTERN} letters, digits and signs, * for any and ? for one.",
                    way_out=f'Write it like "{example}".',
                )


def listener_rules_too_many(spec: Spec) -> Iterator[Finding]:
    """SF266: a load balancer has a hundred rules, unless the quota was raised."""
    count = sum(
        max(1, -(-len(service.hosts) // HOSTS_PER_RULE)) * max(1, len(service.paths))
        for service in spec.services.values()
    )
    if count > MOST_RULES:
        yield Finding(
            code="SF266",
            where=key_at("services"),
            detail=f"The hosts and paths of the services need {count} rules: one for each path, and"
            f" for every {HOSTS_PER_RULE} hosts. A load balancer has {MOST_RULES} unless the quota"
            " was raised.",
            way_out='Join paths with *, or have the quota "Rules per Application Load Balancer"'
            " raised in both regions.",
        )


def _routes(spec: Spec, key: str) -> list[tuple[str, str]]:
    """Return the hosts and paths that a service answers; without any, what the cdn sends to it."""
    service = spec.services[key]
    paths = service.paths
    if not paths and not service.hosts and spec.cdn is not None and spec.cdn.default != key:
        paths = tuple(path for path, name in spec.cdn.paths.items() if name == key)
    return [
        (host.lower(), ANY if path == "/*" else path)
        for host in service.hosts or (ANY,)
        for path in paths or (ANY,)
    ]


def _where(key: str, service: Service, host: str, path: str) -> Spot:
    """Return where a route is written: its path, else its host, else the service."""
    for name, values, value in (("paths", service.paths, path), ("hosts", service.hosts, host)):
        for position, one in enumerate(values):
            if value in {one, one.lower(), ANY if one == "/*" else one}:
                return at("services", key, name, position)
    return key_at("services", key)
