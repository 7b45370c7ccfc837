"""What was deployed the other way: by stack sets where plain stacks are asked for, or reversed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.port import AwsError
from spec.findings import Finding, at

if TYPE_CHECKING:
    from compiler.deploy.port import Aws
    from compiler.deploy.targets import Via
    from compiler.manifest import Manifest


def standing_otherwise(aws: Aws, manifest: Manifest, via: Via) -> tuple[Finding, ...]:
    """
    SF565: what is looked for is not there, but it stands as the other way brings it about.

    Args:
        aws: AWS as the other way asks it.
        manifest: What was compiled.
        via: The other way.

    Nothing is touched that hangs on it, so where AWS refuses to tell, nothing is said.
    """
    names = {stack.stack_set: stack.id for stack in manifest.stacks}
    try:
        found = sorted(names[name] for name in aws.marked() if name in names)
    except AwsError:
        return ()
    if not found:
        return ()
    kind = "plain stacks" if via == "stacks" else "stack sets"
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    return (
        Finding(
            code="SF565",
            where=at(),
            detail=(
                f"Nothing of this migration stands the way that was asked for, but it stands as "
                f"{kind}: {found[0]}{more}. Nothing was touched."
            ),
            way_out=f"Run the same with --via {via}.",
        ),
    )
