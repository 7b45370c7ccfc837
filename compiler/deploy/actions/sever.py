"""
Connections that were open before a fence: cut by a reboot of the fenced database.

Taking an ingress rule away leaves open connections alive. A restart of the database ends them all,
and none can be opened anew. RDS has no token for it, so whether it was done is read from RDS's own
events: "DB instance restarted", after the access stack closed (RDS user guide, "Amazon RDS event
categories and event messages", RDS-EVENT-0006, read 2026-11-24). A failover is not asked for: a
standby that takes over has to be caught up with by the replica.

If the replica does not follow afterwards, nothing can be promoted, and nobody is served as long as
the fence stands: that fence must be undone.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from compiler.deploy.actions.asked import Problem, in_words, told, until
from compiler.deploy.actions.port import Database
from compiler.deploy.patience import TRIES, Unanswered, answered
from compiler.deploy.port import AwsBusyError, AwsError

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from datetime import datetime

    from compiler.deploy.actions.asked import Asked, Doing, Verifying
    from compiler.manifest import Action

BEGIN_LIMIT = timedelta(minutes=5)
"""For how long a database that is busy with something else is waited for."""

AVAILABLE_LIMIT = timedelta(minutes=15)
"""For how long a reboot may take; its length is that of the crash recovery."""

STREAMS_LIMIT = timedelta(minutes=5)
"""For how long a replica may take to follow again."""

SHOWS_LIMIT = timedelta(seconds=30)
"""For how long it is looked whether a request was taken whose answer was lost."""

_NEVER = frozenset(
    {
        "deleting",
        "failed",
        "inaccessible-encryption-credentials",
        "inaccessible-encryption-credentials-recoverable",
        "incompatible-network",
        "incompatible-option-group",
        "incompatible-parameters",
        "incompatible-restore",
        "insufficient-capacity",
        "restore-error",
        "stopped",
        "stopping",
        "storage-full",
    }
)
"""States that do not become `available` by waiting."""

_GIVEN_UP = "terminated"
"""
How a replica is that will never follow again.

Source: RDS user guide, "Monitoring read replication", read 2026-11-24.
"""

_WRONG_STATE = frozenset({"InvalidDBInstanceState", "InvalidDBInstanceStateFault"})


class _Following(NamedTuple):
    """What keeps replicas from following, in words (empty: nothing); and whether it is for good."""

    still: str
    is_lost: bool = False


class Sever:
    """See the module."""

    needs = ("database",)
    expected = timedelta(minutes=2)

    def describe(self, action: Action) -> str:
        """Say what it does, as a plan says it."""
        return (
            f"reboot the database {told(action, 'database')}, so that connections that are open "
            "end; nobody is served meanwhile"
        )

    def by_hand(self, action: Action, words: Mapping[str, str]) -> tuple[str, ...]:
        """Return the commands that do it."""
        which = f"--region {action.region} --db-instance-identifier {words['database']}"
        return (
            f"aws rds reboot-db-instance {which}",
            f"aws rds wait db-instance-available {which}",
        )

    def is_done(self, asked: Asked) -> bool:
        """Tell whether it restarted since the fence, is available, and its replicas follow."""
        return (
            _has_restarted(asked)
            and (found := _look(asked)) is not None
            and found.status == "available"
            and not _following(asked).still
        )

    def do(self, asked: Asked) -> Doing:
        """
        Reboot it, unless it restarted since the fence or is about to.

        A request whose answer was lost may have been taken, and a second one would be a second
        reboot: so it is looked for a while whether it shows before it is made again.
        """
        if asked.since is None:
            return _not_fenced(asked)
        ends = asked.clock.now() + BEGIN_LIMIT
        not_before = asked.clock.now()
        for _ in range(TRIES):
            found = yield from _ready(asked, ends, not_before)
            if not isinstance(found, Database):
                return found
            try:
                asked.port.reboot(asked.place, asked.facts["database"])
            except AwsBusyError:
                not_before = asked.clock.now() + SHOWS_LIMIT
                yield Unanswered("rebooting")
            except AwsError as error:
                # Somebody was quicker, or it began to do something else meanwhile.
                if error.code not in _WRONG_STATE:
                    raise
                yield "waiting"
            else:
                return None
        return _cannot(asked, (yield from answered(partial(_look, asked), "looking")))

    def verify(self, asked: Asked) -> Verifying:
        """Wait until it is available again, and its replicas follow it again."""
        is_back = yield from until(
            asked, AVAILABLE_LIMIT, "rebooting", lambda: _is_back(asked) or None
        )
        if not is_back:
            return _not_back(asked)
        seen = _Following(still="")

        def follow() -> _Following | None:
            nonlocal seen
            seen = _following(asked)
            return seen if not seen.still or seen.is_lost else None

        decided = yield from until(asked, STREAMS_LIMIT, "waiting for the replica", follow)
        if decided is not None and not decided.still:
            return "rebooted"
        when = "After" if decided else f"{in_words(STREAMS_LIMIT)} after"
        return Problem(
            code="SF627",
            reason=f"{when} the reboot of {asked.facts['database']}, {seen.still}.",
            way_out=(
                "The fence is taken back, so that the source serves again. Repair or replace the "
                "replica, let it catch up, and begin the transition anew."
            ),
            must_undo=True,
        )


def _look(asked: Asked) -> Database | None:
    return asked.port.database(asked.place, asked.facts["database"])


def _ready(
    asked: Asked, ends: datetime, not_before: datetime
) -> Generator[str, None, Database | Problem | None]:
    """Wait until it can be rebooted; return it then, nothing if it need not be, or a problem."""
    while True:
        if (yield from answered(partial(_has_restarted, asked), "looking")):
            return None
        found = yield from answered(partial(_look, asked), "looking")
        if found is not None and found.status == "rebooting":
            return None
        now = asked.clock.now()
        if found is not None and found.status == "available":
            if now >= not_before:
                return found
        elif found is None or found.status in _NEVER or now >= ends:
            return _cannot(asked, found)
        yield f"waiting: {found.status}"


def _has_restarted(asked: Asked) -> bool:
    return asked.since is not None and asked.port.has_restarted(
        asked.place, asked.facts["database"], asked.since
    )


def _is_back(asked: Asked) -> bool:
    found = _look(asked)
    return found is not None and found.status == "available" and _has_restarted(asked)


def _following(asked: Asked) -> _Following:
    """Look at the replicas in the target."""
    name, region = asked.facts["database"], asked.target_region
    found = _look(asked)
    replicas = [one for one in (found.replicas if found else ()) if one[0].region == region]
    if not replicas:
        return _Following(still=f"{name} has no replica in {region}")
    for place, replica in replicas:
        one = asked.port.database(place, replica)
        if one is None:
            return _Following(still=f"its replica {replica} in {region} is not there")
        if one.replication != "replicating":
            said = f": {one.message.rstrip('.')}" if one.message else ""
            how = one.replication or one.status
            return _Following(
                still=f'its replica {replica} in {region} is "{how}"{said}',
                is_lost=one.replication == _GIVEN_UP,
            )
    return _Following(still="")


def _not_fenced(asked: Asked) -> Problem:
    return Problem(
        code="SF620",
        reason=(
            "It is not known since when nobody can connect to the database "
            f"{asked.facts['database']}, so a reboot would not show that nobody is connected."
        ),
        way_out="Bring the access stack of the source into its form, and run this again.",
    )


def _cannot(asked: Asked, found: Database | None) -> Problem:
    name = asked.facts["database"]
    if found is None:
        reason = f"There is no database {name} in {asked.place.region}."
    elif found.status in _NEVER:
        reason = f'The database {name} is "{found.status}", and cannot be rebooted.'
    elif found.status == "available":
        reason = f"The database {name} takes no reboot: AWS did not answer {TRIES} requests."
    else:
        reason = (
            f'The database {name} is "{found.status}" for {in_words(BEGIN_LIMIT)}, and can be '
            "rebooted only when it is available."
        )
    return Problem(
        code="SF625",
        reason=reason,
        way_out=(
            "Take the fence back, so that the source serves. Begin the transition anew once the "
            "database is available: outside its backup and maintenance windows."
        ),
    )


def _not_back(asked: Asked) -> Problem:
    name = asked.facts["database"]
    return Problem(
        code="SF626",
        reason=(
            f"The database {name} is not seen to have restarted and to be available "
            f"{in_words(AVAILABLE_LIMIT)} after it was to reboot."
        ),
        way_out=(
            "The fence is taken back, so that the source serves as soon as it is available. See "
            f"what it is at with `aws rds describe-events --region {asked.place.region} "
            f"--source-type db-instance --source-identifier {name} --duration 60`."
        ),
        must_undo=True,
    )
