"""Accounts of one sandbox: what each sees of the other."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError

from compiler.sandbox.embedded import Sandbox, embedded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HOME, OTHER = "111122223333", "444455556666"
REGION = "eu-central-1"
PLACE = {"LocationConstraint": REGION}
ROLE = f"arn:aws:iam::{OTHER}:role/teams/Reader"


@pytest.fixture(name="box")
def _box() -> Iterator[Sandbox]:
    with embedded(handlers={}) as sandbox:
        yield sandbox


@pytest.fixture(name="bare")
def _bare() -> Iterator[Sandbox]:
    with embedded(handlers={}, needs_roles=True) as sandbox:
        yield sandbox


def through_role(box: Sandbox, service: str, role: str = ROLE) -> Any:  # noqa: ANN401 -- boto3
    """Return a client of *service* with the credentials of the role in the other account."""
    sts = box.client("sts", REGION, HOME)
    found = sts.assume_role(RoleArn=role, RoleSessionName="reader")["Credentials"]
    session = boto3.Session(
        aws_access_key_id=found["AccessKeyId"],
        aws_secret_access_key=found["SecretAccessKey"],
        aws_session_token=found["SessionToken"],
        region_name=REGION,
    )
    make: Any = session.client
    return make(service)


def trust(principal: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def fill(s3: Any, policy: dict[str, Any] | None = None) -> None:  # noqa: ANN401 -- boto3
    s3.create_bucket(Bucket="theirs", CreateBucketConfiguration=PLACE)
    s3.put_object(Bucket="theirs", Key="a/b", Body=b"x")
    if policy is not None:
        statement = {"Effect": "Allow", "Resource": "arn:aws:s3:::theirs/a/*", **policy}
        body = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        s3.put_bucket_policy(Bucket="theirs", Policy=body)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(ClientError) as refused:
        call()
    return str(refused.value.response["Error"]["Code"])


def status(call: Callable[[], object]) -> int:
    with pytest.raises(ClientError) as refused:
        call()
    return int(refused.value.response["ResponseMetadata"]["HTTPStatusCode"])


def test_a_bucket_of_another_account_is_neither_listed_nor_read_nor_changed(box: Sandbox) -> None:
    fill(box.client("s3", REGION, OTHER))
    s3 = box.client("s3", REGION, HOME)
    s3.create_bucket(Bucket="ours", CreateBucketConfiguration=PLACE)
    copied = {"Bucket": "theirs", "Key": "a/b"}
    calls: list[Callable[[], object]] = [
        lambda: s3.get_object(Bucket="theirs", Key="a/b"),
        lambda: s3.put_object(Bucket="theirs", Key="c", Body=b""),
        lambda: s3.delete_object(Bucket="theirs", Key="a/b"),
        lambda: s3.copy_object(Bucket="ours", Key="a", CopySource=copied),
        lambda: s3.list_objects_v2(Bucket="theirs"),
        lambda: s3.get_bucket_policy(Bucket="theirs"),
        lambda: s3.get_bucket_location(Bucket="theirs"),
        lambda: s3.put_bucket_tagging(Bucket="theirs", Tagging={"TagSet": []}),
        lambda: s3.delete_bucket(Bucket="theirs"),
    ]

    assert [refusal(call) for call in calls] == ["AccessDenied"] * len(calls)
    assert status(lambda: s3.head_bucket(Bucket="theirs")) == 403
    assert status(lambda: s3.head_bucket(Bucket="nobodys")) == 404
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["ours"]
    taken = refusal(lambda: s3.create_bucket(Bucket="theirs", CreateBucketConfiguration=PLACE))
    assert taken == "BucketAlreadyExists"


def test_credentials_of_the_other_account_reach_its_bucket(box: Sandbox) -> None:
    fill(box.client("s3", REGION, OTHER))

    s3 = through_role(box, "s3")

    assert s3.get_object(Bucket="theirs", Key="a/b")["Body"].read() == b"x"
    assert [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]] == ["theirs"]


def test_a_bucket_policy_opens_what_it_names_to_another_account(box: Sandbox) -> None:
    principal = {"AWS": f"arn:aws:iam::{HOME}:root"}
    fill(box.client("s3", REGION, OTHER), {"Principal": principal, "Action": "s3:GetObject"})
    s3 = box.client("s3", REGION, HOME)

    assert s3.get_object(Bucket="theirs", Key="a/b")["Body"].read() == b"x"
    assert refusal(lambda: s3.put_object(Bucket="theirs", Key="a/b", Body=b"")) == "AccessDenied"
    assert refusal(lambda: s3.list_objects_v2(Bucket="theirs")) == "AccessDenied"


def test_a_bucket_policy_may_name_a_role_of_another_account(box: Sandbox) -> None:
    fill(box.client("s3", REGION, HOME), {"Principal": {"AWS": ROLE}, "Action": "s3:GetObject"})

    s3 = through_role(box, "s3")
    directly = box.client("s3", REGION, OTHER)

    assert s3.get_object(Bucket="theirs", Key="a/b")["Body"].read() == b"x"
    assert refusal(lambda: directly.get_object(Bucket="theirs", Key="a/b")) == "AccessDenied"


def test_a_topic_of_another_account_is_reached_only_where_its_policy_says_so(box: Sandbox) -> None:
    theirs = box.client("sns", REGION, OTHER)
    arn = theirs.create_topic(Name="alarms")["TopicArn"]
    sns = box.client("sns", REGION, HOME)
    before = refusal(lambda: sns.publish(TopicArn=arn, Message="x"))

    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": HOME},
        "Action": "sns:Publish",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    theirs.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=policy)

    assert before == "AuthorizationError"
    assert sns.publish(TopicArn=arn, Message="x")["MessageId"]
    assert theirs.get_topic_attributes(TopicArn=arn)["Attributes"]["Owner"] == OTHER


def test_a_role_that_nobody_made_leads_into_its_account_by_default(box: Sandbox) -> None:
    assert through_role(box, "sts").get_caller_identity()["Account"] == OTHER


def test_where_roles_are_needed_only_one_that_is_there_and_trusts_is_assumed(bare: Sandbox) -> None:
    iam = bare.client("iam", REGION, OTHER)
    missing = refusal(lambda: through_role(bare, "sts"))
    role = {"RoleName": "Reader", "Path": "/teams/"}
    iam.create_role(**role, AssumeRolePolicyDocument=trust("999900001111"))
    distrusting = refusal(lambda: through_role(bare, "sts"))
    iam.update_assume_role_policy(
        RoleName="Reader", PolicyDocument=trust(f"arn:aws:iam::{HOME}:root")
    )

    assert (missing, distrusting) == ("AccessDenied", "AccessDenied")
    assert through_role(bare, "sts").get_caller_identity()["Account"] == OTHER


def test_a_role_may_trust_another_role_alone(bare: Sandbox) -> None:
    inner = f"arn:aws:iam::{HOME}:role/Inner"
    iam = bare.client("iam", REGION, OTHER)
    iam.create_role(RoleName="Reader", Path="/teams/", AssumeRolePolicyDocument=trust(HOME))
    home = bare.client("iam", REGION, HOME)
    home.create_role(RoleName="Inner", AssumeRolePolicyDocument=trust(ROLE))
    theirs = bare.client("sts", REGION, OTHER)

    directly = refusal(lambda: theirs.assume_role(RoleArn=inner, RoleSessionName="direct"))
    chained = through_role(bare, "sts").assume_role(RoleArn=inner, RoleSessionName="chained")

    assert directly == "AccessDenied"
    assert chained["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/Inner/chained"


def test_a_trust_policy_may_ask_who_assumes_the_role(bare: Sandbox) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": HOME},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{HOME}:role/Deployer"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = bare.client("iam", REGION, OTHER)
    iam.create_role(RoleName="Reader", Path="/teams/", AssumeRolePolicyDocument=policy)
    home = bare.client("iam", REGION, HOME)
    home.create_role(RoleName="Deployer", AssumeRolePolicyDocument=trust(HOME))
    deployer = through_role(bare, "sts", f"arn:aws:iam::{HOME}:role/Deployer")

    directly = refusal(lambda: through_role(bare, "sts"))
    asked = deployer.assume_role(RoleArn=ROLE, RoleSessionName="deploy")

    assert directly == "AccessDenied"
    assert asked["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{OTHER}:assumed-role/Reader/deploy"
