"""What is read about services, and about what they start with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.gates import health, presence

if TYPE_CHECKING:
    from compiler.deploy.gates.answer import Judgement
    from compiler.deploy.gates.readings.context import Context


def healthy(context: Context) -> Judgement:
    """Ask whether enough targets are healthy."""
    return health.healthy(
        context.running.targets(context.place, context.facts["target_group"]),
        int(context.facts["healthy_at_least"]),
    )


def quiet(context: Context) -> Judgement:
    """Ask whether no alarm rings."""
    names = context.listed("names")
    return health.quiet(names, context.running.alarms(context.place, names))


def secret(context: Context) -> Judgement:
    """Ask whether a secret is there."""
    name = context.facts["secret"]
    return presence.secret_present(
        name, context.place.region, context.running.secret(context.place, name)
    )


def certificate(context: Context) -> Judgement:
    """Ask whether a certificate is issued."""
    arn, region = context.facts["certificate"], context.place.region
    # ACM refuses the ARN of another region as no ARN at all.
    is_here = presence.region_of(arn) == region
    found = context.running.certificate(context.place, arn) if is_here else None
    return presence.certificate_present(arn, region, found, context.now)


def image(context: Context) -> Judgement:
    """Ask whether an image is there: one given by its id, or named by an SSM parameter."""
    region = context.place.region
    named = context.facts.get("image_parameter", "")
    found = context.running.parameter(context.place, named) if named else context.facts["image"]
    if found is None:
        return presence.no_image_parameter(named, region)
    return presence.image_present(found, region, context.running.image_state(context.place, found))
