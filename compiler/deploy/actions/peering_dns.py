"""
Names over a peering: each side is told to answer the other with private addresses.

CloudFormation has no property for it (registry schema of 2026-10-20). Each side has its own option,
set in its own region by its own account, once the peering is active (VPC peering guide, "Enable DNS
resolution for a VPC peering connection", read 2026-11-24). To set it once more changes nothing.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.actions.asked import Problem, in_words, until
from compiler.deploy.patience import answered
from compiler.deploy.port import AwsBusyError, AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.actions.asked import Asked, Doing, Verifying
    from compiler.deploy.actions.port import Peering, Role
    from compiler.manifest import Action

ACTIVE_LIMIT = timedelta(minutes=10)
"""For how long a peering may be on its way to being active; a request is accepted in seconds."""

SHOWS_LIMIT = timedelta(minutes=2)
"""For how long a read may lag behind the write."""

_COMING = frozenset({"initiating-request", "pending-acceptance", "provisioning"})

_NOT_YET = frozenset({"OperationNotPermitted", "InvalidVpcPeeringConnectionID.NotFound"})
"""
What EC2 says of a peering that this side does not take for active yet.

"Peering pcx-… is not active. Peering options can be added only to active peerings."
"""


class PeeringDns:
    """See the module."""

    needs = ("peering", "role")
    expected = timedelta(seconds=10)

    def describe(self, action: Action) -> str:
        """Say what it does, as a plan says it."""
        return (
            "let names of this VPC resolve to private addresses for the other one "
            f"({told_role(action)} of the peering)"
        )

    def describe_undo(self, action: Action) -> str:
        """Say what taking it back does."""
        return (
            "let names of this VPC resolve to public addresses for the other one again "
            f"({told_role(action)} of the peering)"
        )

    def by_hand(self, action: Action, words: Mapping[str, str]) -> tuple[str, ...]:
        """Return the commands that do it."""
        side = "requester" if words["role"] == "requester" else "accepter"
        return (
            (
                f"aws ec2 modify-vpc-peering-connection-options --region {action.region} "
                f"--vpc-peering-connection-id {words['peering']} "
                f"--{side}-peering-connection-options AllowDnsResolutionFromRemoteVpc=true"
            ),
        )

    def is_done(self, asked: Asked) -> bool:
        """Tell whether this side's option is on."""
        found = _look(asked)
        return found is not None and found.status == "active" and _role(asked) in found.resolves

    def do(self, asked: Asked) -> Doing:
        """Wait until the peering is active, and turn this side's option on."""
        found = yield from until(
            asked, ACTIVE_LIMIT, "waiting for the peering", partial(_decided, asked)
        )
        if found is None or found.status != "active":
            return _not_active(asked, found)
        if _role(asked) in found.resolves:
            return None
        is_set = yield from until(asked, ACTIVE_LIMIT, "setting", partial(_set, asked, on=True))
        return None if is_set else _not_active(asked, found)

    def verify(self, asked: Asked) -> Verifying:
        """Read the option back."""
        shows = yield from until(
            asked, SHOWS_LIMIT, "reading it back", lambda: self.is_done(asked) or None
        )
        if shows:
            return "turned on"
        return Problem(
            code="SF622",
            reason=(
                f"AWS took the option of {asked.facts['peering']} and does not show it after "
                f"{in_words(SHOWS_LIMIT)}."
            ),
            way_out="Run this again: it reads the option first, and sets it only if it is off.",
        )

    def undo(self, asked: Asked) -> Verifying:
        """Turn this side's option off, where there is a peering still."""
        found = yield from answered(partial(_look, asked), "looking")
        if found is None or found.status != "active" or _role(asked) not in found.resolves:
            return "is off"
        yield from answered(
            partial(
                asked.port.resolve_over,
                asked.place,
                asked.facts["peering"],
                _role(asked),
                on=False,
            ),
            "turning it off",
        )
        return "turned off"


def told_role(action: Action) -> str:
    """Return the side as a plan tells it."""
    source = action.facts["role"]
    return f"{source.value} side" if source.kind == "computed" else "this side"


def _role(asked: Asked) -> Role:
    return "requester" if asked.facts["role"] == "requester" else "accepter"


def _look(asked: Asked) -> Peering | None:
    return asked.port.peering(asked.place, asked.facts["peering"])


def _decided(asked: Asked) -> Peering | None:
    found = _look(asked)
    return None if found is None or found.status in _COMING else found


def _set(asked: Asked, *, on: bool) -> bool | None:
    try:
        asked.port.resolve_over(asked.place, asked.facts["peering"], _role(asked), on=on)
    except AwsBusyError:
        raise
    except AwsError as error:
        if error.code in _NOT_YET:
            return None
        raise
    return True


def _not_active(asked: Asked, found: Peering | None) -> Problem:
    peering = asked.facts["peering"]
    if found is None:
        said = f"is not active after {in_words(ACTIVE_LIMIT)}"
    elif found.status == "active":
        said = f"takes no option after {in_words(ACTIVE_LIMIT)}, although it is active"
    else:
        said = f'is "{found.status}"' + (f": {found.message.rstrip('.')}" if found.message else "")
    return Problem(
        code="SF621",
        reason=f"The peering {peering} {said}.",
        way_out=(
            "Look at it with `aws ec2 describe-vpc-peering-connections --region "
            f"{asked.place.region} --vpc-peering-connection-ids {peering}`. One that waits is to "
            "be accepted by the other side; one that failed is made anew by its stack."
        ),
    )
