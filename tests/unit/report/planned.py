"""Plans of the migration that the fakes deploy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.wish import ANYTHING, Wish

if TYPE_CHECKING:
    from compiler.deploy.plan import Plan
    from tests.fakes.operator import Operator


def planned(
    operator: Operator, wish: Wish = ANYTHING, changed: dict[str, str] | None = None
) -> Plan:
    prepared = operator.plan(wish, changed)
    assert prepared.plan is not None
    return prepared.plan
