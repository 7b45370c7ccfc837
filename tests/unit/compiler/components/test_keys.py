"""Tests of keys and their policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compiler.components import addresses, keys
from compiler.symbols import Address
from tests.unit.compiler.components.media import media, side
from tests.unit.compiler.components.places import built, symbol, tagged

if TYPE_CHECKING:
    from compiler.components.addresses import KeyPurpose
    from spec.model import Spec
    from spec.names import Side

ROOT = {"AWS": "arn:aws:iam::111122223333:root"}
USE = ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"]


def key(spec: Spec, of: Side, purpose: KeyPurpose) -> dict[str, Any]:
    found: dict[str, Any] = built(spec, keys)[addresses.key(of, purpose)].body.to_dict()
    return found


def statements(spec: Spec, of: Side, purpose: KeyPurpose) -> dict[str, Any]:
    """Return the statements of a key's policy by Sid, without what all of them share."""
    found = {}
    for statement in key(spec, of, purpose)["Properties"]["KeyPolicy"]["Statement"]:
        assert (statement.pop("Effect"), statement.pop("Resource")) == ("Allow", "*")
        found[statement.pop("Sid")] = statement
    return found


def purposes(spec: Spec, of: Side) -> set[str]:
    return {
        address.logical_id
        for address in built(spec, keys)
        if address.stack.side == of and address.logical_id.endswith("Key")
    }


def test_a_key_rotates_and_outlives_its_stack() -> None:
    found = key(media(), "target", "logs")
    del found["Properties"]["KeyPolicy"]

    assert found == {
        "Type": "AWS::KMS::Key",
        "DeletionPolicy": "RetainExceptOnCreate",
        "UpdateReplacePolicy": "Retain",
        "Properties": {
            "Description": "streaming-staging: logs",
            "EnableKeyRotation": True,
            "PendingWindowInDays": 30,
            "Tags": tagged("streaming-staging-logs"),
        },
    }


def test_a_key_has_an_alias_that_can_be_known_in_advance() -> None:
    stack = addresses.key("target", "logs").stack
    alias = built(media(), keys)[Address(stack=stack, logical_id="LogsAlias")]

    assert alias.body.to_dict() == {
        "Type": "AWS::KMS::Alias",
        "Properties": {
            "AliasName": "alias/streaming-staging-logs",
            "TargetKeyId": symbol(addresses.key("target", "logs")),
        },
    }


def test_there_is_a_key_for_what_is_used_and_for_nothing_else() -> None:
    everything = {
        *("DatabasesKey", "SecretsKey", "BucketsKey"),
        *("VolumesKey", "LogsKey", "AlarmsKey"),
    }
    assert purposes(media(), "source") == purposes(media(), "target") == everything

    bare = media(
        source=side("us-east-1", "10.0.0.0/16", flow_logs=False),
        databases={},
        buckets={},
        services={},
        cdn=None,
        alarms=None,
    )
    assert (purposes(bare, "source"), purposes(bare, "target")) == (set(), {"LogsKey"})


def test_without_administrators_the_accounts_own_policies_decide() -> None:
    assert statements(media(), "source", "logs")["Account"] == {
        "Principal": ROOT,
        "Action": ["kms:*"],
    }


def test_with_administrators_nobody_else_gives_the_use_of_a_key() -> None:
    spec = media(
        accounts={"source": "111122223333", "target": "444455556666"},
        databases={},
        keys={
            "administrators": [
                "arn:aws:iam::444455556666:role/There",
                "arn:aws:iam::111122223333:role/Here",
            ]
        },
    )

    found = statements(spec, "source", "logs")

    assert found["Account"] == {
        "Principal": ROOT,
        "Action": [
            "kms:CreateAlias",
            "kms:DeleteAlias",
            "kms:Describe*",
            "kms:EnableKeyRotation",
            "kms:Get*",
            "kms:List*",
            "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateAlias",
            "kms:UpdateKeyDescription",
        ],
    }
    assert found["Administrators"] == {
        "Principal": {"AWS": ["arn:aws:iam::111122223333:role/Here"]},
        "Action": [
            "kms:CancelKeyDeletion",
            "kms:CreateAlias",
            "kms:DeleteAlias",
            "kms:Describe*",
            "kms:Disable*",
            "kms:Enable*",
            "kms:Get*",
            "kms:List*",
            "kms:PutKeyPolicy",
            "kms:RetireGrant",
            "kms:RevokeGrant",
            "kms:ScheduleKeyDeletion",
            "kms:TagResource",
            "kms:UntagResource",
            "kms:UpdateAlias",
            "kms:UpdateKeyDescription",
        ],
    }
    assert statements(spec, "target", "logs")["Administrators"]["Principal"] == {
        "AWS": ["arn:aws:iam::444455556666:role/There"]
    }


def test_databases_use_their_key_through_rds_alone() -> None:
    called = {
        "kms:CallerAccount": "111122223333",
        "kms:ViaService": ["rds.eu-central-1.amazonaws.com"],
    }

    assert statements(media(), "target", "databases") == {
        "Account": {"Principal": ROOT, "Action": ["kms:*"]},
        "ThroughRds": {
            "Principal": ROOT,
            "Action": ["kms:DescribeKey", *USE],
            "Condition": {"StringEquals": called},
        },
        "GrantsThroughRds": {
            "Principal": ROOT,
            "Action": ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
            "Condition": {
                "Bool": {"kms:GrantIsForAWSResource": "true"},
                "StringEquals": called,
            },
        },
    }


def test_secrets_use_their_key_through_secrets_manager_alone() -> None:
    found = statements(media(), "source", "secrets")

    assert found.keys() == {"Account", "ThroughSecretsmanager"}
    assert found["ThroughSecretsmanager"]["Condition"] == {
        "StringEquals": {
            "kms:CallerAccount": "111122223333",
            "kms:ViaService": ["secretsmanager.us-east-1.amazonaws.com"],
        }
    }


def test_a_replication_role_reads_in_the_source_and_writes_in_the_target() -> None:
    spec = media(
        accounts={"source": "111122223333", "target": "444455556666"},
        databases={},
        buckets={"media": {}, "private": {"replication": False}},
    )
    role = "arn:aws:iam::111122223333:role/streaming-staging-replication-media-us-east-1"

    assert statements(spec, "source", "buckets")["Replication"] == {
        "Principal": ROOT,
        "Action": ["kms:Decrypt"],
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": [role]},
            "StringEquals": {"kms:ViaService": ["s3.us-east-1.amazonaws.com"]},
        },
    }
    assert statements(spec, "target", "buckets")["Replication"] == {
        "Principal": ROOT,
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey*"],
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": [role]},
            "StringEquals": {"kms:ViaService": ["s3.eu-central-1.amazonaws.com"]},
        },
    }


def test_cloudfront_reads_buckets_only_where_it_serves_them() -> None:
    assert statements(media(), "source", "buckets")["CloudFront"] == {
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": ["kms:Decrypt"],
        "Condition": {
            "ArnLike": {"aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/*"}
        },
    }
    assert "CloudFront" not in statements(media(cdn={"default": "web"}), "source", "buckets")
    assert "CloudFront" not in statements(media(cdn=None), "source", "buckets")


def test_a_bucket_that_does_not_replicate_admits_no_role() -> None:
    spec = media(buckets={"media": {"replication": False}}, cdn=None)

    assert statements(spec, "source", "buckets").keys() == {"Account", "ThroughS3"}


def test_auto_scaling_is_admitted_by_its_role_though_that_may_not_exist_yet() -> None:
    role = {
        "aws:PrincipalArn": "arn:aws:iam::111122223333:role/aws-service-role"
        "/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    }
    caller = {"kms:CallerAccount": "111122223333"}

    assert statements(media(), "source", "volumes") == {
        "Account": {"Principal": ROOT, "Action": ["kms:*"]},
        "AutoScaling": {
            "Principal": {"AWS": "*"},
            "Action": ["kms:DescribeKey", *USE],
            "Condition": {"ArnEquals": role, "StringEquals": caller},
        },
        "AutoScalingGrants": {
            "Principal": {"AWS": "*"},
            "Action": ["kms:CreateGrant"],
            "Condition": {
                "ArnEquals": role,
                "Bool": {"kms:GrantIsForAWSResource": "true"},
                "StringEquals": caller,
            },
        },
    }


def test_logs_and_alarms_are_written_by_their_services() -> None:
    assert statements(media(), "source", "logs")["Logs"] == {
        "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": ["kms:Describe*", *USE],
        "Condition": {
            "ArnLike": {
                "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:us-east-1:111122223333"
                ":log-group:/stackferry/streaming-staging/*"
            }
        },
    }
    found = statements(media(), "source", "alarms")
    assert found.keys() == {"Account", "ThroughSns", "Alarms"}
    assert found["Alarms"] == {
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey*"],
        "Condition": {"StringEquals": {"aws:SourceAccount": "111122223333"}},
    }


def test_china_has_arns_and_principals_of_its_own() -> None:
    spec = media(
        source=side("cn-north-1", "10.0.0.0/16"), target=side("cn-northwest-1", "10.1.0.0/16")
    )

    logs = statements(spec, "target", "logs")
    assert logs["Account"]["Principal"] == {"AWS": "arn:aws-cn:iam::111122223333:root"}
    assert logs["Logs"]["Principal"] == {"Service": "logs.cn-northwest-1.amazonaws.com.cn"}
    databases = statements(spec, "target", "databases")
    assert databases["ThroughRds"]["Condition"]["StringEquals"]["kms:ViaService"] == [
        "rds.cn-northwest-1.amazonaws.com",
        "rds.cn-northwest-1.amazonaws.com.cn",
    ]


def test_govcloud_has_arns_of_its_own_and_the_usual_principals() -> None:
    spec = media(
        source=side("us-gov-west-1", "10.0.0.0/16"),
        target=side("us-gov-east-1", "10.1.0.0/16"),
        cdn=None,
    )

    logs = statements(spec, "target", "logs")
    assert logs["Account"]["Principal"] == {"AWS": "arn:aws-us-gov:iam::111122223333:root"}
    assert logs["Logs"]["Principal"] == {"Service": "logs.us-gov-east-1.amazonaws.com"}
