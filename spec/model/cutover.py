"""How the cutover is judged: limits in time, and questions of the user's own."""

from typing import Literal, TypeAlias

from pydantic import Field

from spec.model.base import Key, Model

GateBefore: TypeAlias = Literal[
    "replicate", "warm", "fence", "promote", "switch", "settle", "unprotect", "retire"
]
"""The phases that a gate can stand before: all but the first."""


class HttpGate(Model):
    """An address that must answer with one status."""

    url: str = Field(
        description="Address, with http or https; no user or password in it.",
        examples=["https://app.streaming.example.com/health"],
    )
    status: int = Field(
        default=200,
        description="The status that it must answer with; redirects are not followed.",
        examples=[204],
        json_schema_extra={"unit": "HTTP status"},
    )
    timeout: str = Field(
        default="10s", description="No answer after this time is a wrong one.", examples=["5s"]
    )


class SqlGate(Model):
    """A query of one database that must give one value."""

    database: str = Field(description="Which database is asked, by name.", examples=["catalog"])
    statement: str = Field(
        description="One SELECT or SHOW; the first column of its first row is compared.",
        examples=["SELECT count(*) > 0 FROM titles"],
    )
    expect: str = Field(
        description="The value, as text, in quotes.",
        examples=["true"],
    )


class CommandGate(Model):
    """A command that must end with 0."""

    run: tuple[str, ...] = Field(
        description="The program and its arguments; no shell reads them.",
        examples=[["./checks/smoke.sh", "--quick"]],
    )
    timeout: str = Field(
        default="1m", description="It is ended after this time, and has failed.", examples=["5m"]
    )


class UserGate(Model):
    """A question of the user's own: exactly one of `http`, `sql` and `command`."""

    before: GateBefore = Field(
        description="The phase into which nothing goes until it is answered.", examples=["switch"]
    )
    http: HttpGate | None = Field(
        default=None,
        description="An address that must answer.",
        examples=[{"url": "https://app.streaming.example.com/health"}],
    )
    sql: SqlGate | None = Field(
        default=None,
        description="A query that must give one value.",
        examples=[{"database": "catalog", "statement": "SELECT 1", "expect": "1"}],
    )
    command: CommandGate | None = Field(
        default=None,
        description="A command that must end with 0.",
        examples=[{"run": ["./checks/smoke.sh"]}],
    )


class Cutover(Model):
    """What must hold for the cutover: durations are written like `90s`, `15m` or `1h30m`."""

    max_downtime: str = Field(
        default="30m",
        description="Nobody may be kept out for longer than this.",
        examples=["15m"],
    )
    max_lag_seconds: int = Field(
        default=60,
        description="A replica may be this far behind before the source is fenced.",
        examples=[30],
        json_schema_extra={"unit": "seconds"},
    )
    evidence_lifetime: str = Field(
        default="30m",
        description="Evidence that is older is asked for again.",
        examples=["1h"],
    )
    gates: dict[Key, UserGate] = Field(
        default={},
        description="Questions of your own, by name.",
        examples=[
            {
                "smoke-test": {
                    "before": "settle",
                    "http": {"url": "https://app.streaming.example.com/health"},
                }
            }
        ],
    )
