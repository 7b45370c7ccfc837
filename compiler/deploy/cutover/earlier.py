"""Since when nobody is served where an earlier run closed the source. Only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.cutover.course import Outage
from compiler.deploy.facts import look_at
from compiler.deploy.gates.fence import access_stacks, closed_at
from compiler.deploy.port import AwsError
from compiler.deploy.wanted import digest_of
from compiler.phases import PHASES

if TYPE_CHECKING:
    from compiler.deploy.facts import Looked
    from compiler.deploy.flow import Pool
    from compiler.deploy.gates.port import Running
    from compiler.deploy.path.standing import Standing
    from compiler.deploy.path.states import States
    from compiler.deploy.port import Aws
    from compiler.manifest import Manifest
    from compiler.phases import PhaseName

CLOSING: PhaseName = "fence"
"""The phase that closes the source."""


def outage_before(
    aws: Aws, running: Running, states: States, stands: Standing, pool: Pool
) -> Outage | None:
    """
    Return since when nobody is served, if an earlier run closed the source and none opened a side.

    Args:
        aws: Has the stacks.
        running: Has their histories.
        states: Every compiled state.
        stands: Where the migration stands.
        pool: Makes the calls.

    Returns:
        From when the last of the source's access stacks took its form; nothing if users are served,
        or AWS does not tell.
    """
    reached = stands.begun or stands.phase
    if stands.phase is None or reached is None or CLOSING not in states:
        return None
    if PHASES[stands.phase].target_open or PHASES[reached].source_open:
        return None
    manifest = states[CLOSING].manifest
    try:
        looked = look_at(aws, manifest, [one.id for one in access_stacks(manifest)], pool)
        began = closed_at(running, manifest, looked) if _is_closed(manifest, looked) else None
    except AwsError:
        # It is for people only: what is asked next says why AWS refuses.
        return None
    return Outage(began=began, is_earlier=True) if began is not None else None


def _is_closed(manifest: Manifest, looked: Looked) -> bool:
    """Tell whether each access stack of the source has the form that closes it."""
    for stack in access_stacks(manifest):
        seen = looked[stack.id]
        if isinstance(seen, AwsError):
            raise seen
        have = seen.definition
        if have is None or digest_of(have.template, stack.sha256) != stack.sha256:
            return False
    return True
