"""Forms: which states share a template, what its file is called, and which tags it has."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from troposphere import Tags
from troposphere.ec2 import VPC

from compiler.emit import OPEN_TAG, Emitted, Origin, emit
from compiler.itinerary import from_bytes
from compiler.link import Limits, link
from compiler.phases import ORDER, PHASES, PhaseName
from compiler.symbols import Resource, StackKey
from spec.load import load
from spec.starter import starter
from tests.unit.compiler.link.test_linker import parameter, setting

if TYPE_CHECKING:
    from spec.model import Spec

NETWORK = StackKey(side="source", name="network")
ACCESS = StackKey(side="source", name="access")
STATES: tuple[PhaseName, ...] = ("prepare", "replicate", "warm", "fence")


def spec() -> Spec:
    loaded = load(starter().encode(), "migration.yaml")
    assert loaded.spec is not None
    return loaded.spec


def network(cidr: str, *, freezes_tags: bool = False) -> Resource:
    body = VPC("Vpc", CidrBlock=cidr, Tags=Tags(MigrationPhase=OPEN_TAG))
    return Resource(
        stack=NETWORK, body=body, component=("source", "vpc"), freezes_tags=freezes_tags
    )


def emitted(*resources: tuple[Resource, ...], wanted: tuple[PhaseName, ...] = STATES) -> Emitted:
    states = [
        (PHASES[name], link(given, setting()))
        for name, given in zip(STATES, resources, strict=False)
    ]
    origin = Origin(spec=spec(), spec_file="migration.yaml", home_region="us-east-1")
    return emit(states, wanted, origin, Limits())


def tag(what: Emitted, file: str) -> object:
    (only,) = json.loads(what.files[file])["Resources"]["Vpc"]["Properties"]["Tags"]
    return only["Value"]


def test_states_that_leave_a_stack_as_it_is_share_its_one_file() -> None:
    same = (network("10.0.0.0/16"),)

    what = emitted(same, same, same)

    assert sorted(what.files) == ["manifest.json", "us-east-1/network.json"]
    assert tag(what, "us-east-1/network.json") == "prepare"
    assert [member.form for state in what.itinerary.states for member in state.stacks] == [
        "prepare",
        "prepare",
        "prepare",
    ]


def test_a_stack_that_changes_has_a_file_for_each_form_named_after_the_phase() -> None:
    one, two = (network("10.0.0.0/16"),), (network("10.1.0.0/16"),)

    what = emitted(one, two, two, one)

    assert sorted(what.files) == [
        "manifest.json",
        "us-east-1/network.fence.json",
        "us-east-1/network.prepare.json",
        "us-east-1/network.replicate.json",
    ]
    assert [tag(what, file) for file in sorted(what.files)[1:]] == ["fence", "prepare", "replicate"]
    assert what.itinerary.at("warm").stacks[0].file == "us-east-1/network.replicate.json"
    assert what.itinerary.at("warm").stacks[0].phase == "replicate"


def test_a_form_that_freezes_tags_has_those_of_the_form_before_it() -> None:
    one, two = network("10.0.0.0/16"), network("10.1.0.0/16", freezes_tags=True)
    three = network("10.2.0.0/16")

    what = emitted((one,), (two,), (two,), (three,))

    assert tag(what, "us-east-1/network.replicate.json") == "prepare"
    assert tag(what, "us-east-1/network.fence.json") == "fence"
    assert [stack.keeps_tags for stack in what.itinerary.stacks] == [False, True, False]


def test_an_order_that_changes_brings_no_form() -> None:
    first, other = network("10.0.0.0/16"), parameter(ACCESS, "Name", "x")
    ordered = replace(first, after=(other.address,))

    what = emitted((first, other), (ordered, other))

    assert sorted(what.files) == [
        "manifest.json",
        "us-east-1/access.json",
        "us-east-1/network.json",
    ]
    after = {stack.id: stack.after for stack in what.itinerary.at("replicate").stacks}
    assert after == {"us-east-1/access": (), "us-east-1/network": ("us-east-1/access",)}


def test_a_stack_that_was_gone_and_comes_back_has_a_new_form() -> None:
    first, other = network("10.0.0.0/16"), parameter(ACCESS, "Name", "x")

    what = emitted((first, other), (first,), (first, other))

    assert sorted(what.files) == [
        "manifest.json",
        "us-east-1/access.prepare.json",
        "us-east-1/access.warm.json",
        "us-east-1/network.json",
    ]


def test_one_phase_alone_has_plain_names_and_the_tags_that_it_has_on_the_way() -> None:
    one, two = (network("10.0.0.0/16"),), (network("10.1.0.0/16"),)

    what = emitted(one, two, two, wanted=("warm",))

    assert sorted(what.files) == ["manifest.json", "us-east-1/network.json"]
    assert tag(what, "us-east-1/network.json") == "replicate"
    assert what.itinerary.phases == ("warm",)


def test_what_was_written_is_read_back() -> None:
    one, two = (network("10.0.0.0/16"),), (network("10.1.0.0/16"),)

    what = emitted(one, two, one)

    read = from_bytes(what.files["manifest.json"])
    assert read == what.itinerary
    assert [read.at(phase).stacks for phase in read.phases] == [
        what.itinerary.at(phase).stacks for phase in what.itinerary.phases
    ]


def test_the_phases_of_the_table_are_in_the_order_of_a_migration() -> None:
    assert ORDER == (
        "prepare",
        "replicate",
        "warm",
        "fence",
        "promote",
        "switch",
        "settle",
        "unprotect",
        "retire",
    )
