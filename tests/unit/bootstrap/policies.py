"""
A small IAM: whether a role's policies allow a call.

Source: IAM user guide, "Policy evaluation logic" and "Condition operators", 2026-11-24.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compiler.bootstrap.build import Bootstrap, build
from compiler.bootstrap.ground import Wish
from compiler.deploy.folder import Compiled, read_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ACCOUNT = "111122223333"

EXAMPLES = ("hello-trial", "shop-prod", "streaming-staging")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What is asked of a service, on which resource, in which region, with which other facts."""

    action: str
    resource: str
    region: str
    facts: tuple[tuple[str, str], ...] = ()


def example(name: str) -> Compiled:
    compiled = read_folder(Path("templates_out") / name)
    assert isinstance(compiled, Compiled)
    return compiled


def bootstrap(name: str, wish: Wish | None = None) -> Bootstrap:
    compiled = example(name)
    return build(compiled.manifest, compiled.templates, wish or Wish())


def template(made: Bootstrap, stack: str, account: str = ACCOUNT) -> dict[str, Any]:
    prepared = made.of(account)
    assert prepared is not None
    found: dict[str, Any] = json.loads(prepared.texts[stack])
    return found


class Role:
    """The execution role in a template."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self.resources = body["Resources"]
        self.statements = tuple(self._statements())

    def allows(self, call: Call) -> bool:
        return any(_fits(statement, call) for statement in self.statements)

    def _statements(self) -> Iterator[dict[str, Any]]:
        for resource in self.resources.values():
            if resource["Type"] == "AWS::IAM::ManagedPolicy":
                yield from resource["Properties"]["PolicyDocument"]["Statement"]
            for inline in resource["Properties"].get("Policies", ()):
                yield from inline["PolicyDocument"]["Statement"]


def execution_role(made: Bootstrap, account: str = ACCOUNT) -> Role:
    prepared = made.of(account)
    assert prepared is not None
    home = prepared.manifest.home_region
    return Role(template(made, f"{home}/execution", account))


def texts(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload] # a list in JSON


def _fits(statement: Mapping[str, Any], call: Call) -> bool:
    assert statement["Effect"] == "Allow"
    facts = {"aws:RequestedRegion": call.region, "aws:ResourceAccount": ACCOUNT, **dict(call.facts)}
    return (
        any(one.lower() == call.action.lower() for one in texts(statement["Action"]))
        and any(fnmatchcase(call.resource, one) for one in texts(statement["Resource"]))
        and all(
            _holds(operator, facts.get(key), texts(values))
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _holds(operator: str, value: str | None, wanted: list[str]) -> bool:
    if operator == "StringNotEquals":
        return value not in wanted
    if value is None:
        return False
    match operator:
        case "StringEquals" | "Bool":
            return value in wanted
        case "ArnEquals" | "ArnLike":
            return any(fnmatchcase(value, one) for one in wanted)
        case _:
            raise AssertionError(operator)
