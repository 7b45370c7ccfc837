"""How a migration stands, as text of 80 columns; and what changed since it was last looked at."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from compiler.deploy.observe import Refusal
from compiler.deploy.operations import is_ours
from compiler.report.breaking import broken
from compiler.report.durations import duration
from compiler.report.failures import reason_of
from compiler.report.orphans_text import orphan_lines
from compiler.report.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from typing import TextIO

    from compiler.deploy.answers import Drift
    from compiler.deploy.outcome import Failure
    from compiler.deploy.port import Instance, Operation
    from compiler.deploy.status import StackStatus, State, Status
    from spec.findings import Path

COLUMNS = 80
"""What the lines fit into, but for values and identifiers, which are for copying."""

SHORT = 8
"""Characters of a digest that are shown."""

_INSIDE = " " * 8

_SIGNS: dict[State, str] = {
    "as compiled": "=",
    "differs": "~",
    "absent": "+",
    "at work": ">",
    "failed": "!",
    "unreadable": "?",
}


def status_text(
    status: Status,
    locate: Callable[[Path], str],
    *,
    is_brief: bool = False,
) -> str:
    """
    Return *status* as lines: by region a line for each stack, and below it what there is to say.

    Args:
        status: How it stands.
        locate: Tells where in the spec a path stands.
        is_brief: Whether to leave out the stacks that are as compiled.
    """
    lines = _lines(status, locate, is_brief=is_brief)
    return "".join(f"{line}\n" for line in lines)


def told_by_line(
    stream: TextIO, answers: Iterable[Status | Refusal], locate: Callable[[Path], str]
) -> Status | Refusal:
    """
    Write the first of *answers* whole and of each other what changed; return the last one.

    Args:
        stream: Where to.
        answers: At least one.
        locate: Tells where in the spec a path stands.
    """
    before: Status | None = None
    has_changed = False
    for answer in answers:
        if isinstance(answer, Refusal):
            return answer
        lines = changes(before, answer) if before else ()
        has_changed = has_changed or bool(lines)
        stream.write("".join(f"{line}\n" for line in lines))
        stream.write("" if before else status_text(answer, locate))
        stream.flush()
        before = answer
    if before is None:
        message = "there was no answer"
        raise ValueError(message)
    if has_changed:
        stream.write(f"{summary(before)}\n")
    return before


def changes(before: Status, after: Status) -> tuple[str, ...]:
    """Return a line for each stack that stands differently than *before*, with the time."""
    old = {one.stack.id: one for one in before.stacks}
    return tuple(
        f"{after.asked:%H:%M:%S} {one.stack.id}: {_word(one)}"
        for one in after.stacks
        if one.stack.id not in old or _word(one) != _word(old[one.stack.id])
    )


def summary(status: Status) -> str:
    """Return how many stacks are in which state, as a sentence."""
    counts = [
        (state, number)
        for state in _SIGNS
        if (number := sum(one.state == state for one in status.stacks))
    ]
    if len(counts) == 1 and status.is_as_compiled:
        return f"All {len(status.stacks)} stacks are as compiled."
    return ", ".join(f"{number} {state}" for state, number in counts) + "."


def _lines(
    status: Status,
    locate: Callable[[Path], str],
    *,
    is_brief: bool,
) -> Iterator[str]:
    manifest = status.manifest
    name = manifest.migration
    if status.stands is None:
        yield f"{name}, compiled as {manifest.phase}"
    else:
        yield from broken(f"{name} {status.stands}, compared with {manifest.phase}", COLUMNS)
    yield f"Stack sets live in {manifest.target_region} of {manifest.target_account}."
    yield from _wrapped(_lock(status), "")
    shown = [one for one in status.stacks if not (is_brief and one.state == "as compiled")]
    wide = max((len(one.stack.name) for one in shown), default=0)
    wide = max(wide, *(len(one.stack.region) for one in shown), 0)
    regions = list(dict.fromkeys(one.stack.region for one in status.stacks))
    for region, group in groupby(
        sorted(shown, key=lambda one: regions.index(one.stack.region)),
        key=lambda one: one.stack.region,
    ):
        yield ""
        yield f"{region:{wide + 6}}phase      template   stack"
        for one in group:
            yield from _stack(one, status, wide, locate)
    yield ""
    if beside := tuple(orphan_lines(status.orphans, manifest)):
        for line in beside:
            yield from _wrapped(line, "")
        yield "`stackferry plan` prints how to delete them." if status.orphans.found else ""
        yield ""
    yield summary(status)


def _lock(status: Status) -> str:
    lock = status.lock
    if status.lock_refusal:
        return f"Who is at work on it cannot be read: {visible(status.lock_refusal)}"
    if lock is None:
        return "Nobody is at work on it."
    if lock.has_run_out(status.asked):
        return (
            f"{visible(lock.owner)} began a {lock.verb} at {lock.since:%Y-%m-%d %H:%M} UTC and "
            "does not answer any more; who comes next takes the lock over."
        )
    if not lock.verb:
        return "The lock is held, in words that stackferry did not write."
    return (
        f"{visible(lock.owner)} is at work on it: {visible(lock.verb)}, for "
        f"{duration(status.asked - lock.since)}."
    )


def _stack(
    one: StackStatus,
    status: Status,
    wide: int,
    locate: Callable[[Path], str],
) -> Iterator[str]:
    is_compiled = one.digest == one.stack.sha256
    template = f"{one.digest[:SHORT]}{' ' if is_compiled else '*'}" if one.digest else ""
    phase = one.phase or "-"
    told = f"{phase:9}  {template:9}  {_instances(one)}" if one.digest else one.state
    yield f"  {_SIGNS[one.state]} {one.stack.name:{wide}}  {told}".rstrip()
    others = [each for each in one.instances if each.place.account != one.stack.account]
    for instance in others:
        yield f"{_INSIDE}in {instance.place.account}: {_instance(instance)}"
    if one.operation is not None:
        yield from _wrapped(_at_work(one.operation, status.asked))
    if one.failure is not None:
        yield from _failure(one.failure, locate)
    for reason in one.reasons if one.state != "absent" or one.is_gone else ():
        yield from _wrapped(reason)
    if one.digest and not is_compiled:
        yield f"{_INSIDE}compiled is {one.stack.sha256[:SHORT]}"
    yield from _values(one)
    for drift in one.drift or ():
        yield from _drift(drift, one)


def _instances(one: StackStatus) -> str:
    """Return the word for the stack in its own account, or for the only one that there is."""
    own = [each for each in one.instances if each.place.account == one.stack.account]
    return _instance(own[0]) if own else "no stack"


def _instance(instance: Instance) -> str:
    said = f", {instance.detailed}" if instance.detailed not in {"", "SUCCEEDED"} else ""
    return f"{instance.status}{said}"


def _at_work(operation: Operation, now: datetime) -> str:
    # Clocks differ.
    age = max(now - operation.started, timedelta()) if operation.started else None
    since = f" for {duration(age)}" if age is not None else ""
    doing = {"QUEUED": "waits for its turn", "STOPPING": "is being stopped"}
    does = f"{doing.get(operation.status, 'is at work')}{since}"
    if is_ours(operation.id):
        return f"{operation.id.split('-')[1]} by stackferry {does}"
    return f"operation {visible(operation.id)} {does}; stackferry did not start it"


def _failure(failure: Failure, locate: Callable[[Path], str]) -> Iterator[str]:
    yield from _wrapped(reason_of(failure))
    yield f"{_INSIDE}--> {locate(failure.path)}"
    yield f"{_INSIDE}more: stackferry explain {failure.code}"


def _values(one: StackStatus) -> Iterator[str]:
    yield from _pairs(one.values, "")
    for place, own in one.overrides.items():
        yield from _pairs(own, f" in {place.account}")


def _pairs(values: Mapping[str, str], where: str) -> Iterator[str]:
    for name, value in sorted(values.items()):
        line = f"{_INSIDE}{name}{where} = {visible(value)}"
        if len(line) <= COLUMNS:
            yield line
        else:
            yield f"{_INSIDE}{name}{where} ="
            yield f"{_INSIDE}  {visible(value)}"


def _drift(drift: Drift, one: StackStatus) -> Iterator[str]:
    where = "" if drift.place.account == one.stack.account else f" in {drift.place.account}"
    when = f", as of {drift.checked:%Y-%m-%d %H:%M} UTC" if drift.checked else ""
    words = {
        "IN_SYNC": "none",
        "NOT_CHECKED": "never looked for",
        "UNKNOWN": "could not be found out",
        "DRIFTED": "found",
    }
    yield f"{_INSIDE}drift{where}: {words.get(drift.status, drift.status)}{when}"
    for resource in drift.resources:
        yield f"{_INSIDE}  {resource.logical_id} ({resource.type}): {resource.status}"
        for difference in resource.differences:
            yield from _wrapped(difference, f"{_INSIDE}    ")


def _word(one: StackStatus) -> str:
    if one.state == "at work" and one.operation is not None:
        return f"at work ({one.operation.status})"
    if one.state == "failed" and one.failure is not None:
        return f"failed: {visible(one.failure.reason)}"
    return one.state


def _wrapped(text: str, indent: str = _INSIDE) -> list[str]:
    return broken(f"{indent}{text}", COLUMNS, hanging=2 if indent else 0)
