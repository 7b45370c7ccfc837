"""
The compiled examples as plain stacks: every resource survives a change of tags and a failed update.

What the services report is compared before and after, resource by resource.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from compiler.deploy.folder import read_folder
from compiler.manifest import FromOutput, ParameterSource, Stack
from compiler.sandbox.embedded import Sandbox, embedded
from compiler.sandbox.engine.work import Work
from compiler.sandbox.prerequisites import Deployable, provide

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.engine.values import Json

# Runs again and again what others measure; tracing it takes longer than it does itself.
pytestmark = pytest.mark.no_cover

ROOT = Path(__file__).parents[2]
FAILING = {
    "Type": "AWS::SSM::Parameter",
    "Properties": {"Type": "String", "Value": {"Fn::Select": [9, ["no such value"]]}},
}
PREFIX_LIST = "com.amazonaws.global.cloudfront.origin-facing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A state of a compiled folder."""

    order: tuple[str, ...]
    stacks: Mapping[str, Stack]
    templates: Mapping[str, Mapping[str, Any]]


def compiled(example: str, folder: Path) -> Compiled:
    subprocess.run(  # noqa: S603 -- our own command
        [
            *(sys.executable, "-m", "compiler", "compile", f"{example}.yaml"),
            *("--no-lint", "--out", str(folder)),
        ],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.rglob("manifest.json")
    found = read_folder(path.parent)
    assert not isinstance(found, tuple), found
    stacks = {stack.id: stack for stack in found.manifest.stacks}
    return Compiled(
        order=tuple(name for batch in found.manifest.batches for name in batch),
        stacks=stacks,
        templates={name: json.loads(text) for name, text in found.templates.items()},
    )


class Stacks:
    """The stacks of one compiled example in a sandbox, named after their files."""

    def __init__(self, box: Sandbox, example: Compiled) -> None:
        self.box = box
        self.example = example
        self.outputs: dict[str, dict[str, str]] = {}
        provide(
            box,
            [
                Deployable(
                    account=stack.account,
                    region=stack.region,
                    template=example.templates[name],
                )
                for name, stack in example.stacks.items()
            ],
        )

    def create(self, name: str) -> str:
        call = self._client(name).create_stack
        call(**self._asked(name, self.example.templates[name], self._values(name), "1"))
        stack = self._described(name)
        found = {o["OutputKey"]: o["OutputValue"] for o in stack.get("Outputs", [])}
        self.outputs[name] = found
        return str(stack["StackStatus"])

    def update(self, name: str, template: Mapping[str, Any], round_: str) -> str:
        kept = [
            {"ParameterKey": key, "UsePreviousValue": True}
            for key in self.example.templates[name].get("Parameters", {})
        ]
        self._client(name).update_stack(**self._asked(name, template, kept, round_))
        return str(self._described(name)["StackStatus"])

    def read(self, name: str) -> dict[str, Json]:
        """Return what the services report, by logical id."""
        spec = self.example.stacks[name]
        stack = self.box.world.find((spec.account, spec.region), _stack_name(name))
        assert stack.desired is not None
        work = Work(world=self.box.world, stack=stack, desired=stack.desired)
        return {record.logical_id: work.read(record) for record in stack.live()}

    def _values(self, name: str) -> list[dict[str, str]]:
        return [
            {"ParameterKey": key, "ParameterValue": self._value(name, source)}
            for key, source in self.example.stacks[name].parameters.items()
        ]

    def _value(self, name: str, source: ParameterSource) -> str:
        region = self.example.stacks[name].region
        if isinstance(source, FromOutput):
            return self.outputs[source.stack][source.output]
        if source.kind == "prefix_list":
            filters = [{"Name": "prefix-list-name", "Values": [PREFIX_LIST]}]
            ec2 = self.box.client("ec2", region)
            found = ec2.describe_managed_prefix_lists(Filters=filters)["PrefixLists"]
            return str(found[0]["PrefixListId"])
        found = self.box.client("ssm", region).get_parameter(Name=source.name)
        return str(found["Parameter"]["Value"])

    def _asked(
        self, name: str, template: Mapping[str, Any], parameters: Json, round_: str
    ) -> dict[str, Json]:
        return {
            "StackName": _stack_name(name),
            "TemplateBody": json.dumps(template),
            "Parameters": parameters,
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
            "Tags": [{"Key": "Round", "Value": round_}],
        }

    def _client(self, name: str) -> Json:
        spec = self.example.stacks[name]
        return self.box.client("cloudformation", spec.region, spec.account)

    def _described(self, name: str) -> Json:
        answer = self._client(name).describe_stacks(StackName=_stack_name(name))
        return answer["Stacks"][0]


def _stack_name(name: str) -> str:
    return name.replace("/", "-")


def without_round(value: Json) -> Json:
    """Return *value* without the tag that this test changes, in either spelling of tags."""
    if isinstance(value, dict):
        return {key: without_round(part) for key, part in value.items() if key != "Round"}
    if isinstance(value, list):
        return [
            without_round(part)
            for part in value
            if not (isinstance(part, dict) and part.get("Key") == "Round")
        ]
    return value


SLOW = (
    "spec/examples/media-streaming",
    "spec/examples/shop",
    "tests/cases/accept/china",
    "tests/cases/accept/govcloud",
)


@pytest.fixture(
    params=[pytest.param(name, marks=pytest.mark.slow) for name in ("spec/examples/minimal", *SLOW)]
)
def stacks(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stacks]:
    example = compiled(request.param, tmp_path)
    with embedded() as box:
        yield Stacks(box, example)


def test_a_change_of_tags_and_a_failed_update_leave_every_resource_as_it_was(
    stacks: Stacks,
) -> None:
    names = stacks.example.order
    created = {name: stacks.create(name) for name in names}
    assert {name for name, status in created.items() if status != "CREATE_COMPLETE"} == set()
    before = {name: stacks.read(name) for name in names}
    assert [(n, r) for n in names for r, found in before[n].items() if found is None] == []

    tagged = {name: stacks.update(name, stacks.example.templates[name], "2") for name in names}
    assert {name for name, status in tagged.items() if status != "UPDATE_COMPLETE"} == set()
    after = {name: stacks.read(name) for name in names}
    assert without_round(after) == without_round(before)

    failed = {name: stacks.update(name, broken(stacks, name), "3") for name in names}
    assert {n for n, status in failed.items() if status != "UPDATE_ROLLBACK_COMPLETE"} == set()
    assert {name: stacks.read(name) for name in names} == after


def broken(stacks: Stacks, name: str) -> dict[str, Any]:
    """Return the template with one resource more, which comes last and fails."""
    template: dict[str, Any] = copy.deepcopy(dict(stacks.example.templates[name]))
    last = {**FAILING, "DependsOn": sorted(template["Resources"])}
    template["Resources"]["Failing"] = last
    return template
