"""The user's own questions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.gates import own
from compiler.deploy.gates.port import NoAnswerError, NotSupportedError, Query

if TYPE_CHECKING:
    from compiler.deploy.gates.answer import Judgement
    from compiler.deploy.gates.readings.context import Context

_STATEMENT = timedelta(seconds=30)
"""How long a statement may take where the spec does not say."""


def http(context: Context) -> Judgement:
    """Ask an address."""
    timeout = _timeout(context)
    return own.answers(
        context.running.get(context.facts["url"], timeout), int(context.facts["status"]), timeout
    )


def command(context: Context) -> Judgement:
    """Run a command."""
    timeout = _timeout(context)
    try:
        return own.ends_well(context.running.run(context.facts["command"], timeout), timeout)
    except ValueError as error:
        return own.no_command(str(error))


def sql(context: Context) -> Judgement:
    """Ask a database."""
    facts = context.facts
    query = Query(
        engine=facts["engine"],
        host=facts["address"],
        port=int(facts["port"]),
        database=facts["database_name"],
        secret=facts["secret"],
        statement=facts["statement"],
    )
    try:
        value = context.running.query(context.place, query, _timeout(context))
    except NotSupportedError as error:
        return own.no_driver(str(error), facts["expect"])
    except NoAnswerError as error:
        return own.silent(str(error), facts["expect"])
    return own.tells(value, facts["expect"])


def _timeout(context: Context) -> timedelta:
    given = context.facts.get("timeout_seconds")
    return timedelta(seconds=float(given)) if given else _STATEMENT
