"""What earlier deploys of a migration made and what was compiled has no longer. Only reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from compiler.deploy.port import MARK, AwsError
from compiler.deploy.recovery.adoption import without_word

if TYPE_CHECKING:
    from compiler.deploy.port import Aws, Place
    from compiler.manifest import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphan:
    """
    A stack set that the manifest no longer names. Without stack sets: a stack.

    Attributes:
        stack: Id of the stack that it was made for.
        stack_set: Its name.
        places: Where its stacks stand, sorted; none if it has none any more.
    """

    stack: str
    stack_set: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orphans:
    """
    All of a migration.

    Attributes:
        found: Sorted by name.
        refusal: Why AWS does not tell, or not of all; empty if it does.
    """

    found: tuple[Orphan, ...] = ()
    refusal: str = ""


NO_ORPHANS = Orphans()
"""Everything that there is was compiled."""


def orphans(aws: Aws, manifest: Manifest) -> Orphans:
    """
    Ask AWS what this migration has beside what was compiled.

    Nothing that is deployed hangs on it, so a refusal is told and is no error.
    """
    migration = manifest.migration
    whose = f" of {migration}"
    compiled = {stack.stack_set for stack in manifest.stacks}
    found: list[Orphan] = []
    try:
        for name, said in sorted(aws.marked().items()):
            description = without_word(said)
            is_ours = description.endswith(whose) and name.startswith(f"{migration}-")
            # The names of what bootstrap made begin otherwise; deploys need that.
            if name in compiled or not is_ours:
                continue
            found.append(
                Orphan(
                    stack=description.removeprefix(MARK).removesuffix(whose).strip(),
                    stack_set=name,
                    places=tuple(sorted(one.place for one in aws.instances(name))),
                )
            )
    except AwsError as error:
        return Orphans(found=tuple(found), refusal=f"AWS refused {error}")
    return Orphans(found=tuple(found))
