"""Does the target take requests, and is everything quiet?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.deploy.gates.answer import Judgement, counted, green, red, some, unknown

if TYPE_CHECKING:
    from compiler.deploy.gates.system import Alarm, Target


def healthy(targets: tuple[Target, ...], at_least: int) -> Judgement:
    """Tell whether *at_least* so many targets of a load balancer are healthy."""
    wanted = f"at least {at_least:,} healthy"
    count = sum(one.state == "healthy" for one in targets)
    measured = f"{count:,} healthy of {counted(len(targets), 'target')}"
    if count >= at_least:
        return green(measured, wanted)
    ill = tuple(
        f"{one.id} is {one.state}" + (f" ({one.reason})" if one.reason else "")
        for one in targets
        if one.state != "healthy"
    )
    why = f"{some(ill)}. " if ill else ""
    return red(
        measured,
        wanted,
        f"{why}Wait while instances start; then look at the health check's path and at the "
        "service's logs.",
    )


def quiet(names: tuple[str, ...], alarms: tuple[Alarm, ...]) -> Judgement:
    """Tell whether none of the alarms called *names* rings."""
    wanted = f"{counted(len(names), 'alarm')} quiet"
    ringing = [one for one in alarms if one.state == "ALARM"]
    there = {one.name for one in alarms}
    absent = tuple(name for name in names if name not in there)
    silent = tuple(one.name for one in alarms if one.state not in {"OK", "ALARM"})
    if ringing:
        return red(
            f"{some(tuple(one.name for one in ringing))} in alarm",
            wanted,
            " ".join(one.reason.rstrip(".") + "." for one in ringing if one.reason)
            or "See in CloudWatch what the alarms are about.",
        )
    if absent:
        return red(
            f"{some(absent)} not there",
            wanted,
            "Deploy the phase once more, and search for drift: somebody deleted an alarm.",
        )
    if silent:
        return unknown(
            f"{some(silent)} without enough data",
            wanted,
            "Wait for the alarm's next periods; if nothing comes, what it watches measures nothing."
            " Look at it in CloudWatch.",
        )
    return green(f"{counted(len(alarms), 'alarm')} quiet", wanted)
