"""
The path of each example, proven; and with every property changed that may cost something.

The sandbox's own judgement, which was written for another end, is the second opinion.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from compiler.in_place import IN_PLACE
from compiler.kinds import is_stateful
from compiler.prove import State, path_findings, prove
from compiler.prove.changes import ABSENT
from compiler.prove.registry import registered_types
from compiler.prove.rules import FOLLOWED, REFUSED, REWRITTEN
from compiler.sandbox.engine.replacement import changes
from compiler.sandbox.engine.schemas import resource_schema
from tests.unit.prove.states import EXAMPLES, example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.prove.states import Key

OTHER = "another value"


def alone(state: State, stack: str) -> State:
    """*state* with one stack only: what is asked of one resource needs no other."""
    manifest = state.manifest
    kept = tuple(one for one in manifest.stacks if one.id == stack)
    return State(manifest=replace(manifest, stacks=kept), templates={stack: state.templates[stack]})


def with_property(state: State, key: Key, name: str, value: Any) -> State:  # noqa: ANN401 -- JSON
    """*state*, of one stack, with a property of a resource changed."""
    template = state.templates[key.stack]
    body = template["Resources"][key.logical_id]
    properties = {**body.get("Properties", {}), name: value}
    if value is ABSENT:
        del properties[name]
    resources = {**template["Resources"], key.logical_id: {**body, "Properties": properties}}
    return replace(state, templates={key.stack: {**template, "Resources": resources}})


def fates(before: State, after: State) -> dict[Key, tuple[str, bool]]:
    return {one.key: (one.fate, one.fails) for one in prove(before, after)}


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_step_of_an_example_loses_what_cannot_be_made_again(name: str) -> None:
    states = example(name)

    assert [state.manifest.phase for state in states] == [
        "prepare",
        "replicate",
        "warm",
        "fence",
        "promote",
        "switch",
        "settle",
        "unprotect",
        "retire",
    ]
    assert path_findings(states) == ()


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_create_only_property_changed_in_any_phase_fails_the_proof(name: str) -> None:
    """Of everything stateful, by another value, and by one less."""
    passed = []
    tried = 0
    for before, after in pairwise(example(name)):
        for key, body in after.stateful():
            if before.resource(key) is None:
                continue
            was, now = alone(before, key.stack), alone(after, key.stack)
            own = now.templates[key.stack]["Resources"][key.logical_id]["Properties"]
            for property_ in sorted(_create_only(body["Type"])):
                for value in (OTHER, ABSENT) if property_ in own else (OTHER,):
                    tried += 1
                    mutated = with_property(now, key, property_, value)
                    if not fates(was, mutated)[key][1]:
                        passed.append((after.manifest.phase, key, property_, value))

    assert passed == []
    assert tried > 100


def _create_only(type_: str) -> set[str]:
    listed = registered_types()[type_]
    return {
        *(place[0] for place in listed.create_only if place not in listed.read_only),
        *REFUSED.get(type_, ()),
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_property_that_is_emitted_changes_as_its_type_documents(name: str) -> None:
    """Each once for each type, against the registry and the rules, and against the sandbox."""
    wrong = []
    for key, type_, property_, state in _emitted(name):
        mutated = with_property(state, key, property_, OTHER)
        fate = fates(state, mutated).get(key, ("in place", False))[0]
        expected = _expected(type_, property_, state.templates[key.stack], key)
        second = _sandbox(type_, property_, state.templates[key.stack], key)
        if fate != expected or second not in {None, fate in {"replaced", "unknown", "refused"}}:
            wrong.append((type_, property_, fate, expected, second))

    assert wrong == []


def _emitted(name: str) -> Iterator[tuple[Key, str, str, State]]:
    seen = set()
    for state in example(name):
        for key, body in state.resources():
            for property_ in body.get("Properties", {}):
                if (body["Type"], property_) not in seen:
                    seen.add((body["Type"], property_))
                    yield key, body["Type"], property_, alone(state, key.stack)


def _expected(type_: str, property_: str, template: Any, key: Key) -> str:  # noqa: ANN401 -- JSON
    """What the registry says of a property, put as simply as can be."""
    if property_ in REFUSED.get(type_, ()):
        return "refused"
    listed = registered_types()[type_]
    body = template["Resources"][key.logical_id]
    decided = IN_PLACE.get(type_, frozenset()) | FOLLOWED.get(type_, frozenset())
    if property_ in {place[0] for place in listed.create_only}:
        if not _is_literal(body["Properties"][property_]):
            return "unknown"
        named = _is_named(type_, body["Properties"], property_)
        return "refused" if named and not is_stateful(body) else "replaced"
    if property_ in REWRITTEN.get(type_, ()):
        return "overwritten"
    if property_ == "SourceDBInstanceIdentifier":
        return "replaced"
    is_open = property_ in {place[0] for place in listed.conditional_create_only} - decided
    return "unknown" if is_open else "in place"


_NAMES = {
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::EC2::LaunchTemplate": "LaunchTemplateName",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "Name",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "Name",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SSM::Parameter": "Name",
}
"""The property with which a template names a resource, of the types that the examples name."""


def _is_named(type_: str, properties: Any, changed: str) -> bool:  # noqa: ANN401 -- JSON
    name = _NAMES.get(type_)
    return name is not None and name != changed and isinstance(properties.get(name), str)


def _is_literal(value: Any) -> bool:  # noqa: ANN401 -- JSON
    return not isinstance(value, dict) or not {"Ref", "Fn::GetAtt"} & value.keys()


def _sandbox(type_: str, property_: str, template: Any, key: Key) -> bool | None:  # noqa: ANN401 -- JSON
    """Whether the sandbox would replace it; nothing where the registry alone does not tell."""
    if property_ in REFUSED.get(type_, ()) or property_ in REWRITTEN.get(type_, ()):
        return None
    properties = template["Resources"][key.logical_id]["Properties"]
    (change,) = changes(
        resource_schema(type_, "us-east-1"), properties, {**properties, property_: OTHER}
    )
    return change.replaces
