"""Where a migration stands, told by what AWS has of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.deploy.path.standing import Standing
from compiler.deploy.path.states import as_it_stands, present
from compiler.deploy.port import Instance
from tests.fakes.migration import SOURCE, place
from tests.fakes.phases import DATABASE, MARKER, REPLICA, states
from tests.fakes.walker import Walker

PHASE = "shop-prod-eu-central-1-phase"
PARAMETER = "/shop/prod/phase"


@pytest.fixture
def walker() -> Walker:
    return Walker()


def retag(walker: Walker, name: str, phase: str) -> None:
    found = walker.aws.stack_sets[f"shop-prod-{name}"]
    tags = {**found.definition.tags, "MigrationPhase": phase}
    found.definition = replace(found.definition, tags=tags)


def spoil(walker: Walker, instance: Instance) -> None:
    walker.aws.stack_sets[PHASE].instances[instance.place] = instance


@pytest.mark.parametrize(
    ("stands", "words"),
    [
        (Standing(), "has nothing deployed"),
        (Standing(begun="prepare"), "stands partly in prepare"),
        (Standing(phase="warm"), "stands in warm"),
        (Standing(phase="warm", begun="fence"), "stands between warm and fence"),
    ],
)
def test_it_is_told_in_words(stands: Standing, words: str) -> None:
    assert str(stands) == words


def test_a_stack_of_a_later_form_tells_what_was_begun(walker: Walker) -> None:
    walker.to("warm")
    retag(walker, "us-east-1-access", "fence")

    assert walker.stands() == Standing(phase="warm", begun="fence")


def test_a_promotion_that_was_begun_is_told_by_its_template(walker: Walker) -> None:
    walker.to("fence")
    promoted = walker.states["promote"].templates[REPLICA]
    found = walker.aws.stack_sets["shop-prod-eu-central-1-database-orders"]
    found.definition = replace(found.definition, template=promoted)

    assert walker.stands() == Standing(phase="fence", begun="promote")


def test_a_retirement_that_was_begun_is_told_by_what_is_gone(walker: Walker) -> None:
    walker.to("unprotect")
    del walker.aws.stack_sets["shop-prod-us-east-1-access"]

    assert walker.stands() == Standing(phase="unprotect", begun="retire")


def test_of_an_update_that_failed_the_parameter_itself_is_asked(walker: Walker) -> None:
    walker.to("fence")
    spoil(walker, Instance(place=place(f"{SOURCE}/network"), status="CURRENT"))
    at = next(iter(walker.aws.stack_sets[PHASE].instances))
    spoil(walker, Instance(place=at, status="OUTDATED", detailed="FAILED", stack_id="x"))

    # Neither is known: so it is not taken for the phase that could not be written.
    assert walker.stands().phase == "warm"
    walker.aws.parameters[PARAMETER] = "replicate"
    assert walker.stands().phase == "replicate"


def test_what_stands_is_one_state_with_all_that_there_is(walker: Walker) -> None:
    found = present(walker.states, "unprotect", "retire")
    begun = as_it_stands([one.manifest for one in states().values()], "warm", "fence")

    ids = [stack.id for stack in found.manifest.stacks]
    assert DATABASE in ids
    assert found.templates[MARKER] == walker.states["retire"].templates[MARKER]
    assert all(set(stack.after) <= set(ids) for stack in found.manifest.stacks)
    assert {stack.id: stack.phase for stack in begun.stacks}[f"{SOURCE}/access"] == "fence"


def test_what_was_ever_there_is_named_on_request(walker: Walker) -> None:
    without = present(walker.states, "prepare")
    with_others = present(walker.states, "prepare", with_others=True)

    assert REPLICA not in without.templates
    assert {REPLICA, DATABASE, MARKER} <= set(with_others.templates)
    order = [stack.id for stack in with_others.manifest.stacks]
    assert order.index(DATABASE) < order.index(REPLICA)
