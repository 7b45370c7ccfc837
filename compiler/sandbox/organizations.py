"""StackSets in Organizations: moto does not know that its administration can be delegated."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from moto.organizations.models import FakeDelegatedAdministrator

from compiler.sandbox.engine.set_organizations import STACK_SETS

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def with_delegated_stack_sets() -> Iterator[None]:
    """Let accounts be registered as delegated administrators of StackSets."""
    services = FakeDelegatedAdministrator.SUPPORTED_SERVICES
    services.append(STACK_SETS)
    try:
        yield
    finally:
        services.remove(STACK_SETS)
