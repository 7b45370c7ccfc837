"""Rules about a service: size, instance type, what it uses, what starts on its instances."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec.capacity import capacity
from spec.findings import Finding, at
from spec.rules.rule import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.findings import Spot
    from spec.model import Service, Spec
    from spec.names import Side

SIDES: tuple[Side, Side] = ("source", "target")

USER_DATA_BYTES = 16_384
"""Before base64 (EC2 user guide, "Run commands when you launch an EC2 instance", 2026-11)."""

PREAMBLE_BYTES = 2_048
"""Kept for what stackferry itself puts in front: the environment file and its permissions."""

_TYPE = re.compile(r"[a-z][a-z0-9-]*\.[a-z0-9-]+", re.ASCII)

HIGHEST_PORT = 65_535


def count_outside_bounds(spec: Spec) -> Iterator[Finding]:
    """SF250: on each side, 0 <= minimum <= count <= maximum."""
    for key, service in spec.services.items():
        for side in SIDES:
            size = capacity(service, side)
            if 0 <= size.minimum <= size.count <= size.maximum:
                continue
            where = _narrowest(key, service, side)
            if where is None:
                continue  # the target only repeats what is wrong in the source
            yield Finding(
                code="SF250",
                where=where,
                detail=f"In the {side}, the service has a minimum of {size.minimum}, a count of"
                f" {size.count} and a maximum of {size.maximum} instances. An Auto Scaling group"
                " takes them in this order only, none below 0.",
                way_out="Choose minimum, count and maximum in ascending order"
                + (
                    "; what the target does not say is as in the source."
                    if side == "target"
                    else "; the maximum is twice the count where it is not given."
                ),
            )


def instance_type_malformed(spec: Spec) -> Iterator[Finding]:
    """SF251: an instance type has the form of one."""
    for key, service in spec.services.items():
        for where, name in _types(key, service):
            if not _TYPE.fullmatch(name) or name.startswith("db."):
                yield Finding(
                    code="SF251",
                    where=where,
                    detail=f'"{name}" is not an instance type of EC2: those are a family, a dot and'
                    ' a size, without "db.".',
                    way_out='Write it like "t3.medium".',
                )


def port_out_of_bounds(spec: Spec) -> Iterator[Finding]:
    """SF260: a TCP port is 1 to 65535."""
    for key, service in spec.services.items():
        for where, port in (
            (at("services", key, "port"), service.port),
            (at("services", key, "health_check", "port"), service.health_check.port),
        ):
            if port is not None and not 1 <= port <= HIGHEST_PORT:
                yield Finding(
                    code="SF260",
                    where=where,
                    detail=f"There is no TCP port {port}.",
                    way_out=f"Choose 1 to {HIGHEST_PORT}.",
                )


def uses_undeclared(spec: Spec) -> Iterator[Finding]:
    """SF261: a service uses databases and buckets of the spec."""
    known = [*spec.databases, *spec.buckets]
    for key, service in spec.services.items():
        for position, used in enumerate(service.uses):
            if used in known:
                continue
            if used in spec.services:
                detail = f'"{used}" is a service. Services reach each other by the public name.'
                way_out = "Remove it."
            else:
                detail = f'There is no database or bucket "{used}".'
                way_out = (
                    did_you_mean(used, known).strip()
                    or 'Declare it under "databases" or "buckets", or remove it.'
                )
            yield Finding(
                code="SF261",
                where=at("services", key, "uses", position),
                detail=detail,
                way_out=way_out,
            )


def user_data_refused(spec: Spec) -> Iterator[Finding]:
    """SF267: user data is a script, and small."""
    for key, service in spec.services.items():
        if service.user_data is None:
            continue
        size = len(service.user_data.encode())
        settings = {**service.environment, **service.secrets}
        taken = PREAMBLE_BYTES + sum(len(f"{one}={settings[one]}\n".encode()) for one in settings)
        if not service.user_data.startswith("#!"):
            detail = 'A script without "#!" in its first line is ignored when an instance starts.'
            way_out = 'Begin it with "#!/bin/bash", or another interpreter of the image.'
        elif size + taken > USER_DATA_BYTES:
            detail = (
                f"The script has {size:,} bytes; EC2 takes {USER_DATA_BYTES:,}, of which"
                f" {taken:,} are kept for the environment."
            )
            way_out = "Put the script into the image or into a bucket, and start it from here."
        else:
            continue
        yield Finding(
            code="SF267",
            where=at("services", key, "user_data"),
            detail=detail,
            way_out=way_out,
        )


def _types(key: str, service: Service) -> Iterator[tuple[Spot, str]]:
    yield at("services", key, "instance_type"), service.instance_type
    if service.target.instance_type is not None:
        yield at("services", key, "target", "instance_type"), service.target.instance_type


def _narrowest(key: str, service: Service, side: Side) -> Spot | None:
    """Return the number to edit: of those that are written, the one that bounds."""
    path: tuple[str, ...] = ("services", key)
    written = service.model_fields_set
    if side == "target":
        path = (*path, "target")
        written = {name for name, value in service.target if value is not None}
    size = capacity(service, side)
    if size.minimum < 0 or size.minimum > size.count:
        order = ("minimum", "count", "maximum")
    else:
        order = ("maximum", "count", "minimum")
    return next((at(*path, name) for name in order if name in written), None)
