"""Rules about the cutover: its limits, and the user's own gates."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from spec.durations import duration_of
from spec.findings import Finding, at, key_at
from spec.rules.rule import did_you_mean, listed, partition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.findings import Path
    from spec.model import Spec

LONGEST = timedelta(hours=24)

CLOSED_BEFORE = ("promote", "switch")
"""Before these phases both sides are closed: no database lets anybody in."""

LOWEST_STATUS, HIGHEST_STATUS = 100, 599

_ASKING = re.compile(r"\s*(select|show)\b[^;]*;?\s*", re.ASCII | re.IGNORECASE | re.DOTALL)


def duration_malformed(spec: Spec) -> Iterator[Finding]:
    """SF680: a duration has a unit, is longer than nothing, and no longer than a day."""
    for path, text in _durations(spec):
        found = duration_of(text)
        if found is None:
            detail = f'"{text}" is no duration: whole hours, minutes and seconds, in that order.'
        elif not found:
            detail = f'"{text}" is no time at all.'
        elif found > LONGEST:
            detail = f'"{text}" is longer than a day, and would limit nothing.'
        else:
            continue
        yield Finding(
            code="SF680",
            where=at(*path),
            detail=detail,
            way_out='Write it like "90s", "15m" or "1h30m", 24h at most.',
        )


def lag_out_of_bounds(spec: Spec) -> Iterator[Finding]:
    """SF681: a replica may be a little behind, and catches up within the downtime."""
    lag, downtime = spec.cutover.max_lag_seconds, duration_of(spec.cutover.max_downtime)
    where = at("cutover", "max_lag_seconds")
    if lag < 1:
        yield Finding(
            code="SF681",
            where=where,
            detail=f"A replica is always a little behind, so {lag} seconds would stop every"
            " cutover.",
            way_out="Choose 1 or more; 60 is the default.",
        )
    elif downtime is not None and downtime <= LONGEST and lag >= downtime.total_seconds() > 0:
        yield Finding(
            code="SF681",
            where=where,
            detail=f"A replica that is {lag:,} seconds behind may need as long to catch up, and"
            f" nobody may be kept out for longer than {spec.cutover.max_downtime}.",
            way_out='Choose less, or a longer "max_downtime".',
            related=((at("cutover", "max_downtime"), "how long it may take altogether"),),
        )


def gate_without_one_question(spec: Spec) -> Iterator[Finding]:
    """SF682: a gate asks one thing."""
    kinds = ("http", "sql", "command")
    for name, gate in spec.cutover.gates.items():
        asked = tuple(kind for kind in kinds if getattr(gate, kind) is not None)
        if len(asked) == 1:
            continue
        yield Finding(
            code="SF682",
            where=key_at("cutover", "gates", name),
            detail=f"It has {listed(asked, last='and')}, so what its name answers for is not clear."
            if asked
            else "It asks nothing.",
            way_out="Make a gate of each." if asked else f"Give it {listed(kinds)}, or remove it.",
        )


def gate_url_malformed(spec: Spec) -> Iterator[Finding]:
    """SF683: an address that is asked has a scheme and a host, and no password."""
    for name, gate in spec.cutover.gates.items():
        if gate.http is None:
            continue
        problem = _problem_of_url(gate.http.url)
        if problem:
            yield Finding(
                code="SF683",
                where=at("cutover", "gates", name, "http", "url"),
                detail=problem,
                way_out='Write it like "https://app.example.com/health".',
            )


def gate_status_out_of_bounds(spec: Spec) -> Iterator[Finding]:
    """SF684: a status is one of HTTP."""
    for name, gate in spec.cutover.gates.items():
        if gate.http is None or LOWEST_STATUS <= gate.http.status <= HIGHEST_STATUS:
            continue
        yield Finding(
            code="SF684",
            where=at("cutover", "gates", name, "http", "status"),
            detail=f"No server answers with {gate.http.status}: a status of HTTP has three digits,"
            f" {LOWEST_STATUS} to {HIGHEST_STATUS}.",
            way_out="Choose 200, or what the address answers with when all is well.",
        )


def gate_to_undeclared_database(spec: Spec) -> Iterator[Finding]:
    """SF685: a gate asks a database of the spec."""
    for name, gate in spec.cutover.gates.items():
        if gate.sql is None or gate.sql.database in spec.databases:
            continue
        yield Finding(
            code="SF685",
            where=at("cutover", "gates", name, "sql", "database"),
            detail=f'There is no database "{gate.sql.database}".',
            way_out=did_you_mean(gate.sql.database, spec.databases)
            + ("Declare it, or name another." if spec.databases else "Declare it."),
        )


def gate_to_closed_database(spec: Spec) -> Iterator[Finding]:
    """SF686: no database answers while both sides are closed."""
    for name, gate in spec.cutover.gates.items():
        if gate.sql is None or gate.before not in CLOSED_BEFORE:
            continue
        yield Finding(
            code="SF686",
            where=at("cutover", "gates", name, "before"),
            detail=f'Before "{gate.before}" both sides are closed, and no database lets anybody in.'
            " Whether the databases are whole is asked by stackferry itself then.",
            way_out='Ask before "fence", or before "settle".',
        )


def gate_statement_refused(spec: Spec) -> Iterator[Finding]:
    """SF687: a gate asks, and changes nothing."""
    for name, gate in spec.cutover.gates.items():
        if gate.sql is None or _ASKING.fullmatch(gate.sql.statement):
            continue
        yield Finding(
            code="SF687",
            where=at("cutover", "gates", name, "sql", "statement"),
            detail="A gate is asked as often as somebody wants to know, so it is one statement that"
            " begins with SELECT or SHOW.",
            way_out="Write one SELECT that gives one value.",
        )


def gate_command_empty(spec: Spec) -> Iterator[Finding]:
    """SF688: a command has a program, and its arguments can be passed."""
    for name, gate in spec.cutover.gates.items():
        if gate.command is None:
            continue
        run = gate.command.run
        path: Path = ("cutover", "gates", name, "command", "run")
        if not run or not run[0]:
            yield Finding(
                code="SF688",
                where=at(*path) if not run else at(*path, 0),
                detail="There is no program to run.",
                way_out='Write it like ["./checks/smoke.sh", "--quick"].',
            )


def distribution_moves_while_closed(spec: Spec) -> Iterator[Finding]:
    """SF689: without a zone the switch waits for CloudFront."""
    if spec.cdn is None or spec.dns is not None or partition(spec) not in {None, "aws"}:
        return
    given = spec.certificates
    if given.cdn or given.source or given.target:
        # SF278 says it then: the certificates have no name to stand for.
        return
    if any(name in spec.services for name in (spec.cdn.default, *spec.cdn.paths.values())):
        yield Finding(
            code="SF689",
            where=key_at("cdn"),
            detail="Without a zone the distribution finds the load balancer by AWS's own name, so"
            " the switch has to change the distribution, and nobody is let in until CloudFront has"
            " told all its locations.",
            way_out='Add "dns": then a record moves, and the distribution stays as it is.',
        )


def _durations(spec: Spec) -> Iterator[tuple[Path, str]]:
    yield ("cutover", "max_downtime"), spec.cutover.max_downtime
    yield ("cutover", "evidence_lifetime"), spec.cutover.evidence_lifetime
    for name, gate in spec.cutover.gates.items():
        if gate.http is not None:
            yield ("cutover", "gates", name, "http", "timeout"), gate.http.timeout
        if gate.command is not None:
            yield ("cutover", "gates", name, "command", "timeout"), gate.command.timeout


def _problem_of_url(url: str) -> str:
    """Say what is wrong with *url* without repeating a password; nothing where it is fine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return "It is no address: its host or port cannot be read."
    if parts.username is not None or parts.password is not None:
        return "It has a user or a password in it, and a spec holds no secrets."
    if parts.scheme not in {"http", "https"}:
        return "It begins with neither http:// nor https://."
    if not host:
        return "It has no host."
    if any(character.isspace() or not character.isprintable() for character in url):
        return "It has a space or a control character in it."
    return ""
