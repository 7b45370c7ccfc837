"""The linker, on a toy system: a VPC, two services that need it, and a name for each."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from troposphere import Join
from troposphere.ec2 import VPC, SecurityGroup
from troposphere.ssm import Parameter

from compiler.link import Limits, Linked, Setting, link
from compiler.link.objects import LinkError
from compiler.manifest import FromLookup, FromOutput
from compiler.symbols import Address, Lookup, Resource, StackKey, Symbol
from spec.findings import Finding, at

NETWORK = StackKey(side="source", name="network")
SERVICE = StackKey(side="source", name="service-web")
ELSEWHERE = StackKey(side="target", name="service-web")
VPC_ADDRESS = Address(stack=NETWORK, logical_id="Vpc")


def setting(**limits: int) -> Setting:
    return Setting(
        title="toy test",
        regions={"source": "us-east-1", "target": "eu-central-1", "global": "us-east-1"},
        accounts=dict.fromkeys(("source", "target", "global"), "111122223333"),
        limits=Limits(**limits),
    )


def vpc() -> Resource:
    return Resource(
        stack=NETWORK,
        body=VPC("Vpc", CidrBlock="10.0.0.0/16"),
        component=("source", "vpc"),
        origins={"Properties.CidrBlock": ("source", "vpc", "cidr")},
    )


def group(stack: StackKey, *, after: tuple[Address, ...] = ()) -> Resource:
    return Resource(
        stack=stack,
        body=SecurityGroup("Group", GroupDescription="web", VpcId=Symbol(VPC_ADDRESS)),
        component=("services", "web"),
        after=after,
    )


def parameter(stack: StackKey, title: str, value: object, part: str = "") -> Resource:
    return Resource(
        stack=stack,
        body=Parameter(title, Type="String", Value=value),
        component=("services", part or "web"),
        part=part,
    )


def stack_names(linked: Linked) -> list[str]:
    return [stack.id for stack in linked.stacks]


def test_a_reference_inside_a_stack_becomes_a_ref_and_one_across_stacks_a_parameter() -> None:
    inside = parameter(NETWORK, "Name", Symbol(VPC_ADDRESS))
    linked = link((vpc(), inside, group(SERVICE)), setting())

    network, service = linked.stacks
    assert network.template["Resources"]["Name"]["Properties"]["Value"] == {"Ref": "Vpc"}
    assert network.template["Outputs"] == {
        "Vpc": {"Description": "Ref of Vpc.", "Value": {"Ref": "Vpc"}}
    }
    assert service.template == {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "toy test: service-web (source).",
        "Parameters": {
            "NetworkVpc": {
                "Type": "AWS::EC2::VPC::Id",
                "Description": "Vpc in the stack us-east-1/network.",
            }
        },
        "Resources": {
            "Group": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {"GroupDescription": "web", "VpcId": {"Ref": "NetworkVpc"}},
            }
        },
    }
    assert service.parameters == {"NetworkVpc": FromOutput(stack="us-east-1/network", output="Vpc")}
    assert service.after == (NETWORK,)


def test_a_value_of_another_side_is_named_after_it_and_not_checked_in_this_region() -> None:
    linked = link((vpc(), group(ELSEWHERE)), setting())

    assert linked.stacks[1].template["Parameters"] == {
        "SourceNetworkVpc": {
            "Type": "String",
            "Description": "Vpc in the stack us-east-1/network.",
        }
    }


def test_an_attribute_is_read_with_get_att_and_its_output_is_named_without_dots() -> None:
    symbol = Symbol(VPC_ADDRESS, "Default.Group")
    linked = link((vpc(), parameter(SERVICE, "Name", Join("-", ["x", symbol]))), setting())

    assert linked.stacks[0].template["Outputs"] == {
        "VpcDefaultGroup": {
            "Description": "Default.Group of Vpc.",
            "Value": {"Fn::GetAtt": ["Vpc", "Default.Group"]},
        }
    }
    assert linked.stacks[1].template["Resources"]["Name"]["Properties"]["Value"] == {
        "Fn::Join": ["-", ["x", {"Ref": "NetworkVpcDefaultGroup"}]]
    }


def test_an_order_without_a_value_is_kept_inside_a_stack_and_across() -> None:
    first = parameter(NETWORK, "First", "1")
    second = parameter(NETWORK, "Second", "2")
    waiting = Resource(
        stack=NETWORK, body=second.body, component=second.component, after=(first.address,)
    )
    across = group(SERVICE, after=(first.address,))

    network, service = link((vpc(), first, waiting, across), setting()).stacks

    assert network.template["Resources"]["Second"]["DependsOn"] == ["First"]
    assert "DependsOn" not in service.template["Resources"]["Group"]
    assert service.after == (NETWORK,)


def test_what_a_reference_orders_already_is_not_ordered_twice() -> None:
    own = group(NETWORK, after=(VPC_ADDRESS,))

    assert "DependsOn" not in link((vpc(), own), setting()).stacks[0].template["Resources"]["Group"]


def test_a_lookup_becomes_a_parameter_that_the_deployer_fills() -> None:
    image = Lookup("image", "/aws/service/linux")
    prefixes = Lookup("prefix_list", "com.amazonaws.global.cloudfront.origin-facing")
    linked = link(
        (parameter(SERVICE, "A", image), parameter(SERVICE, "B", prefixes)), setting()
    ).stacks[0]

    assert linked.parameters == {
        "ImageAwsServiceLinux": FromLookup(kind="image", name="/aws/service/linux"),
        "PrefixListComAmazonawsGlobalCloudfrontOriginFacing": FromLookup(
            kind="prefix_list", name="com.amazonaws.global.cloudfront.origin-facing"
        ),
    }
    assert linked.template["Parameters"]["ImageAwsServiceLinux"]["Type"] == "AWS::EC2::Image::Id"


def test_every_template_place_knows_its_spec_path() -> None:
    linked = link((vpc(), parameter(NETWORK, "Name", "1")), setting()).stacks[0]

    assert linked.component == ()
    assert linked.origins == {
        "Resources.Name": ("services", "web"),
        "Resources.Vpc": ("source", "vpc"),
        "Resources.Vpc.Properties.CidrBlock": ("source", "vpc", "cidr"),
    }


def test_a_loop_of_resources_is_a_finding_that_prints_the_loop() -> None:
    here = parameter(SERVICE, "Here", Symbol(Address(stack=NETWORK, logical_id="There")))
    there = Resource(
        stack=NETWORK,
        body=Parameter("There", Type="String", Value="1"),
        component=("databases", "catalog"),
        after=(here.address,),
    )

    assert link((here, there), setting()) == Linked(
        findings=(
            Finding(
                code="SF301",
                where=at("databases", "catalog"),
                detail="Each of these needs the next to exist first, and the last one the first:\n"
                "  SSM::Parameter There of databases.catalog (source) needs"
                " SSM::Parameter Here of services.web (source)\n"
                "  SSM::Parameter Here of services.web (source) needs"
                " SSM::Parameter There of databases.catalog (source)",
                way_out="Take one of these references out of the spec.",
                related=((at("services", "web"), "part of the loop"),),
            ),
        )
    )


def test_a_loop_of_stacks_is_a_finding_although_no_resource_loops() -> None:
    a1 = parameter(NETWORK, "A1", "1")
    b1 = parameter(SERVICE, "B1", Symbol(a1.address))
    b2 = parameter(SERVICE, "B2", "2")
    a2 = parameter(NETWORK, "A2", Symbol(b2.address))

    (finding,) = link((a1, a2, b1, b2), setting()).findings

    assert finding.code == "SF302"
    assert finding.detail == (
        "Each of these needs the next to exist first, and the last one the first:\n"
        "  SSM::Parameter A2 of services.web (source) needs"
        " SSM::Parameter B2 of services.web (source)\n"
        "  SSM::Parameter B1 of services.web (source) needs"
        " SSM::Parameter A1 of services.web (source)"
    )


def test_what_does_not_fit_is_split_by_component_key_and_growing_moves_nothing() -> None:
    keys = ["a", "b", "c", "d"]
    parts = tuple(parameter(NETWORK, f"Name{key}", "1", part=key) for key in keys)
    before = link((vpc(), *parts[:3]), setting(resources=2))
    after = link((vpc(), *parts), setting(resources=2))

    assert stack_names(before) == [
        "us-east-1/network",
        "us-east-1/network-a",
        "us-east-1/network-b",
        "us-east-1/network-c",
    ]
    assert [stack.template for stack in before.stacks] == [
        stack.template for stack in after.stacks if stack.key.name != "network-d"
    ]


def test_a_component_that_does_not_fit_alone_is_a_finding_on_it() -> None:
    (finding,) = link((parameter(SERVICE, "A", "1" * 2_000),), setting(size_bytes=1_000)).findings

    assert (finding.code, finding.where) == ("SF303", at("services", "web"))


def test_stacks_that_wait_for_nothing_of_each_other_share_a_batch() -> None:
    linked = link((group(ELSEWHERE), group(SERVICE), vpc()), setting())

    assert linked.batches == ((NETWORK,), (SERVICE, ELSEWHERE))
    assert [stack.key for stack in linked.stacks] == [NETWORK, SERVICE, ELSEWHERE]


def test_a_reference_to_what_no_component_makes_is_our_bug() -> None:
    with pytest.raises(LinkError, match="which no component makes"):
        link((group(SERVICE),), setting())


def test_two_resources_at_one_address_are_our_bug() -> None:
    with pytest.raises(LinkError, match="two resources at"):
        link((vpc(), vpc()), setting())


@settings(deadline=None, max_examples=30)
@given(st.permutations([0, 1, 2, 3]))
def test_the_order_in_which_components_are_listed_changes_nothing(order: list[int]) -> None:
    resources = (vpc(), group(SERVICE), group(ELSEWHERE), parameter(NETWORK, "Name", "1"))

    assert link(tuple(resources[index] for index in order), setting()) == link(resources, setting())
