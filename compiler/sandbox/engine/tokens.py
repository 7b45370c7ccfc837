"""
Request tokens: the same request twice starts one operation.

AWS promises that a retried request with its token is known again, and answers
`TokenAlreadyExistsException` for a token that stands for something else.
Source: CloudFormation API Reference, CreateStack, ClientRequestToken and Errors, 2026-11-24.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from compiler.sandbox.engine.errors import token_already_exists

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from compiler.sandbox.engine.world import Place, World


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """
    What a token was given with.

    Attributes:
        action: The API's operation.
        given: Its parameters.
        answer: The id that it was answered with.
    """

    action: str
    given: Mapping[str, Any]
    answer: str


def once(
    world: World,
    place: Place,
    action: str,
    given: Mapping[str, Any],
    start: Callable[[], str],
) -> str:
    """
    Start an operation, unless its token says that it was started already.

    Args:
        world: Remembers the tokens of each account and region.
        place: The caller's account and region.
        action: The API's operation.
        given: Its parameters, with `ClientRequestToken` or without.
        start: Starts it and returns the id to answer with: that of a stack.

    Raises:
        ApiError: `TokenAlreadyExistsException`: the token was given with another request; or what
            *start* raises, and then the token is not spent.
    """
    token = str(given.get("ClientRequestToken", ""))
    if not token:
        return start()
    known = world.tokens.get((place, token))
    # A stack that is gone gives the token of its creation away, as it does its name.
    is_over = (
        known is not None
        and known.action == "CreateStack"
        and world.find(place, known.answer).is_deleted
    )
    if known is not None and not is_over:
        if known.action == action and known.given == given:
            return known.answer
        message = f"A client request token already exists: {token}"
        raise token_already_exists(message)
    answer = start()
    world.tokens[place, token] = Asked(action=action, given=dict(given), answer=answer)
    return answer
