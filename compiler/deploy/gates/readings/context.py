"""What a question is asked with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from compiler.deploy.gates.answer import Judgement
    from compiler.deploy.gates.fence import Fence
    from compiler.deploy.gates.port import Running
    from compiler.deploy.port import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """
    What a question is asked with.

    Attributes:
        running: Whom is asked.
        place: Where.
        facts: What is known, by name.
        fence: What is known about the fence.
        now: The time.
    """

    running: Running
    place: Place
    facts: Mapping[str, str]
    fence: Fence
    now: datetime

    def listed(self, name: str) -> tuple[str, ...]:
        """Return a fact that is a list, separated by commas; nothing if there is no such fact."""
        return tuple(part for part in self.facts.get(name, "").split(",") if part)

    def elsewhere(self, *, region: str = "", account: str = "") -> Place:
        """Return another place, which differs in what is given."""
        place = replace(self.place, region=region) if region else self.place
        return replace(place, account=account) if account else place


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """
    How one kind of gate is asked.

    Attributes:
        needs: Facts without which it cannot be.
        read: Reads and decides.
    """

    needs: tuple[str, ...]
    read: Callable[[Context], Judgement]
