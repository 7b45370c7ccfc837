"""
The names under which the system is reached from outside, and where the spec says each.

Besides the public name these are the hosts of services that lie in the spec's zone: a listener rule
for a host is of no use while nothing leads there. Hosts elsewhere are for their own zone's owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.components.exposure import name_is_on_cdn
from spec import names

if TYPE_CHECKING:
    from spec.findings import Path
    from spec.model import Dns, Spec


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """
    A name in the public zone.

    Attributes:
        word: What it is called in logical ids.
        name: The name.
        path: Where the spec says it.
    """

    word: str
    name: str
    path: Path


def public_names(spec: Spec) -> tuple[Name, ...]:
    """Return the public name, then the services' hosts in its zone; none where there is no zone."""
    name = names.public_name(spec)
    if spec.dns is None or name is None:
        return ()
    path: Path = ("dns", "zone" if spec.dns.record == "@" else "record")
    found = {name.lower(): Name(word="public-name", name=name, path=path)}
    for key, service in sorted(spec.services.items()):
        for position, host in enumerate(service.hosts):
            if _can_be_a_record(host.lower(), spec.dns):
                found.setdefault(
                    host.lower(),
                    Name(
                        word=f"host-{_word(host.lower(), spec.dns)}",
                        name=host.lower(),
                        path=("services", key, "hosts", position),
                    ),
                )
    return tuple(found.values())


def moving_names(spec: Spec) -> tuple[Name, ...]:
    """Return the names whose weighted records move from one load balancer to the other."""
    on_load_balancers = () if name_is_on_cdn(spec) else public_names(spec)
    origin = origin_name(spec) if spec.cdn is not None else None
    return (*on_load_balancers, *(() if origin is None else (origin,)))


def origin_name(spec: Spec) -> Name | None:
    """Return the name under which CloudFront finds the load balancers, if there is a zone."""
    name = names.origin_name(spec)
    return None if name is None else Name(word="origin", name=name, path=("dns", "zone"))


def _can_be_a_record(host: str, dns: Dns) -> bool:
    """
    Tell whether *host* may stand in the zone, and as an alias of a distribution.

    Both take a `*` as the whole first label and nowhere else (Route 53 developer guide, "DNS domain
    name format"; CloudFront developer guide, "Use custom URLs", 2026-11).
    """
    in_zone = f".{host}".endswith(f".{dns.zone.lower()}")
    return in_zone and "?" not in host and "*" not in host.removeprefix("*.")


def _word(host: str, dns: Dns) -> str:
    inside = host.removesuffix(dns.zone.lower()).removesuffix(".")
    return inside.replace(".", "-dot-").replace("*", "any") or "zone"
