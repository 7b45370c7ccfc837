from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from compiler.sandbox.handler import Refused
from compiler.sandbox.handlers.iam import RoleHandler
from compiler.sandbox.handlers.kms import AliasHandler, KeyHandler
from compiler.sandbox.handlers.logs import LogGroupHandler
from tests.unit.sandbox.handlers_ground import assert_refused, pairs, scope_in, services, tags
from tests.unit.sandbox.handlers_lives import Life, lived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Properties, Scope

KEYS = KeyHandler()
ALIASES = AliasHandler()
GROUPS = LogGroupHandler()
ROOT = {
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
    "Action": "kms:*",
    "Resource": "*",
}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ec2.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def policy(*statements: Any) -> dict[str, Any]:  # noqa: ANN401 -- JSON
    return {"Version": "2012-10-17", "Statement": list(statements)}


def for_logs(
    region: str = "us-east-1", arn: str = "arn:aws:logs:us-east-1:123456789012:*"
) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": f"logs.{region}.amazonaws.com"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*",
        "Condition": {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arn}},
    }


@pytest.fixture(name="scope")
def _scope() -> Iterator[Scope]:
    with services():
        yield scope_in()


def test_a_key_lives(scope: Scope) -> None:
    life = Life(
        handler=KEYS,
        scope=scope,
        start={
            "Description": "one",
            "KeyPolicy": policy(ROOT),
            "EnableKeyRotation": True,
            "RotationPeriodInDays": 180,
            "PendingWindowInDays": 7,
            "Enabled": True,
            "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT",
            "MultiRegion": False,
            "Tags": pairs(("Name", "one")),
        },
        changes={
            "Description": None,
            "KeyPolicy": policy(ROOT, for_logs()),
            "EnableKeyRotation": False,
            "RotationPeriodInDays": 90,
            "PendingWindowInDays": 30,
            "Enabled": False,
            "Tags": pairs(("Name", "two")),
        },
        elsewhere=frozenset({"KeySpec", "KeyUsage", "MultiRegion"}),  # CloudFormation refuses
    )
    assert life.covered == KEYS.supported
    lived(life)


def test_a_deleted_key_waits_as_long_as_its_template_says(scope: Scope) -> None:
    given = {"KeyPolicy": policy(ROOT), "PendingWindowInDays": 9}
    key = KEYS.create(scope, given)

    KEYS.delete(scope, key.physical_id, given)

    told = scope.client("kms").describe_key(KeyId=key.physical_id)["KeyMetadata"]
    assert told["KeyState"] == "PendingDeletion"
    assert (told["DeletionDate"] - told["CreationDate"]).days in {8, 9}
    assert key.attributes == {"Arn": told["Arn"], "KeyId": key.physical_id}


def test_a_key_without_a_policy_gets_the_accounts(scope: Scope) -> None:
    key = KEYS.create(scope, {}).physical_id

    statement = (KEYS.read(scope, key) or {})["KeyPolicy"]["Statement"][0]

    assert statement["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}


def test_a_key_carries_no_tag_of_cloudformation(scope: Scope) -> None:
    key = KEYS.create(scope, {"Tags": pairs(("Name", "one"))}).physical_id

    found = scope.client("kms").list_resource_tags(KeyId=key)["Tags"]

    assert sorted(tag["TagKey"] for tag in found) == ["Environment", "Name", "Owner"]


@pytest.mark.parametrize(
    "principal",
    [
        "arn:aws:iam::123456789012:role/missing",
        "arn:aws:iam::123456789012:user/missing",
        "arn:aws-cn:iam::123456789012:root",
        "somebody",
    ],
)
def test_a_policy_that_names_nobody_is_refused(scope: Scope, principal: str) -> None:
    given = {"KeyPolicy": policy(ROOT, {**ROOT, "Principal": {"AWS": principal}})}

    assert_refused(
        "MalformedPolicyDocumentException",
        "Policy contains a statement with one or more invalid principals.",
        KEYS,
        scope,
        given,
    )


def test_a_policy_may_name_a_role_that_exists(scope: Scope) -> None:
    role = RoleHandler().create(scope, {"RoleName": "web", "AssumeRolePolicyDocument": TRUST})
    admitted = {**ROOT, "Principal": {"AWS": role.attributes["Arn"]}, "Action": "kms:Decrypt"}

    key = KEYS.create(scope, {"KeyPolicy": policy(ROOT, admitted)})

    assert KEYS.read(scope, key.physical_id) is not None


@pytest.mark.parametrize(
    "statement",
    [
        {**ROOT, "Action": "kms:Decrypt"},
        {**ROOT, "Condition": {"StringEquals": {"kms:ViaService": "rds.amazonaws.com"}}},
        {**ROOT, "Principal": {"AWS": "arn:aws:iam::210987654321:root"}},
        {**ROOT, "Principal": {"Service": "rds.amazonaws.com"}},
        {**ROOT, "Effect": "Deny"},
    ],
    ids=["too little", "only through a service", "another account", "a service", "deny"],
)
def test_a_policy_that_locks_its_maker_out_is_refused(scope: Scope, statement: Properties) -> None:
    part = "will not allow you to update the key policy in the future"
    code = "MalformedPolicyDocumentException"
    assert_refused(code, part, KEYS, scope, {"KeyPolicy": policy(statement)})

    key = KEYS.create(scope, {"KeyPolicy": policy(ROOT)}).physical_id
    with pytest.raises(Refused, match=part):
        KEYS.update(scope, key, {"KeyPolicy": policy(ROOT)}, {"KeyPolicy": policy(statement)})
    assert (KEYS.read(scope, key) or {})["KeyPolicy"] == policy(ROOT)


@pytest.mark.parametrize(
    ("name", "value"),
    [("KeySpec", "RSA_2048"), ("KeyUsage", "SIGN_VERIFY"), ("MultiRegion", True)],
)
def test_what_a_key_is_cannot_be_changed(scope: Scope, name: str, value: object) -> None:
    given = {"KeyPolicy": policy(ROOT)}
    key = KEYS.create(scope, given).physical_id

    with pytest.raises(Refused, match=name) as refused:
        KEYS.update(scope, key, given, {**given, name: value})

    assert refused.value.code == "NotUpdatable"


def test_a_multi_region_key_is_not_played(scope: Scope) -> None:
    given = {"KeyPolicy": policy(ROOT), "MultiRegion": True}

    assert_refused("UnsupportedOperationException", "multi-Region", KEYS, scope, given)


@pytest.mark.parametrize(
    ("name", "days", "part"),
    [
        ("PendingWindowInDays", 1, "between 7 and 30"),
        ("PendingWindowInDays", "31", "between 7 and 30"),
        ("RotationPeriodInDays", 89, "between 90 and 2560"),
    ],
)
def test_days_out_of_range_are_refused(scope: Scope, name: str, days: int | str, part: str) -> None:
    given = {"KeyPolicy": policy(ROOT), name: days}

    assert_refused("ValidationException", part, KEYS, scope, given)


@pytest.mark.parametrize("principal", ["*", "210987654321", "arn:aws:iam::210987654321:root"])
def test_a_policy_may_admit_whole_accounts(scope: Scope, principal: str) -> None:
    admitted = {**ROOT, "Principal": {"AWS": principal}, "Action": "kms:Decrypt"}

    key = KEYS.create(scope, {"KeyPolicy": policy(ROOT, admitted)})

    assert KEYS.read(scope, key.physical_id) is not None


def test_tags_that_left_the_template_leave_the_key(scope: Scope) -> None:
    old = {"Tags": pairs(("Name", "one"), ("Extra", "two"))}
    key = KEYS.create(scope, old).physical_id

    KEYS.update(scope, key, old, {"Tags": pairs(("Name", "one"))})

    assert (KEYS.read(scope, key) or {})["Tags"] == tags(("Name", "one"))


def test_a_key_of_china_has_its_own_arn() -> None:
    with services():
        key = KEYS.create(scope_in("cn-north-1"), {})

    assert str(key.attributes["Arn"]).startswith("arn:aws-cn:kms:cn-north-1:123456789012:key/")


def test_an_alias_lives(scope: Scope) -> None:
    one, two = (KEYS.create(scope, {}).physical_id for _ in range(2))
    life = Life(
        handler=ALIASES,
        scope=scope,
        start={"AliasName": "alias/shop/data", "TargetKeyId": one},
        changes={"TargetKeyId": two},
    )
    assert life.covered == ALIASES.supported
    lived(life)


def test_an_alias_may_name_its_key_by_arn(scope: Scope) -> None:
    key = KEYS.create(scope, {})
    given = {"AliasName": "alias/a", "TargetKeyId": key.attributes["Arn"]}

    ALIASES.create(scope, given)

    assert ALIASES.read(scope, "alias/a") == {
        "AliasName": "alias/a",
        "TargetKeyId": key.physical_id,
    }


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        ("AlreadyExistsException", {}),
        ("NotFoundException", {"AliasName": "alias/b", "TargetKeyId": "missing"}),
        ("ValidationException", {"AliasName": "b"}),
        ("NotAuthorizedException", {"AliasName": "alias/aws/b"}),
    ],
)
def test_a_wrong_alias_is_refused(scope: Scope, code: str, changed: Properties) -> None:
    given = {"AliasName": "alias/a", "TargetKeyId": KEYS.create(scope, {}).physical_id}
    ALIASES.create(scope, given)

    assert_refused(code, "", ALIASES, scope, {**given, **changed})


def test_a_key_that_waits_for_its_deletion_gets_no_alias(scope: Scope) -> None:
    key = KEYS.create(scope, {}).physical_id
    KEYS.delete(scope, key, {})
    given = {"AliasName": "alias/a", "TargetKeyId": key}

    assert_refused("KMSInvalidStateException", "is pending deletion", ALIASES, scope, given)


def key_for_logs(scope: Scope, *statements: Properties) -> str:
    made = KEYS.create(scope, {"KeyPolicy": policy(ROOT, *statements)})
    return str(made.attributes["Arn"])


def test_a_log_group_lives(scope: Scope) -> None:
    one, two = (key_for_logs(scope, for_logs()) for _ in range(2))
    life = Life(
        handler=GROUPS,
        scope=scope,
        start={
            "LogGroupName": "/shop/web",
            "KmsKeyId": one,
            "RetentionInDays": 30,
            "LogGroupClass": "STANDARD",
            "DeletionProtectionEnabled": False,
            "Tags": pairs(("Name", "one")),
        },
        changes={
            "RetentionInDays": None,
            "KmsKeyId": two,
            "DeletionProtectionEnabled": True,
            "Tags": pairs(("Name", "two")),
        },
        elsewhere=frozenset({"LogGroupClass"}),  # CloudWatch Logs cannot change it
    )
    assert life.covered == GROUPS.supported
    lived(life)


def test_a_log_group_can_leave_its_key(scope: Scope) -> None:
    given = {"LogGroupName": "/a", "KmsKeyId": key_for_logs(scope, for_logs())}
    group = GROUPS.create(scope, given)

    GROUPS.update(scope, "/a", given, {"LogGroupName": "/a"})

    assert "KmsKeyId" not in (GROUPS.read(scope, "/a") or {})
    assert group.attributes == {"Arn": "arn:aws:logs:us-east-1:123456789012:log-group:/a:*"}


def test_a_log_group_is_found_by_its_whole_name(scope: Scope) -> None:
    GROUPS.create(scope, {"LogGroupName": "/a/b"})

    assert GROUPS.read(scope, "/a") is None


def test_a_protected_log_group_is_not_deleted(scope: Scope) -> None:
    GROUPS.create(scope, {"LogGroupName": "/a", "DeletionProtectionEnabled": True})

    with pytest.raises(Refused, match="deletion protection"):
        GROUPS.delete(scope, "/a", {})

    assert GROUPS.read(scope, "/a") is not None


@pytest.mark.parametrize(
    "statements",
    [
        (),
        (for_logs("eu-west-1"),),
        (for_logs(arn="arn:aws:logs:us-east-1:123456789012:log-group:/other"),),
        ({**for_logs(), "Action": "kms:Describe*"},),
        ({**for_logs(), "Effect": "Deny"},),
    ],
    ids=["nobody", "another region", "another group", "too little", "deny"],
)
def test_a_key_that_does_not_admit_the_group_is_refused(
    scope: Scope, statements: tuple[Properties, ...]
) -> None:
    given = {"LogGroupName": "/a", "KmsKeyId": key_for_logs(scope, *statements)}

    assert_refused(
        "InvalidParameterException", "is not allowed to be used with", GROUPS, scope, given
    )
    assert GROUPS.read(scope, "/a") is None


def test_a_missing_or_dying_key_is_refused(scope: Scope) -> None:
    dying = key_for_logs(scope, for_logs())
    KEYS.delete(scope, dying.rsplit("/", 1)[-1], {})
    there = key_for_logs(scope_in("eu-west-1"), for_logs())
    missing = dying.replace(dying[-4:], "0000")

    for key in (dying, there, missing, dying.rsplit("/", 1)[-1]):
        given = {"LogGroupName": "/a", "KmsKeyId": key}
        assert_refused("InvalidParameterException", "KMS", GROUPS, scope, given)


def test_a_log_group_exists_once(scope: Scope) -> None:
    GROUPS.create(scope, {"LogGroupName": "/a"})

    assert_refused(
        "ResourceAlreadyExistsException",
        "already exists",
        GROUPS,
        scope,
        {"LogGroupName": "/a"},
    )


def test_a_retention_that_logs_does_not_offer_is_refused(scope: Scope) -> None:
    given = {"LogGroupName": "/a", "RetentionInDays": 42}

    assert_refused("InvalidParameterException", "'42'", GROUPS, scope, given)
