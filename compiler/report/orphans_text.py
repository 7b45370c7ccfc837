"""Orphans as text: what a migration has that was compiled no longer, and how to delete it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.deploy.orphans import Orphan, Orphans
    from compiler.deploy.plan import Plan
    from compiler.manifest import Manifest


HOW_TO_DELETE = (
    "Once the deploy is done and nothing uses them, these commands delete them, and all that they "
    "hold but what their templates retain; a stack set goes when its operation is done:"
)
"""What to know before `deleting`."""


def orphan_lines(orphans: Orphans, manifest: Manifest) -> Iterator[str]:
    """
    Yield which orphans a migration has; nothing if there are none.

    Args:
        orphans: What there is.
        manifest: What was compiled.
    """
    migration = manifest.migration
    if orphans.refusal:
        yield (
            f"Whether {migration} has more stacks than were compiled is not known: "
            f"{visible(orphans.refusal)}"
        )
    if not orphans.found:
        return
    yield f"{migration} has stacks that are not compiled any more; no deploy touches them:"
    for one in orphans.found:
        accounts = ", ".join(place.account for place in one.places)
        where = f"in {accounts}" if one.places else "its stack set has no stack any more"
        yield f"  * {visible(one.stack)}: {where}"


def deleting(plan: Plan) -> Iterator[str]:
    """Yield the commands of the AWS CLI that delete the orphans beside a plan, in short lines."""
    for one in plan.orphans.found:
        yield from _commands(one, plan)


def _commands(one: Orphan, plan: Plan) -> Iterator[str]:
    if plan.via == "stacks":
        for place in one.places:
            yield "aws cloudformation delete-stack \\"
            yield f"  --region {place.region} \\"
            yield f"  --stack-name {one.stack_set}"
        return
    targets, home = plan.targets, plan.manifest.target_region
    as_whom = f" --call-as {targets.call_as}" if targets.call_as != "SELF" else ""
    if one.places:
        regions = " ".join(sorted({place.region for place in one.places}))
        yield "aws cloudformation delete-stack-instances \\"
        yield f"  --region {home}{as_whom} \\"
        yield f"  --stack-set-name {one.stack_set} \\"
        if targets.permission_model == "SERVICE_MANAGED":
            units = ",".join(targets.organizational_units)
            yield f"  --deployment-targets OrganizationalUnitIds={units} \\"
        else:
            yield f"  --accounts {' '.join(sorted({place.account for place in one.places}))} \\"
        yield f"  --regions {regions} --no-retain-stacks"
    yield "aws cloudformation delete-stack-set \\"
    yield f"  --region {home}{as_whom} \\"
    yield f"  --stack-set-name {one.stack_set}"
