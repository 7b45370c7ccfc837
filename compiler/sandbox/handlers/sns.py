"""The handlers of SNS: topics, their policies and their subscriptions."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handler import Created, Handler, Properties, Refused, Scope
from compiler.sandbox.handlers.identity import merged, physical_name, without_system
from compiler.sandbox.handlers.key_lookup import find_key, is_usable
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, document, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z0-9_-]{1,256}")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_ATTRIBUTES = ("DisplayName", "KmsMasterKeyId")
_STORE = "policy_topics"


class TopicHandler:
    """Topics, with the subscriptions that they name themselves."""

    type_name = "AWS::SNS::Topic"
    supported = frozenset({*_ATTRIBUTES, "Subscription", "Tags", "TopicName"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a topic that is not there yet."""
        sns = scope.client("sns")
        name = properties.get("TopicName") or physical_name(scope)
        if not _NAME.fullmatch(name):
            refuse("InvalidParameter", "Invalid parameter: Topic Name")
        _refuse_key(scope, properties)
        arn = f"arn:{scope.partition}:sns:{scope.region}:{scope.account}:{name}"
        if _topic(scope, arn) is not None:
            # SNS itself would answer with the topic that is there; two stacks would share it.
            refuse("AlreadyExists", f"Topic {arn} already exists")
        for subscription in properties.get("Subscription") or []:
            _refuse_subscription(subscription)
        given = {key: str(properties[key]) for key in _ATTRIBUTES if key in properties}
        ask(sns, "create_topic", Name=name, Attributes=given)
        try:
            _subscribe(scope, arn, {}, properties)
            _set_tags(scope, arn, merged(scope, properties.get("Tags")))
        except Refused:
            ask(sns, "delete_topic", TopicArn=arn)
            raise
        return _described(arn)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change attributes, subscriptions and tags."""
        _refuse_key(scope, new)
        for subscription in new.get("Subscription") or []:
            _refuse_subscription(subscription)
        for name in _ATTRIBUTES:
            ask(
                scope.client("sns"),
                "set_topic_attributes",
                TopicArn=physical_id,
                AttributeName=name,
                AttributeValue=str(new.get(name, "")),
            )
        _subscribe(scope, physical_id, old, new)
        _set_tags(scope, physical_id, merged(scope, new.get("Tags")))
        return _described(physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the topic with its subscriptions."""
        del properties
        if _topic(scope, physical_id) is None:
            return
        for subscription in _subscriptions(scope, physical_id):
            ask(scope.client("sns"), "unsubscribe", SubscriptionArn=subscription["SubscriptionArn"])
        ask(scope.client("sns"), "delete_topic", TopicArn=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the topic with all its subscriptions, sorted by protocol and endpoint."""
        told = _topic(scope, physical_id)
        if told is None:
            return None
        read: dict[str, Any] = {"TopicName": physical_id.rpartition(":")[2]}
        read |= {name: told[name] for name in _ATTRIBUTES if told.get(name)}
        subscriptions = [
            {"Endpoint": subscription["Endpoint"], "Protocol": subscription["Protocol"]}
            for subscription in _subscriptions(scope, physical_id)
        ]
        if subscriptions:
            read["Subscription"] = sorted(
                subscriptions, key=lambda one: (one["Protocol"], one["Endpoint"])
            )
        tags = ask(scope.client("sns"), "list_tags_for_resource", ResourceArn=physical_id)["Tags"]
        return {**read, "Tags": without_system(tags)}


class TopicPolicyHandler:
    """Policies of topics. Which topics one is for is kept beside moto's: SNS does not know."""

    type_name = "AWS::SNS::TopicPolicy"
    supported = frozenset({"PolicyDocument", "Topics"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Set the policy of each topic."""
        policy_id = physical_name(scope)
        self._put(scope, properties)
        return self._described(scope, policy_id, properties)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set the policy of each topic, and the default one of those that left."""
        self._put(scope, new)
        for arn in old["Topics"]:
            if arn not in new["Topics"]:
                _reset_policy(scope, arn)
        return self._described(scope, physical_id, new)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Put the default policy of each topic back."""
        for arn in properties["Topics"]:
            _reset_policy(scope, arn)
        _policy_topics(scope).pop(physical_id, None)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the policy of the first topic, and which topics it is for."""
        topics = _policy_topics(scope).get(physical_id)
        told = _topic(scope, topics[0]) if topics else None
        if topics is None or told is None:
            return None
        return {"Topics": list(topics), "PolicyDocument": json.loads(told["Policy"])}

    def _put(self, scope: Scope, properties: Properties) -> None:
        for arn in properties["Topics"]:
            if _topic(scope, arn) is None:
                refuse("NotFound", f"Topic does not exist: {arn}")
        for arn in properties["Topics"]:
            ask(
                scope.client("sns"),
                "set_topic_attributes",
                TopicArn=arn,
                AttributeName="Policy",
                AttributeValue=document(properties["PolicyDocument"]),
            )

    def _described(self, scope: Scope, policy_id: str, properties: Properties) -> Created:
        _policy_topics(scope)[policy_id] = tuple(properties["Topics"])
        return Created(physical_id=policy_id, attributes={"Id": policy_id})


class SubscriptionHandler:
    """Subscriptions that stand for themselves."""

    type_name = "AWS::SNS::Subscription"
    supported = frozenset(
        {
            "DeliveryPolicy",
            "Endpoint",
            "FilterPolicy",
            "FilterPolicyScope",
            "Protocol",
            "RawMessageDelivery",
            "RedrivePolicy",
            "TopicArn",
        }
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Subscribe an endpoint."""
        _refuse_subscription(properties)
        if _topic(scope, properties["TopicArn"]) is None:
            refuse("NotFound", "Topic does not exist")
        made = ask(
            scope.client("sns"),
            "subscribe",
            TopicArn=properties["TopicArn"],
            Protocol=properties["Protocol"],
            Endpoint=properties["Endpoint"],
            ReturnSubscriptionArn=True,
            Attributes=_given(properties),
        )
        arn: str = made["SubscriptionArn"]
        return Created(physical_id=arn, attributes={"Arn": arn})

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Set what the subscription lets through, and how."""
        before, after = _given(old), _given(new)
        held = beneath("sns", scope.account, scope.region).subscriptions[physical_id]
        for name in before.keys() - after.keys():
            # SNS takes an empty text for this; moto reads every value as what it says it is.
            held.attributes.pop(name, None)
        for name in sorted(after, key=lambda one: one != "FilterPolicyScope"):
            ask(
                scope.client("sns"),
                "set_subscription_attributes",
                SubscriptionArn=physical_id,
                AttributeName=name,
                AttributeValue=after[name],
            )
        return Created(physical_id=physical_id, attributes={"Arn": physical_id})

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """End the subscription."""
        del properties
        if self.read(scope, physical_id) is not None:
            ask(scope.client("sns"), "unsubscribe", SubscriptionArn=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the subscription."""
        answer = ask_or_none(
            scope.client("sns"),
            "get_subscription_attributes",
            "NotFound",
            SubscriptionArn=physical_id,
        )
        if answer is None:
            return None
        told = answer["Attributes"]
        read: dict[str, Any] = {key: told[key] for key in ("TopicArn", "Protocol", "Endpoint")}
        if "FilterPolicyScope" in told:
            read["FilterPolicyScope"] = told["FilterPolicyScope"]
        if told.get("RawMessageDelivery") == "true":
            read["RawMessageDelivery"] = True
        for name in ("DeliveryPolicy", "FilterPolicy", "RedrivePolicy"):
            if told.get(name):
                read[name] = json.loads(told[name])
        return read


def _given(properties: Properties) -> dict[str, str]:
    given = {
        name: document(properties[name])
        for name in ("DeliveryPolicy", "FilterPolicy", "RedrivePolicy")
        if name in properties
    }
    if "FilterPolicyScope" in properties:
        given["FilterPolicyScope"] = properties["FilterPolicyScope"]
    if "RawMessageDelivery" in properties:
        given["RawMessageDelivery"] = str(properties["RawMessageDelivery"]).lower()
    return given


def _refuse_key(scope: Scope, properties: Properties) -> None:
    given = properties.get("KmsMasterKeyId")
    if given is None or given == "alias/aws/sns":
        return
    if not is_usable(find_key(scope, str(given))):
        refuse("KMSNotFound", f"Key '{given}' does not exist or is not enabled in {scope.region}")


def _refuse_subscription(wanted: Mapping[str, Any]) -> None:
    if wanted["Protocol"] in {"email", "email-json"} and not _ADDRESS.fullmatch(wanted["Endpoint"]):
        refuse("InvalidParameter", "Invalid parameter: Email address")


def _subscribe(scope: Scope, arn: str, old: Properties, new: Properties) -> None:
    """Subscribe what *new* names, and unsubscribe what only *old* named."""
    before = [(one["Protocol"], one["Endpoint"]) for one in old.get("Subscription") or []]
    after = [(one["Protocol"], one["Endpoint"]) for one in new.get("Subscription") or []]
    for protocol, endpoint in after:
        ask(scope.client("sns"), "subscribe", TopicArn=arn, Protocol=protocol, Endpoint=endpoint)
    for told in _subscriptions(scope, arn):
        key = (told["Protocol"], told["Endpoint"])
        if key in before and key not in after:
            ask(scope.client("sns"), "unsubscribe", SubscriptionArn=told["SubscriptionArn"])


def _subscriptions(scope: Scope, arn: str) -> list[dict[str, str]]:
    pages = scope.client("sns").get_paginator("list_subscriptions_by_topic")
    return [one for page in pages.paginate(TopicArn=arn) for one in page["Subscriptions"]]


def _set_tags(scope: Scope, arn: str, wanted: Mapping[str, str]) -> None:
    # Beneath, since moto counts the `aws:` tags of CloudFormation among the fifty of the user.
    held = beneath("sns", scope.account, scope.region)
    held.topics[arn]._tags = dict(wanted)  # noqa: SLF001 -- see above


def _topic(scope: Scope, arn: str) -> dict[str, Any] | None:
    answer = ask_or_none(
        scope.client("sns"), "get_topic_attributes", "NotFound", "NotFoundException", TopicArn=arn
    )
    return answer["Attributes"] if answer else None


def _policy_topics(scope: Scope) -> dict[str, tuple[str, ...]]:
    held = beneath("sns", scope.account, scope.region)
    found: dict[str, tuple[str, ...]] = held.__dict__.setdefault(_STORE, {})
    return found


def _reset_policy(scope: Scope, arn: str) -> None:
    topic = beneath("sns", scope.account, scope.region).topics.get(arn)
    if topic is not None:
        policy = topic._create_default_topic_policy(scope.region, scope.account, topic.name)  # noqa: SLF001 -- SNS has no call that takes a policy away
        topic.policy = json.dumps(policy)


def _described(arn: str) -> Created:
    return Created(
        physical_id=arn, attributes={"TopicArn": arn, "TopicName": arn.rpartition(":")[2]}
    )


HANDLERS: tuple[Handler, ...] = (TopicHandler(), TopicPolicyHandler(), SubscriptionHandler())
