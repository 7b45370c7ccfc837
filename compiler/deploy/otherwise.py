"""What was deployed the other way: by stack sets where plain stacks are asked for, or reversed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.port import AwsError
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from compiler.deploy.plan import Seen
    from compiler.deploy.port import Aws
    from compiler.deploy.targets import Via
    from compiler.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherWay:
    """
    The way that was not asked for.

    Attributes:
        via: Its name.
        connect: Returns AWS as that way asks it; called only where it has to be asked.
    """

    via: Via
    connect: Callable[[], Aws]


def standing_otherwise(
    aws: Aws, manifest: Manifest, other: OtherWay | None, seen: Iterable[Seen] = ()
) -> tuple[Finding, ...]:
    """
    SF565: nothing stands the way that was asked for, but something does as the other one makes it.

    Args:
        aws: AWS as the way asks it that was asked for.
        manifest: What was compiled.
        other: The other way; without it nothing is asked.
        seen: What was found of the stacks that were looked at. Where it is anything, nothing is
            asked either.

    It only spares a deploy names that are taken, so where AWS refuses to tell, nothing is said:
    whoever deploys plain stacks may not be allowed to list stack sets.
    """
    if other is None or any(one.definition is not None for one in seen):
        return ()
    names = {stack.stack_set: stack.id for stack in manifest.stacks}
    try:
        found = sorted(names[name] for name in other.connect().marked() if name in names)
        # A verb may have looked at some of the stacks only.
        if not found or not names.keys().isdisjoint(aws.marked()):
            return ()
    except AwsError:
        return ()
    kind = "plain stacks" if other.via == "stacks" else "stack sets"
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return (
        Finding(
            code="SF565",
            where=at(),
            detail=(
                f"Nothing of this migration stands the way that was asked for, but it stands as "
                f"{kind}: {found[0]}{more}. Nothing was touched."
            ),
            way_out=f"Run the same with --via {other.via}.",
        ),
    )
