"""What services use: databases, buckets and secrets, each with the place that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spec import names
from spec.engines import ENGINES

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from spec.findings import Path
    from spec.model import Spec


def databases_of(spec: Spec, service: str) -> tuple[tuple[str, Path], ...]:
    """Return the databases that *service* uses, and where the spec says so; in the spec's order."""
    return _of(spec, service, spec.databases)


def buckets_of(spec: Spec, service: str) -> tuple[tuple[str, Path], ...]:
    """Return the buckets that *service* uses, and where the spec says so; in the spec's order."""
    return _of(spec, service, spec.buckets)


def users_of_databases(spec: Spec) -> Mapping[str, tuple[tuple[str, Path], ...]]:
    """Return the services that use each database, and where the spec says so; by database."""
    found: dict[str, list[tuple[str, Path]]] = {key: [] for key in spec.databases}
    for service in spec.services:
        for key, used in databases_of(spec, service):
            found[key].append((service, used))
    return {key: tuple(users) for key, users in found.items()}


def secrets_read(spec: Spec) -> Mapping[str, Path]:
    """Return the names of all secrets that databases and services have, with their spec path."""
    found: dict[str, Path] = {names.secret(spec, key): ("databases", key) for key in spec.databases}
    for key, service in spec.services.items():
        for variable, name in service.secrets.items():
            found.setdefault(name, ("services", key, "secrets", variable))
    return found


def port_of(spec: Spec, database: str) -> tuple[int, Path]:
    """Return the port of *database*, and where it comes from: the spec's own, else the engine's."""
    model = spec.databases[database]
    if model.port is not None:
        return model.port, ("databases", database, "port")
    return ENGINES[model.engine].port, ("databases", database, "engine")


def _of(spec: Spec, service: str, keys: Container[str]) -> tuple[tuple[str, Path], ...]:
    return tuple(
        (key, ("services", service, "uses", position))
        for position, key in enumerate(spec.services[service].uses)
        if key in keys
    )
