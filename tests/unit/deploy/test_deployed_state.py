"""What is deployed as a state: of an example, as if StackSets had it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from compiler.deploy.deployed_state import deployed_state
from compiler.deploy.folder import read_itinerary, read_templates
from compiler.deploy.plan import Seen
from compiler.deploy.port import Definition, Instance
from compiler.deploy.wanted import place_of
from compiler.itinerary import Itinerary
from compiler.manifest import FromLookup, FromOutput
from compiler.prove import State, states_of, transition
from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Mapping

    from compiler.manifest import Manifest, ParameterSource
    from compiler.prove import Verdict

REPLICA = "eu-central-1/database-catalog"


@cache
def example() -> tuple[Itinerary, Mapping[str, str]]:
    folder = Path("templates_out/streaming-staging")
    itinerary = read_itinerary(folder)
    assert isinstance(itinerary, Itinerary)
    texts = read_templates(folder, itinerary)
    assert isinstance(texts, dict)
    return itinerary, texts


def manifests() -> tuple[Manifest, ...]:
    itinerary, _ = example()
    return tuple(itinerary.at(phase) for phase in itinerary.phases)


def compiled(phase: str) -> State:
    itinerary, texts = example()
    (found,) = (one for one in states_of(itinerary, texts) if one.manifest.phase == phase)
    return found


def seen_in(phase: str) -> dict[str, Seen]:
    """What AWS has of every stack of the example, where it stands in *phase*."""
    _, texts = example()
    seen = {stack.id: Seen() for manifest in manifests() for stack in manifest.stacks}
    for stack in compiled(phase).manifest.stacks:
        seen[stack.id] = Seen(
            definition=Definition(
                name=stack.stack_set,
                description="",
                template=texts[stack.file],
                parameters={name: value(source) for name, source in stack.parameters.items()},
                tags={},
                capabilities=(),
            ),
            instances=(Instance(place=place_of(stack), status="CURRENT"),),
            outputs={
                name: value(FromOutput(stack=stack.id, output=name)) for name in stack.outputs
            },
        )
    return seen


def value(source: ParameterSource) -> str:
    if isinstance(source, FromOutput):
        return f"{source.output} of {source.stack}"
    return f"what {source.name} is"


def not_unchanged(seen: Mapping[str, Seen], phase: str) -> list[Verdict]:
    state, findings = deployed_state(manifests(), seen)
    assert findings == ()
    step = transition(state, compiled(phase), "")
    return [one for one in step.verdicts if one.fate != "unchanged"]


def with_parameter(seen: dict[str, Seen], stack: str, name: str, text: str) -> dict[str, Seen]:
    definition = seen[stack].definition
    assert definition is not None
    parameters = {**definition.parameters, name: text}
    return {
        **seen,
        stack: replace(seen[stack], definition=replace(definition, parameters=parameters)),
    }


def test_what_stands_as_compiled_is_unchanged() -> None:
    assert not_unchanged(seen_in("warm"), "warm") == []


def test_the_next_step_is_proven_from_what_stands() -> None:
    promoted = not_unchanged(seen_in("fence"), "promote")

    assert [(str(one.key), one.fate, one.fails) for one in promoted] == [
        (f"{REPLICA}:Database", "in place", False)
    ]


def test_a_parameter_that_has_another_value_than_its_source_counts_for_itself() -> None:
    """Somebody made the replica with another key than the one that there is now."""
    seen = with_parameter(seen_in("warm"), REPLICA, "KeysDatabasesKeyArn", "arn:aws:kms:other")

    assert [(str(one.key), one.fate, one.code) for one in not_unchanged(seen, "warm")] == [
        (f"{REPLICA}:Database", "unknown", "SF412")
    ]


def test_of_a_stack_that_is_not_current_the_names_of_parameters_are_believed() -> None:
    seen = seen_in("warm")
    seen["eu-central-1/keys"] = replace(seen["eu-central-1/keys"], outputs=None)

    assert not_unchanged(seen, "warm") == []


def test_an_image_that_was_looked_up_is_kept() -> None:
    stack = "eu-central-1/service-web"
    (service,) = (one for one in compiled("warm").manifest.stacks if one.id == stack)
    (image,) = (name for name, one in service.parameters.items() if isinstance(one, FromLookup))
    seen = with_parameter(seen_in("warm"), stack, image, "ami-1")

    assert not_unchanged(seen, "warm") == []


def test_what_is_not_there_is_no_part_of_the_state() -> None:
    changed = not_unchanged(seen_in("prepare"), "replicate")

    assert {str(one.key): one.fate for one in changed} == {
        f"{REPLICA}:Database": "created",
        "us-east-1/bucket-media:Bucket": "in place",
        "us-east-1/dns:HostedZone": "in place",
    }


def test_a_template_that_is_no_json_is_told() -> None:
    seen = seen_in("warm")
    definition = seen[REPLICA].definition
    assert definition is not None
    seen[REPLICA] = replace(seen[REPLICA], definition=replace(definition, template="Resources:"))

    state, findings = deployed_state(manifests(), seen)

    assert REPLICA not in state.stacks()
    assert findings == (
        Finding(
            code="SF412",
            where=at("databases", "catalog"),
            detail='The template that AWS has of "eu-central-1/database-catalog" is no JSON, so'
            " somebody else wrote it, and it cannot be compared.",
            way_out="See what was changed there, and deploy what was compiled before this.",
        ),
    )
