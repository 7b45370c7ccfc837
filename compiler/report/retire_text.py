"""The retirement of a source as text: what goes, what is kept and why, and what is left of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.report.breaking import WIDEST, page
from compiler.report.cutover_text import SERVING, WHY
from compiler.report.removal_text import step_lines
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from compiler.deploy.cutover.ending import Ending
    from compiler.deploy.cutover.events import Run
    from compiler.deploy.cutover.leavings import Leaving
    from compiler.deploy.removal import RemovalPlan

PRICES = {
    "AWS::KMS::Key": "https://aws.amazon.com/kms/pricing/",
    "AWS::Logs::LogGroup": "https://aws.amazon.com/cloudwatch/pricing/",
    "AWS::RDS::DBInstance": "https://aws.amazon.com/rds/pricing/",
    "AWS::Route53::HostedZone": "https://aws.amazon.com/route53/pricing/",
    "AWS::S3::Bucket": "https://aws.amazon.com/s3/pricing/",
    "AWS::SecretsManager::Secret": "https://aws.amazon.com/secrets-manager/pricing/",
    "snapshot": "https://aws.amazon.com/rds/pricing/",
}
"""Where AWS says what a type costs; prices differ by region and change, so none is told here."""


def going_text(plan: RemovalPlan, deeds: Sequence[str] = (), columns: int = WIDEST) -> str:
    """
    Return which stacks go with the source, and what each leaves behind.

    Args:
        plan: What goes, as AWS has it now.
        deeds: What is done beside stacks before they go, each in words.
        columns: Where lines are broken.
    """
    return page(_going(plan, deeds), columns)


def retired_text(run: Run, columns: int = WIDEST) -> str:
    """Return where a retirement ended, and what is left of the source."""
    return page(_retired(run), columns)


def _going(plan: RemovalPlan, deeds: Sequence[str]) -> Iterator[str]:
    if deeds:
        yield "What is done before the source goes:"
        yield from (f"  * {visible(deed)}" for deed in deeds)
        yield ""
    yield "What goes with the source, in this order:"
    for step in plan.steps:
        yield from step_lines(step)
    if not plan.steps:
        yield "  nothing: it is gone already"
    kept = sum(len(step.keeps) + len(step.snapshots) for step in plan.steps)
    yield ""
    yield f"{len(plan.steps)} to delete; of what they hold {kept} kept."
    yield ""


def _retired(run: Run) -> Iterator[str]:
    yield from _stands(run.name, run.ending)
    yield ""
    yield from _left(run.left)
    for choice in run.ending.choices:
        yield choice.says
        if choice.command:
            yield f"    $ {choice.command}"


def _stands(name: str, ending: Ending) -> Iterator[str]:
    yield f"{name} {ending.stands}." if ending.stands else f"Where {name} stands is not known."
    yield SERVING[ending.serving]
    if ending.trouble is not None:
        yield WHY[ending.trouble.why].format(phase=ending.trouble.phase)
        if ending.trouble.says:
            yield ending.trouble.says


def _left(left: Sequence[Leaving]) -> Iterator[str]:
    if not left:
        return
    yield "What is left of the source, read back from AWS:"
    for one in left:
        yield (
            f"  {one.type} {visible(one.name)} in {one.region} of {one.account}: "
            f"{visible(one.says)}"
        )
        if one.found == "there":
            yield f"      it goes on costing {one.cost}"
    yield ""
    yield "What that costs depends on the region, and AWS says it here:"
    places = dict.fromkeys(PRICES[one.type] for one in left if one.type in PRICES)
    yield from (f"  {place}" for place in places)
    yield (
        "What you are billed for each service and region is in Cost Explorer: group by service, "
        "filter by region."
    )
    yield ""
