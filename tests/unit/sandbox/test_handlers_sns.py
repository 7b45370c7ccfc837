from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.sandbox.handlers_alarms import (
    ARN,
    POLICIES,
    SUBSCRIPTIONS,
    TOPICS,
    admitting,
    key,
    mail,
)
from tests.unit.sandbox.handlers_ground import (
    ACCOUNT,
    SYSTEM_TAGS,
    assert_read,
    assert_refused,
    live,
    pairs,
    scope_in,
    services,
    tags,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.sandbox.handler import Scope


@pytest.fixture
def scope() -> Iterator[Scope]:
    with services():
        yield scope_in("eu-central-1")


def test_a_topic_takes_every_property_and_changes_it(scope: Scope) -> None:
    one, two = key(scope), key(scope)
    first = {
        "TopicName": "alarms",
        "DisplayName": "Alarms",
        "KmsMasterKeyId": one,
        "Subscription": mail("ops"),
        "Tags": pairs(("Owner", "me")),
    }
    assert set(first) == TOPICS.supported
    created = TOPICS.create(scope, first)
    assert created.attributes == {"TopicArn": ARN, "TopicName": "alarms"}
    assert TOPICS.read(scope, ARN) == {**first, "Tags": tags(("Owner", "me"))}
    TOPICS.delete(scope, ARN, first)

    live(
        TOPICS,
        scope,
        first,
        {
            "DisplayName": ("Other", "Other"),
            "KmsMasterKeyId": (two, two),
            "Subscription": (mail("dev", "ops"), mail("dev", "ops")),
            "Tags": (pairs(("New", "1")), tags(("New", "1"))),
        },
    )


def test_what_left_a_topic_is_gone(scope: Scope) -> None:
    before = {
        "TopicName": "alarms",
        "DisplayName": "Alarms",
        "KmsMasterKeyId": key(scope),
        "Subscription": mail("ops"),
    }
    TOPICS.create(scope, before)

    TOPICS.update(scope, ARN, before, {"TopicName": "alarms"})

    assert TOPICS.read(scope, ARN) == {"TopicName": "alarms", "Tags": tags()}


def test_a_topic_carries_the_tags_of_cloudformation(scope: Scope) -> None:
    TOPICS.create(scope, {"TopicName": "alarms"})

    told = scope.client("sns").list_tags_for_resource(ResourceArn=ARN)["Tags"]
    assert {tag["Key"]: tag["Value"] for tag in told}.items() >= SYSTEM_TAGS.items()


@pytest.mark.parametrize(
    ("wanted", "code", "part"),
    [
        (
            {"KmsMasterKeyId": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/none"},
            "KMSNotFound",
            "does not exist",
        ),
        (
            {"KmsMasterKeyId": f"arn:aws:kms:us-east-1:{ACCOUNT}:key/none"},
            "KMSNotFound",
            "in eu-central-1",
        ),
        ({"KmsMasterKeyId": "alias/none"}, "KMSNotFound", "alias/none"),
        ({"TopicName": "a b"}, "InvalidParameter", "Topic Name"),
        (
            {"Subscription": [{"Endpoint": "ops", "Protocol": "email"}]},
            "InvalidParameter",
            "Email address",
        ),
    ],
)
def test_a_topic_that_cannot_be_is_refused(
    scope: Scope, wanted: dict[str, Any], code: str, part: str
) -> None:
    assert_refused(code, part, TOPICS, scope, wanted)
    assert scope.client("sns").list_topics()["Topics"] == []


def test_a_topic_may_be_encrypted_by_the_key_of_aws(scope: Scope) -> None:
    given = {"TopicName": "alarms", "KmsMasterKeyId": "alias/aws/sns"}

    assert_read(TOPICS, scope, TOPICS.create(scope, given), given)


def test_a_topic_name_is_taken_once(scope: Scope) -> None:
    TOPICS.create(scope, {"TopicName": "alarms"})

    assert_refused("AlreadyExists", ARN, TOPICS, scope, {"TopicName": "alarms"})


def test_a_topic_policy_takes_every_property_and_changes_it(scope: Scope) -> None:
    one = TOPICS.create(scope, {"TopicName": "alarms"}).physical_id
    two = TOPICS.create(scope, {"TopicName": "others"}).physical_id
    first = {"Topics": [one], "PolicyDocument": admitting("cloudwatch.amazonaws.com")}
    assert set(first) == POLICIES.supported
    other = admitting("events.amazonaws.com")

    live(
        POLICIES,
        scope,
        first,
        {"PolicyDocument": (other, other), "Topics": ([two, one], [two, one])},
    )


def test_a_topic_whose_policy_left_has_its_default_one_again(scope: Scope) -> None:
    arn = TOPICS.create(scope, {"TopicName": "alarms"}).physical_id
    sns = scope.client("sns")
    default = sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    given = {"Topics": [arn], "PolicyDocument": admitting("cloudwatch.amazonaws.com")}
    created = POLICIES.create(scope, given)
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"] != default

    POLICIES.delete(scope, created.physical_id, given)

    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"] == default


def test_a_policy_and_a_subscription_need_a_topic(scope: Scope) -> None:
    policy = {"Topics": [ARN], "PolicyDocument": admitting("cloudwatch.amazonaws.com")}

    assert_refused("NotFound", "Topic does not exist", POLICIES, scope, policy)
    assert_refused(
        "NotFound", "Topic does not exist", SUBSCRIPTIONS, scope, {"TopicArn": ARN, **mail("a")[0]}
    )


def test_a_subscription_takes_every_property_and_changes_it(scope: Scope) -> None:
    TOPICS.create(scope, {"TopicName": "alarms"})
    queue = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:alarms"
    first = {
        "TopicArn": ARN,
        "Protocol": "sqs",
        "Endpoint": queue,
        "RawMessageDelivery": True,
        "FilterPolicyScope": "MessageBody",
        "FilterPolicy": {"severity": ["high"]},
        "DeliveryPolicy": {"healthyRetryPolicy": {"numRetries": 3}},
        "RedrivePolicy": {"deadLetterTargetArn": f"{queue}-dead"},
    }
    assert set(first) == SUBSCRIPTIONS.supported
    created = SUBSCRIPTIONS.create(scope, first)
    assert created.attributes == {"Arn": created.physical_id}
    assert SUBSCRIPTIONS.read(scope, created.physical_id) == first
    SUBSCRIPTIONS.delete(scope, created.physical_id, first)
    changes: dict[str, Any] = {
        "FilterPolicyScope": "MessageAttributes",
        "FilterPolicy": {"severity": ["low"]},
        "DeliveryPolicy": {"healthyRetryPolicy": {"numRetries": 5}},
        "RedrivePolicy": {"deadLetterTargetArn": f"{queue}-other"},
    }

    live(
        SUBSCRIPTIONS,
        scope,
        first,
        {name: (value, value) for name, value in changes.items()},
        elsewhere=frozenset({"RawMessageDelivery"}),
    )


def test_what_left_a_subscription_is_gone(scope: Scope) -> None:
    TOPICS.create(scope, {"TopicName": "alarms"})
    plain = {"TopicArn": ARN, **mail("ops")[0]}
    before = {**plain, "FilterPolicy": {"severity": ["high"]}, "RawMessageDelivery": "true"}
    created = SUBSCRIPTIONS.create(scope, before)

    SUBSCRIPTIONS.update(scope, created.physical_id, before, plain)

    assert SUBSCRIPTIONS.read(scope, created.physical_id) == plain
