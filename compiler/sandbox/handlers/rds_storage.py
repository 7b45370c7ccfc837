"""Storage of an RDS instance: size, growth, type and speed, which depend on each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.replies import Backend, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.sandbox.handler import Properties

_TYPES = frozenset({"standard", "gp2", "gp3", "io1", "io2"})
_SMALLEST = 20
_THROUGHPUT_FROM = 400
_PLAIN_THROUGHPUT = 125


def set_storage(held: Backend, properties: Properties) -> None:
    """
    Set storage type, size and growth on moto's instance.

    What the template does not say stays as it is, since storage cannot shrink; but the limit of
    growth goes away with the property.

    Raises:
        Refused: For an unknown type, too small or shrinking storage, a limit below the size.
    """
    code = "InvalidParameterValue"
    kind = properties.get("StorageType", "io1" if "Iops" in properties else held.storage_type)
    if kind not in _TYPES:
        refuse(code, f"Invalid storage type: {kind}")
    size = int(properties.get("AllocatedStorage", held.allocated_storage))
    if size < _SMALLEST:
        refuse(code, f"Invalid storage size for engine name {held.engine}: {size}")
    if size < held.allocated_storage:
        refuse(
            "InvalidParameterCombination",
            f"Requested allocated storage {size} is less than current allocated storage "
            f"{held.allocated_storage}.",
        )
    limit = properties.get("MaxAllocatedStorage")
    if limit is not None and int(limit) <= size:
        refuse("InvalidParameterCombination", "Max storage size must be greater than storage size")
    _refuse_speed(kind, size, properties)
    held.storage_type = kind
    held.allocated_storage = size
    held.max_allocated_storage = size if limit is None else int(limit)
    held.storage_throughput = _throughput(kind, properties)


def told_storage(told: Mapping[str, Any]) -> dict[str, Any]:
    """Spell what DescribeDBInstances tells of the storage as a template does."""
    read: dict[str, Any] = {
        "AllocatedStorage": str(told["AllocatedStorage"]),
        "StorageType": told["StorageType"],
    }
    for name in ("MaxAllocatedStorage", "StorageThroughput"):
        if told.get(name) is not None:
            read[name] = told[name]
    return read


def _refuse_speed(kind: str, size: int, properties: Properties) -> None:
    code = "InvalidParameterCombination"
    if kind in {"io1", "io2"} and "Iops" not in properties:
        refuse(code, f"You must specify IOPS for storage type {kind}.")
    if kind in {"gp2", "standard"} and "Iops" in properties:
        refuse(code, f"You can't specify IOPS for storage type {kind}.")
    if kind == "gp3" and size < _THROUGHPUT_FROM:
        named = [n for n in ("Iops", "StorageThroughput") if n in properties]
        if named:
            # Source: RDS user guide, "gp3 storage", 2026-11-23.
            refuse(
                code,
                "You can't specify IOPS or storage throughput for engine postgres and a storage "
                f"size less than {_THROUGHPUT_FROM}.",
            )
    if kind != "gp3" and "StorageThroughput" in properties:
        refuse(code, f"You can't specify storage throughput for storage type {kind}.")


def _throughput(kind: str, properties: Properties) -> int | None:
    given = properties.get("StorageThroughput")
    if given is not None:
        return int(given)
    return _PLAIN_THROUGHPUT if kind == "gp3" else None
