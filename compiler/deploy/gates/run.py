"""
Asking the gates of the phase that stands, once or until all are green, for evidence.

A question that is green is not asked again before its answer is old; those that are not are, with
what is known of the fence by then. Nothing in AWS is changed, and no lock is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from compiler.deploy.exit_codes import DONE, FINDINGS, REFUSED
from compiler.deploy.facts import look_at
from compiler.deploy.gates.asking import Answer, ask, questions
from compiler.deploy.gates.connections import severed
from compiler.deploy.gates.evidence import Evidence, Witness
from compiler.deploy.gates.fence import Fence, access_stacks, closed_at
from compiler.deploy.gates.objections import lifetime_of
from compiler.deploy.gates.readings.databases import connections_of
from compiler.deploy.port import AwsError, Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from datetime import datetime

    from compiler.deploy.clock import Clock
    from compiler.deploy.flow import Pool
    from compiler.deploy.gates.port import Running
    from compiler.deploy.port import Aws
    from compiler.manifest import Gate, Manifest

EVERY = timedelta(seconds=15)
"""How long to wait before asking anew: RDS and S3 tell of themselves once a minute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """
    Whom to ask, and how.

    Attributes:
        aws: Has the stacks, for facts that are outputs.
        running: The running system.
        pool: Makes the calls.
        clock: Tells the time.
        by: Who asks, `user@host`.
        told: Is called with each answer as it comes, in the calling thread.
        waits: Is called before a round of questions that were not green, with their number.
    """

    aws: Aws
    running: Running
    pool: Pool
    clock: Clock
    by: str
    told: Callable[[Answer], None]
    waits: Callable[[int], None]


def gather(
    asking: Asking,
    manifest: Manifest,
    opens: str,
    *,
    fence: Fence | None = None,
    wait: timedelta = timedelta(0),
) -> Evidence:
    """
    Ask every gate of *manifest*.

    Args:
        asking: Whom to ask, and how.
        manifest: The state that stands.
        opens: The phase that its gates open.
        fence: What is known about the fence; read from AWS unless given.
        wait: For how long to ask again what is not green.
    """
    ends = asking.clock.now() + wait
    answers: dict[int, Answer] = {}
    left = tuple(range(len(manifest.gates)))
    known: Fence | AwsError | None = fence
    while True:
        now = asking.clock.now()
        known = known or _fence(asking, manifest, now)
        for number, answer in _round(asking, manifest, left, known, now):
            answers[number] = answer
            asking.told(answer)
        red = tuple(number for number in sorted(answers) if not answers[number].is_green)
        if not red or asking.clock.now() + EVERY > ends:
            break
        asking.waits(len(red))
        asking.clock.sleep(EVERY)
        # What was answered long ago is asked again, so that the evidence is good for a while.
        old = asking.clock.now() - lifetime_of(manifest) / 2
        left = tuple(
            number
            for number in sorted(answers)
            if not answers[number].is_green or answers[number].at < old
        )
        if fence is None and not _is_settled(known):
            known = None
    moment = known.severed if isinstance(known, Fence) else None
    in_order = tuple(answers[number] for number in sorted(answers))
    return evidence_of(asking, manifest, opens, in_order, moment)


def exit_code_of(evidence: Evidence) -> int:
    """Return 0 if all is green, 3 if AWS refused to tell something, else 1."""
    if any(one.is_refused for one in evidence.answers):
        return REFUSED
    return DONE if evidence.is_green else FINDINGS


def evidence_of(
    asking: Asking,
    manifest: Manifest,
    opens: str,
    answers: Sequence[Answer],
    fenced: datetime | None,
) -> Evidence:
    """Return *answers* to the gates of *manifest* as evidence."""
    now = asking.clock.now()
    oldest = min((one.at for one in answers), default=now)
    return Evidence(
        migration=manifest.migration,
        phase=manifest.phase,
        opens=opens,
        spec_file=manifest.spec_file,
        spec_sha256=manifest.spec_sha256,
        by=asking.by,
        asked=oldest,
        answered=max((one.at for one in answers), default=now),
        good_until=oldest + lifetime_of(manifest),
        fenced=fenced,
        answers=tuple(map(_witness, answers)),
    )


def fence_of(asking: Asking, manifest: Manifest, now: datetime) -> Fence:
    """
    Read what is known about the fence: nothing where no gate asks for it.

    Raises:
        AwsError: AWS refused to tell.
    """
    fenced = [gate for gate in manifest.gates if gate.kind == "connections gone"]
    if not fenced:
        return Fence()
    stacks = [stack.id for stack in access_stacks(manifest)]
    closed = closed_at(asking.running, manifest, look_at(asking.aws, manifest, stacks, asking.pool))
    readings = [
        connections_of(asking.running, _place(gate), one.value, closed, now)
        for question in questions(asking.aws, manifest, fenced, asking.pool)
        for gate, one in ((question.gate, question.facts["database"]),)
        if one.value is not None
    ]
    is_whole = len(readings) == len(fenced)
    return Fence(closed=closed, severed=severed(readings) if is_whole else None)


def _fence(asking: Asking, manifest: Manifest, now: datetime) -> Fence | AwsError:
    try:
        return fence_of(asking, manifest, now)
    except AwsError as error:
        return error


def _is_settled(fence: Fence | AwsError | None) -> bool:
    """Tell whether it is known since when nothing was written: that changes no more."""
    return isinstance(fence, Fence) and fence.severed is not None


def _round(
    asking: Asking,
    manifest: Manifest,
    left: Sequence[int],
    fence: Fence | AwsError,
    now: datetime,
) -> Iterator[tuple[int, Answer]]:
    """Ask the gates numbered *left* at the same time; yield the answers as they come."""
    gates = [manifest.gates[number] for number in left]
    asked = questions(asking.aws, manifest, gates, asking.pool)
    done: SimpleQueue[int] = SimpleQueue()
    calls = {}
    for number, question in zip(left, asked, strict=True):
        calls[number] = asking.pool.submit(partial(ask, question, asking.running, fence, now))
        calls[number].add_done_callback(partial(_put, done, number))
    for _ in left:
        number = done.get()
        yield number, calls[number].result()


def _put(done: SimpleQueue[int], number: int, _: Future[Answer]) -> None:
    done.put(number)


def _place(gate: Gate) -> Place:
    return Place(account=gate.account, region=gate.region)


def _witness(answer: Answer) -> Witness:
    gate, judgement = answer.gate, answer.judgement
    return Witness(
        kind=gate.kind,
        key=gate.key,
        side=gate.side,
        region=gate.region,
        account=gate.account,
        component=gate.component,
        verdict=judgement.verdict,
        measured=judgement.measured,
        wanted=judgement.wanted,
        remedy=judgement.remedy,
        notes=judgement.notes,
        at=answer.at,
        is_refused=judgement.is_refused,
    )
