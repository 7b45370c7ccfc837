"""
What CloudFront has cached of the source: forgotten after the switch.

CloudFront knows an invalidation by its caller's reference, and makes no second one for the same
(CloudFront API reference, InvalidationBatch, read 2026-11-24).
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from compiler.deploy.actions.asked import Problem, in_words, told, until
from compiler.deploy.port import AwsBusyError, AwsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.deploy.actions.asked import Asked, Doing, Verifying
    from compiler.deploy.actions.port import Invalidation
    from compiler.manifest import Action

BEGIN_LIMIT = timedelta(minutes=15)
"""For how long other invalidations are waited for: 15 with a wildcard are at work at a time."""

COMPLETE_LIMIT = timedelta(minutes=30)
"""For how long an invalidation may take."""

_TOO_MANY = "TooManyInvalidationsInProgress"


class Invalidate:
    """See the module."""

    needs = ("distribution", "paths")
    expected = timedelta(minutes=2)

    def describe(self, action: Action) -> str:
        """Say what it does, as a plan says it."""
        return f"let CloudFront forget what it has cached of {told(action, 'paths')}"

    def by_hand(self, action: Action, words: Mapping[str, str]) -> tuple[str, ...]:  # noqa: ARG002 -- the same of every kind
        """Return the commands that do it."""
        paths = " ".join(f"'{path}'" for path in words["paths"].strip("'").split(","))
        return (
            (
                "aws cloudfront create-invalidation --distribution-id "
                f"{words['distribution']} --paths {paths}"
            ),
        )

    def is_done(self, asked: Asked) -> bool:
        """Tell whether it has forgotten."""
        found = _look(asked)
        return found is not None and found.is_complete

    def do(self, asked: Asked) -> Doing:
        """Ask CloudFront to forget, once."""
        begun = yield from until(asked, BEGIN_LIMIT, "waiting for its turn", partial(_ask, asked))
        if begun is not None:
            return None
        return Problem(
            code="SF628",
            reason=(
                f"The distribution {asked.facts['distribution']} takes no further invalidation: "
                f"others are at work on it for {in_words(BEGIN_LIMIT)}."
            ),
            way_out=_way_out(asked),
        )

    def verify(self, asked: Asked) -> Verifying:
        """Wait until all edge locations have forgotten."""
        is_done = yield from until(
            asked, COMPLETE_LIMIT, "forgetting", lambda: self.is_done(asked) or None
        )
        if is_done:
            return "forgotten"
        return Problem(
            code="SF628",
            reason=(
                f"The distribution {asked.facts['distribution']} has not forgotten "
                f"{asked.facts['paths']} after {in_words(COMPLETE_LIMIT)}."
            ),
            way_out=_way_out(asked),
        )


def paths_of(asked: Asked) -> tuple[str, ...]:
    """Return the paths, sorted."""
    return tuple(sorted(path.strip() for path in asked.facts["paths"].split(",") if path.strip()))


def _look(asked: Asked) -> Invalidation | None:
    return asked.port.invalidation(
        asked.place, asked.facts["distribution"], asked.reference, asked.since
    )


def _ask(asked: Asked) -> Invalidation | None:
    try:
        return asked.port.invalidate(
            asked.place, asked.facts["distribution"], paths_of(asked), asked.reference
        )
    except AwsBusyError:
        raise
    except AwsError as error:
        if error.code == _TOO_MANY:
            return None
        raise


def _way_out(asked: Asked) -> str:
    return (
        "Run this again: it goes on with the same invalidation. `aws cloudfront list-invalidations "
        f"--distribution-id {asked.facts['distribution']}` shows what is at work."
    )
