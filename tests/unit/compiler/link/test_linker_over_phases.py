"""What the linker carries from one state to the next, and actions and gates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compiler.link import Linked, link, object_files, reads
from compiler.link.objects import LinkError
from compiler.manifest import Action, Computed, FromOutput, Gate
from compiler.symbols import Address, StackKey, Symbol, Task
from tests.unit.compiler.link.test_linker import (
    NETWORK,
    SERVICE,
    VPC_ADDRESS,
    group,
    parameter,
    setting,
    stack_names,
    vpc,
)

LAST = StackKey(side="target", name="phase")


def outputs(linked: Linked) -> list[str]:
    return [name for stack in linked.stacks for name in stack.template.get("Outputs", ())]


def test_what_another_state_reads_has_an_output_here_too() -> None:
    kept = reads(object_files((vpc(), group(SERVICE))))

    unread = link((vpc(), parameter(SERVICE, "Name", "x")), setting(), kept=kept)

    assert outputs(unread) == ["Vpc"]


def test_an_output_goes_with_its_resource() -> None:
    kept = reads(object_files((vpc(), group(SERVICE))))

    assert outputs(link((parameter(SERVICE, "Name", "x"),), setting(), kept=kept)) == []


def test_a_stack_that_was_cut_in_the_state_before_stays_cut() -> None:
    both = (parameter(SERVICE, "A", "1", part="a"), parameter(SERVICE, "B", "2", part="b"))
    cut = link(both, setting(resources=1))

    later = link(both, setting(), before=cut)

    assert stack_names(later) == ["us-east-1/service-web-a", "us-east-1/service-web-b"]
    assert later.cut == {SERVICE}


def test_the_stack_of_a_resource_that_is_last_comes_after_all_others() -> None:
    last = replace(parameter(LAST, "Phase", "warm"), is_last=True)

    linked = link((last, vpc(), group(SERVICE)), setting())

    assert linked.stacks[-1].key == LAST
    assert linked.stacks[-1].after == (NETWORK, SERVICE)


def test_a_form_that_keeps_its_tags_says_so_of_its_stack() -> None:
    frozen = replace(vpc(), freezes_tags=True)

    linked = link((frozen, group(SERVICE)), setting())

    assert [stack.freezes_tags for stack in linked.stacks] == [True, False]


def test_an_action_and_a_gate_read_outputs_and_an_action_has_its_place_in_the_order() -> None:
    action = Task(
        kind="peering dns",
        key="",
        side="source",
        component=("source", "vpc"),
        facts={"peering": Symbol(VPC_ADDRESS), "role": "requester"},
        after=(VPC_ADDRESS,),
        before=(
            Address(stack=SERVICE, logical_id="Group"),
            Address(stack=StackKey(side="target", name="gone"), logical_id="Bucket"),
        ),
    )
    gate = Task(
        kind="alarms quiet",
        key="",
        side="target",
        component=("alarms",),
        facts={"names": "a,b"},
    )

    linked = link((vpc(), group(SERVICE)), setting(), tasks=(gate, action))

    assert linked.actions == (
        Action(
            kind="peering dns",
            key="",
            side="source",
            region="us-east-1",
            account="111122223333",
            component=("source", "vpc"),
            facts={
                "peering": FromOutput(stack="us-east-1/network", output="Vpc"),
                "role": Computed(value="requester"),
            },
            after=("us-east-1/network",),
            before=("eu-central-1/gone", "us-east-1/service-web"),
        ),
    )
    assert linked.gates == (
        Gate(
            kind="alarms quiet",
            key="",
            side="target",
            region="eu-central-1",
            account="111122223333",
            component=("alarms",),
            facts={"names": Computed(value="a,b")},
        ),
    )
    assert outputs(linked) == ["Vpc"]


def test_a_task_about_what_no_component_makes_is_our_bug() -> None:
    task = Task(
        kind="sever connections",
        key="catalog",
        side="source",
        component=("databases", "catalog"),
        facts={},
        after=(VPC_ADDRESS,),
    )

    with pytest.raises(LinkError, match="'sever connections' of 'catalog' needs"):
        link((parameter(SERVICE, "Name", "x"),), setting(), tasks=(task,))
