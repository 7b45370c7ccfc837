from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused
from compiler.sandbox.handlers.iam import InstanceProfileHandler, RoleHandler
from compiler.sandbox.handlers.iam_policies import (
    ManagedPolicyHandler,
    PolicyHandler,
    RolePolicyHandler,
)
from tests.unit.sandbox.handlers_ground import assert_refused, pairs, scope_in, services
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope

ROLES = RoleHandler()
PROFILES = InstanceProfileHandler()
ROLE_POLICIES = RolePolicyHandler()
POLICIES = PolicyHandler()
MANAGED = ManagedPolicyHandler()
AGENT = "arn:aws:iam::aws:policy/CloudWatchAgentServerPolicy"
SSM = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
MONITORING = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"


def trust(service: str = "ec2.amazonaws.com") -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        ],
    }


def allow(action: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}],
    }


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def role_in(scope: Scope, name: str) -> str:
    given = {"RoleName": name, "AssumeRolePolicyDocument": trust()}
    return ROLES.create(scope, given).physical_id


def test_a_role_lives(scope: Scope) -> None:
    life = Life(
        handler=ROLES,
        scope=scope,
        start={
            "RoleName": "shop-web",
            "Path": "/shop/",
            "Description": "one",
            "AssumeRolePolicyDocument": trust(),
            "Policies": [
                {"PolicyName": "a", "PolicyDocument": allow("s3:GetObject")},
                {"PolicyName": "b", "PolicyDocument": allow("s3:PutObject")},
            ],
            "ManagedPolicyArns": [SSM],
            "MaxSessionDuration": 7200,
            "PermissionsBoundary": AGENT,
            "Tags": pairs(("Name", "one")),
        },
        changes={
            "Description": None,
            "AssumeRolePolicyDocument": trust("rds.amazonaws.com"),
            "Policies": [{"PolicyName": "b", "PolicyDocument": allow("s3:DeleteObject")}],
            "ManagedPolicyArns": [MONITORING],
            "MaxSessionDuration": 3600,
            "PermissionsBoundary": None,
            "Tags": pairs(("Name", "two")),
        },
    )
    assert life.covered == ROLES.supported
    lived(life)


def test_a_role_tells_its_attributes_and_no_tag_of_cloudformation(scope: Scope) -> None:
    role = ROLES.create(scope, {"RoleName": "web", "AssumeRolePolicyDocument": trust()})

    told = scope.client("iam").get_role(RoleName="web")["Role"]

    assert role.attributes == {"Arn": told["Arn"], "RoleId": told["RoleId"]}
    assert [tag["Key"] for tag in told["Tags"]] == ["Environment", "Owner"]


def test_a_role_without_a_name_gets_one_of_64_characters_at_most(scope: Scope) -> None:
    role = ROLES.create(scope, {"AssumeRolePolicyDocument": trust()})

    assert role.physical_id.startswith("shop-Thing-")
    assert len(role.physical_id) <= 64


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("EntityAlreadyExists", {"RoleName": "WEB"}),
        ("ValidationError", {"RoleName": "a b"}),
        ("NoSuchEntity", {"ManagedPolicyArns": ["arn:aws:iam::aws:policy/NoSuchPolicy"]}),
        ("NoSuchEntity", {"ManagedPolicyArns": ["arn:aws:iam::123456789012:policy/missing"]}),
        (
            "MalformedPolicyDocument",
            {"Policies": [{"PolicyName": "p", "PolicyDocument": {"Version": "2012-10-17"}}]},
        ),
        (
            "MalformedPolicyDocument",
            {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::123456789012:role/missing"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            },
        ),
    ],
)
def test_a_wrong_role_is_refused_and_leaves_nothing(
    scope: Scope, code: str, changed: Properties
) -> None:
    role_in(scope, "web")

    given = {"RoleName": "app", "AssumeRolePolicyDocument": trust(), **changed}
    assert_refused(code, "", ROLES, scope, given)

    assert [role["RoleName"] for role in scope.client("iam").list_roles()["Roles"]] == ["web"]


def test_a_role_that_a_profile_holds_is_not_deleted(scope: Scope) -> None:
    role_in(scope, "web")
    PROFILES.create(scope, {"Roles": ["web"]})

    with pytest.raises(Refused) as refused:
        ROLES.delete(scope, "web", {})

    assert refused.value.code == "DeleteConflict"
    assert ROLES.read(scope, "web") is not None


def test_a_role_of_china_takes_policies_of_its_partition() -> None:
    with services():
        scope = scope_in("cn-north-1")
        given = {
            "RoleName": "web",
            "AssumeRolePolicyDocument": trust(),
            "ManagedPolicyArns": [SSM.replace("arn:aws:", "arn:aws-cn:")],
        }

        role = ROLES.create(scope, given)

        assert (ROLES.read(scope, "web") or {})["ManagedPolicyArns"] == given["ManagedPolicyArns"]
        assert str(role.attributes["Arn"]).startswith("arn:aws-cn:iam::123456789012:role/")


def test_an_instance_profile_lives(scope: Scope) -> None:
    one, two = role_in(scope, "one"), role_in(scope, "two")
    life = Life(
        handler=PROFILES,
        scope=scope,
        start={"InstanceProfileName": "web", "Path": "/shop/", "Roles": [one]},
        changes={"Roles": [two]},
    )
    assert life.covered == PROFILES.supported
    lived(life)


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("EntityAlreadyExists", {"InstanceProfileName": "web"}),
        ("NoSuchEntity", {"Roles": ["missing"]}),
        ("LimitExceeded", {"Roles": ["one", "two"]}),
    ],
)
def test_a_wrong_profile_is_refused_and_leaves_nothing(
    scope: Scope, code: str, changed: Properties
) -> None:
    role_in(scope, "one")
    role_in(scope, "two")
    PROFILES.create(scope, {"InstanceProfileName": "web", "Roles": ["one"]})

    given = {"InstanceProfileName": "app", "Roles": ["one"], **changed}
    assert_refused(code, "", PROFILES, scope, given)

    found = scope.client("iam").list_instance_profiles()["InstanceProfiles"]
    assert [profile["InstanceProfileName"] for profile in found] == ["web"]


def test_a_role_policy_lives(scope: Scope) -> None:
    life = Life(
        handler=ROLE_POLICIES,
        scope=scope,
        start={
            "PolicyName": "read",
            "RoleName": role_in(scope, "web"),
            "PolicyDocument": allow("s3:GetObject"),
        },
        changes={"PolicyDocument": allow("s3:PutObject")},
    )
    assert life.covered == ROLE_POLICIES.supported
    lived(life)


def test_a_wrong_role_policy_is_refused(scope: Scope) -> None:
    given = {
        "PolicyName": "read",
        "RoleName": role_in(scope, "web"),
        "PolicyDocument": allow("s3:GetObject"),
    }
    ROLE_POLICIES.create(scope, given)

    assert_refused("AlreadyExists", "read", ROLE_POLICIES, scope, given)
    missing = {**given, "RoleName": "missing"}
    assert_refused("NoSuchEntity", "missing", ROLE_POLICIES, scope, missing)


def test_an_inline_policy_lives(scope: Scope) -> None:
    one, two = role_in(scope, "one"), role_in(scope, "two")
    iam = scope.client("iam")
    iam.create_group(GroupName="people")
    iam.create_user(UserName="ann")
    life = Life(
        handler=POLICIES,
        scope=scope,
        start={
            "PolicyName": "read",
            "PolicyDocument": allow("s3:GetObject"),
            "Roles": [one],
            "Groups": ["people"],
            "Users": ["ann"],
        },
        changes={
            "PolicyDocument": allow("s3:PutObject"),
            "Roles": [one, two],
            "Groups": None,
            "Users": None,
            "PolicyName": "write",
        },
    )
    assert life.covered == POLICIES.supported
    lived(life)


def test_an_inline_policy_in_a_missing_role_is_put_nowhere(scope: Scope) -> None:
    given = {
        "PolicyName": "read",
        "PolicyDocument": allow("s3:GetObject"),
        "Roles": [role_in(scope, "one"), "missing"],
    }

    assert_refused("NoSuchEntity", "missing", POLICIES, scope, given)
    assert_refused("ValidationError", "At least one", POLICIES, scope, {**given, "Roles": []})

    assert scope.client("iam").list_role_policies(RoleName="one")["PolicyNames"] == []


def test_a_managed_policy_lives(scope: Scope) -> None:
    one, two = role_in(scope, "one"), role_in(scope, "two")
    iam = scope.client("iam")
    iam.create_group(GroupName="people")
    iam.create_user(UserName="ann")
    life = Life(
        handler=MANAGED,
        scope=scope,
        start={
            "ManagedPolicyName": "read",
            "Path": "/shop/",
            "Description": "one",
            "PolicyDocument": allow("s3:GetObject"),
            "Roles": [one],
            "Groups": ["people"],
            "Users": ["ann"],
        },
        changes={"Roles": [two], "Groups": None, "Users": None},
        elsewhere=frozenset({"PolicyDocument"}),  # a new version each time: see below
    )
    assert life.covered == MANAGED.supported
    lived(life)


def test_a_managed_policy_shows_its_newest_document(scope: Scope) -> None:
    old = {"ManagedPolicyName": "read", "PolicyDocument": allow("s3:GetObject")}
    policy = MANAGED.create(scope, old).physical_id

    for n in range(7):
        new = {**old, "PolicyDocument": allow(f"s3:Get{n}")}
        changed = MANAGED.update(scope, policy, old, new)
        old = new

    assert (MANAGED.read(scope, policy) or {})["PolicyDocument"] == allow("s3:Get6")
    assert changed.attributes["DefaultVersionId"] == "v8"


def test_a_wrong_managed_policy_is_refused_and_leaves_nothing(scope: Scope) -> None:
    given = {"ManagedPolicyName": "read", "PolicyDocument": allow("s3:GetObject")}
    MANAGED.create(scope, given)
    elsewhere = {**given, "ManagedPolicyName": "write", "Roles": ["missing"]}

    assert_refused("EntityAlreadyExists", "", MANAGED, scope, given)
    assert_refused("NoSuchEntity", "missing", MANAGED, scope, elsewhere)

    found = scope.client("iam").list_policies(Scope="Local")["Policies"]
    assert [policy["PolicyName"] for policy in found] == ["read"]
