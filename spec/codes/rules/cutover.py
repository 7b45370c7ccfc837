"""Cards about the cutover: its limits, and the user's own gates."""

from __future__ import annotations

from spec.codes.card import Card

CUTOVER: tuple[Card, ...] = (
    Card(
        code="SF680",
        title="Duration is malformed",
        why="A number without its unit is read in two ways, and the wrong one is found at night.",
        fix="Write it like 90s, 15m or 1h30m; 24h at most.",
        example='cutover: {max_downtime: "15"}   # wrong\ncutover: {max_downtime: 15m}    # right',
    ),
    Card(
        code="SF681",
        title="Lag is out of bounds",
        why=(
            "A replica is always a little behind. Before the source is fenced it must be so near"
            " that it catches up within the downtime."
        ),
        fix="Choose a lag above 0 and below the downtime.",
        example="cutover: {max_downtime: 15m, max_lag_seconds: 3600}   # wrong\n"
        "cutover: {max_downtime: 15m, max_lag_seconds: 60}     # right",
    ),
    Card(
        code="SF682",
        title="Gate asks not one question",
        why="A gate is opened by one answer, which its name stands for in reports.",
        fix="Give it one of http, sql and command.",
        example="smoke: {before: settle}                              # wrong\n"
        "smoke: {before: settle, command: {run: [./smoke.sh]}}   # right",
    ),
    Card(
        code="SF683",
        title="Address of a gate is malformed",
        why="It is asked as it stands here, by http or https, and written into evidence.",
        fix="Write a whole address, without user and password.",
        example="http: {url: app.example.com}            # wrong\n"
        'http: {url: "https://app.example.com"}   # right',
    ),
    Card(
        code="SF684",
        title="Status of a gate is out of bounds",
        why="A status of HTTP has three digits. Source: RFC 9110, section 15.",
        fix="Choose 100 to 599.",
        example="http: {status: 20}    # wrong\nhttp: {status: 200}   # right",
    ),
    Card(
        code="SF685",
        title="Gate asks a database undeclared",
        why="Address, user and password are those of a database of the spec.",
        fix="Declare it, or correct its name.",
        example="sql: {database: catalgo}   # wrong\nsql: {database: catalog}   # right",
    ),
    Card(
        code="SF686",
        title="Gate asks a database while it is closed",
        why=(
            "From fence to switch neither side lets anybody in to a database, so that nothing is"
            " written that would be lost."
        ),
        fix="Ask before fence, or before settle.",
        example="books: {before: promote, sql: {}}   # wrong\n"
        "books: {before: fence, sql: {}}     # right",
    ),
    Card(
        code="SF687",
        title="Gate may change something",
        why="Gates are asked again and again, also when nothing else is done.",
        fix="Ask by one SELECT or SHOW.",
        example='statement: "DELETE FROM carts"          # wrong\n'
        'statement: "SELECT count(*) FROM carts"   # right',
    ),
    Card(
        code="SF688",
        title="Gate has no command",
        why="What is run is a program with its arguments, one by one; no shell reads them.",
        fix="Name a program.",
        example="command: {run: []}             # wrong\ncommand: {run: [./smoke.sh]}   # right",
    ),
    Card(
        code="SF689",
        title="Switch waits for CloudFront",
        why=(
            "A change of a distribution takes minutes to reach all of CloudFront's locations, and"
            " this one is made while both sides are closed."
        ),
        fix="Give the migration a zone.",
        example="{cdn: {default: web}}             # warns\n"
        "{cdn: {default: web}, dns: {…}}   # right",
        severity="warning",
    ),
)
