"""Which databases and buckets a service uses, by the position at which the spec lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec.engines import ENGINES

if TYPE_CHECKING:
    from spec.findings import Path
    from spec.model import Spec


def databases_of(spec: Spec, service: str) -> tuple[tuple[str, Path], ...]:
    """Return the databases that *service* uses, and where the spec says so; in the spec's order."""
    return _of(spec, service, frozenset(spec.databases))


def buckets_of(spec: Spec, service: str) -> tuple[tuple[str, Path], ...]:
    """Return the buckets that *service* uses, and where the spec says so; in the spec's order."""
    return _of(spec, service, frozenset(spec.buckets))


def port_of(spec: Spec, database: str) -> tuple[int, Path]:
    """Return the port of *database*, and where it comes from: the spec's own, else the engine's."""
    model = spec.databases[database]
    if model.port is not None:
        return model.port, ("databases", database, "port")
    return ENGINES[model.engine].port, ("databases", database, "engine")


def _of(spec: Spec, service: str, keys: frozenset[str]) -> tuple[tuple[str, Path], ...]:
    return tuple(
        (key, ("services", service, "uses", position))
        for position, key in enumerate(spec.services[service].uses)
        if key in keys
    )
