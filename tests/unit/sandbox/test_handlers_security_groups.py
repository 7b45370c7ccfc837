from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused
from compiler.sandbox.handlers.security_groups import RuleHandler, SecurityGroupHandler
from tests.unit.sandbox.handlers_ground import assert_refused, pairs, scope_in, services
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope

GROUPS = SecurityGroupHandler()
INGRESS = RuleHandler(egress=False)
EGRESS = RuleHandler(egress=True)
HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}
POSTGRES = {
    "IpProtocol": "tcp",
    "FromPort": 5432,
    "ToPort": 5432,
    "CidrIp": "10.0.0.0/16",
    "Description": "from the services",
}
ALL_OUT = {"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def vpc_in(scope: Scope) -> str:
    return str(scope.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


def group_in(scope: Scope, vpc: str, name: str = "one") -> str:
    given = {"GroupName": name, "GroupDescription": name, "VpcId": vpc}
    return GROUPS.create(scope, given).physical_id


def permissions(scope: Scope, group: str, direction: str) -> list[dict[str, Any]]:
    answer = scope.client("ec2").describe_security_groups(GroupIds=[group])
    found: list[dict[str, Any]] = answer["SecurityGroups"][0][direction]
    return found


def prefix_list(scope: Scope) -> str:
    lists = scope.client("ec2").describe_managed_prefix_lists()["PrefixLists"]
    return str(
        next(
            one["PrefixListId"]
            for one in lists
            if one["PrefixListName"] == "com.amazonaws.global.cloudfront.origin-facing"
        )
    )


def test_a_group_lives(scope: Scope) -> None:
    life = Life(
        handler=GROUPS,
        scope=scope,
        start={
            "GroupName": "web",
            "GroupDescription": "the web",
            "VpcId": vpc_in(scope),
            "SecurityGroupIngress": [POSTGRES, HTTPS],
            "SecurityGroupEgress": [POSTGRES],
            "Tags": pairs(("Name", "one")),
        },
        changes={
            "SecurityGroupIngress": [POSTGRES],
            "SecurityGroupEgress": [HTTPS],
            "Tags": pairs(("Name", "two")),
        },
    )
    assert life.covered == GROUPS.supported
    lived(life)


def test_a_group_without_egress_rules_lets_everything_out_again(scope: Scope) -> None:
    given = {"GroupDescription": "g", "VpcId": vpc_in(scope)}
    closed = {**given, "SecurityGroupEgress": [HTTPS]}

    group = GROUPS.create(scope, closed).physical_id
    out = [p["IpProtocol"] for p in permissions(scope, group, "IpPermissionsEgress")]
    GROUPS.update(scope, group, closed, given)

    assert out == ["tcp"]
    assert [p["IpProtocol"] for p in permissions(scope, group, "IpPermissionsEgress")] == ["-1"]
    assert "SecurityGroupEgress" not in (GROUPS.read(scope, group) or {})


def test_a_group_without_a_name_gets_one_of_its_stack(scope: Scope) -> None:
    group = GROUPS.create(scope, {"GroupDescription": "g", "VpcId": vpc_in(scope)})

    assert (GROUPS.read(scope, group.physical_id) or {})["GroupName"].startswith("shop-Thing-")
    assert group.attributes["GroupId"] == group.physical_id


def test_an_update_of_inline_rules_leaves_those_that_stand_alone(scope: Scope) -> None:
    old = {"GroupDescription": "g", "VpcId": vpc_in(scope), "SecurityGroupIngress": [HTTPS]}
    new = {**old, "SecurityGroupIngress": [POSTGRES]}
    group = GROUPS.create(scope, old).physical_id
    alone = INGRESS.create(scope, {**HTTPS, "GroupId": group, "CidrIp": "10.9.0.0/16"})

    GROUPS.update(scope, group, old, new)

    assert INGRESS.read(scope, alone.physical_id) is not None


@pytest.mark.parametrize(
    ("code", "part", "name"),
    [
        ("InvalidGroup.Duplicate", "The security group 'ONE' already exists", "ONE"),
        ("InvalidParameterValue", "may not start with sg-", "sg-one"),
    ],
)
def test_a_group_by_a_wrong_name_is_refused(scope: Scope, code: str, part: str, name: str) -> None:
    vpc = vpc_in(scope)
    group_in(scope, vpc)

    assert_refused(
        code, part, GROUPS, scope, {"GroupName": name, "GroupDescription": "g", "VpcId": vpc}
    )


def test_a_group_with_a_rule_that_is_refused_is_not_left_behind(scope: Scope) -> None:
    given = {
        "GroupName": "web",
        "GroupDescription": "g",
        "VpcId": vpc_in(scope),
        "SecurityGroupIngress": [HTTPS, {"IpProtocol": "tcp", "CidrIp": "0.0.0.0/0"}],
    }

    assert_refused("InvalidParameterValue", "from and to ports", GROUPS, scope, given)

    wanted = [{"Name": "group-name", "Values": ["web"]}]
    assert not scope.client("ec2").describe_security_groups(Filters=wanted)["SecurityGroups"]


def test_a_group_of_a_missing_vpc_is_refused(scope: Scope) -> None:
    given = {"GroupDescription": "g", "VpcId": "vpc-0123456789abcdef0"}

    assert_refused("InvalidVpcID.NotFound", "vpc-0123456789abcdef0", GROUPS, scope, given)


@pytest.mark.parametrize("user", ["interface", "rule", "endpoint", "database"])
def test_a_group_in_use_is_not_deleted(scope: Scope, user: str) -> None:
    vpc = vpc_in(scope)
    group = group_in(scope, vpc)
    ec2 = scope.client("ec2")
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    if user == "interface":
        ec2.create_network_interface(SubnetId=subnet, Groups=[group])
    elif user == "rule":
        other = group_in(scope, vpc, "two")
        INGRESS.create(
            scope,
            {
                "GroupId": other,
                "IpProtocol": "tcp",
                "FromPort": 1,
                "ToPort": 2,
                "SourceSecurityGroupId": group,
            },
        )
    elif user == "endpoint":
        ec2.create_vpc_endpoint(
            VpcId=vpc,
            ServiceName="com.amazonaws.us-east-1.logs",
            VpcEndpointType="Interface",
            SubnetIds=[subnet],
            SecurityGroupIds=[group],
        )
    else:
        scope.client("rds").create_db_instance(
            DBInstanceIdentifier="db",
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            VpcSecurityGroupIds=[group],
        )

    with pytest.raises(Refused, match="has a dependent object") as refused:
        GROUPS.delete(scope, group, {})

    assert refused.value.code == "DependencyViolation"
    assert GROUPS.read(scope, group) is not None


def peers(scope: Scope, vpc: str, side: str) -> list[Properties]:
    return [
        {"CidrIp": "10.0.0.0/16"},
        {f"{side}PrefixListId": prefix_list(scope)},
        {f"{side}SecurityGroupId": group_in(scope, vpc, "peer")},
    ]


@pytest.mark.parametrize("handler", [INGRESS, EGRESS], ids=["ingress", "egress"])
@pytest.mark.parametrize("peer", [0, 1, 2], ids=["range", "prefix list", "group"])
def test_a_rule_lives(scope: Scope, handler: RuleHandler, peer: int) -> None:
    vpc = vpc_in(scope)
    side = "Source" if handler is INGRESS else "Destination"
    lived(
        Life(
            handler=handler,
            scope=scope,
            start={
                "GroupId": group_in(scope, vpc),
                "IpProtocol": "tcp",
                "FromPort": 5432,
                "ToPort": 5433,
                "Description": "one",
                **peers(scope, vpc, side)[peer],
            },
            changes={"Description": "two"},
        )
    )


def test_an_ipv6_rule_is_told_as_it_was_given(scope: Scope) -> None:
    given = {
        "GroupId": group_in(scope, vpc_in(scope)),
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "CidrIpv6": "2001:db8::/32",
    }

    rule = INGRESS.create(scope, given)

    assert INGRESS.read(scope, rule.physical_id) == given


def test_a_rule_of_another_account_names_its_owner(scope: Scope) -> None:
    vpc = vpc_in(scope)
    given = {
        "GroupId": group_in(scope, vpc),
        "IpProtocol": "tcp",
        "FromPort": 443,
        "ToPort": 443,
        "SourceSecurityGroupId": group_in(scope, vpc, "two"),
        "SourceSecurityGroupOwnerId": scope.account,
    }

    rule = INGRESS.create(scope, given)

    assert INGRESS.read(scope, rule.physical_id) == given


def test_an_egress_rule_closes_the_way_for_everything_else(scope: Scope) -> None:
    group = group_in(scope, vpc_in(scope))

    EGRESS.create(scope, {**HTTPS, "GroupId": group})

    found = permissions(scope, group, "IpPermissionsEgress")
    assert [(p["IpProtocol"], p.get("FromPort")) for p in found] == [("tcp", 443)]


def test_a_description_can_be_taken_away(scope: Scope) -> None:
    old = {**POSTGRES, "GroupId": group_in(scope, vpc_in(scope))}
    new = {key: value for key, value in old.items() if key != "Description"}
    rule = INGRESS.create(scope, old).physical_id

    assert INGRESS.update(scope, rule, old, new).physical_id == rule

    assert INGRESS.read(scope, rule) == new


def test_ports_may_come_as_text(scope: Scope) -> None:
    group = group_in(scope, vpc_in(scope))
    given = {**HTTPS, "GroupId": group, "FromPort": "443", "ToPort": "443"}

    rule = INGRESS.create(scope, given).physical_id

    assert INGRESS.read(scope, rule) == {**HTTPS, "GroupId": group}


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("InvalidPermission.Duplicate", {}),
        ("InvalidParameterValue", {"CidrIp": None}),
        ("InvalidParameterValue", {"CidrIpv6": "::/0"}),
        ("InvalidParameterValue", {"FromPort": None}),
        ("InvalidGroup.NotFound", {"GroupId": "sg-0123456789abcdef0"}),
        (
            "InvalidGroup.NotFound",
            {"CidrIp": None, "SourceSecurityGroupId": "sg-0123456789abcdef0"},
        ),
    ],
)
def test_a_wrong_rule_is_refused(scope: Scope, code: str, changed: Properties) -> None:
    group = group_in(scope, vpc_in(scope))
    INGRESS.create(scope, {**HTTPS, "GroupId": group})
    given = {**HTTPS, "GroupId": group, **changed}

    assert_refused(
        code, "", INGRESS, scope, {key: value for key, value in given.items() if value is not None}
    )


def test_a_group_of_another_region_is_no_source(scope: Scope) -> None:
    there = scope_in("eu-west-1")
    foreign = group_in(there, vpc_in(there))
    given = {
        "GroupId": group_in(scope, vpc_in(scope)),
        "IpProtocol": "tcp",
        "FromPort": 1,
        "ToPort": 2,
        "SourceSecurityGroupId": foreign,
    }

    assert_refused("InvalidGroup.NotFound", foreign, INGRESS, scope, given)


def test_every_property_of_a_rule_is_tried_above() -> None:
    common = {
        "GroupId",
        "IpProtocol",
        "FromPort",
        "ToPort",
        "CidrIp",
        "CidrIpv6",
        "Description",
    }
    ingress = {"SourcePrefixListId", "SourceSecurityGroupId", "SourceSecurityGroupOwnerId"}
    assert common | ingress == INGRESS.supported
    assert common | {"DestinationPrefixListId", "DestinationSecurityGroupId"} == EGRESS.supported
