"""The handlers of CloudFront: distributions, and their controls over access to private buckets."""

from __future__ import annotations

from typing import Any

from botocore.validate import ParamValidator

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.cloudfront_rules import refuse_distribution
from compiler.sandbox.handlers.cloudfront_spelling import for_cloudfront, for_template
from compiler.sandbox.handlers.identity import as_pairs, merged, physical_name, without_system
from compiler.sandbox.handlers.replies import (
    Backend,
    Shape,
    ask,
    ask_or_none,
    beneath,
    refuse,
    shaped,
)

_LONGEST_CONTROL_NAME = 64


class OriginAccessControlHandler:
    """Origin access controls."""

    type_name = "AWS::CloudFront::OriginAccessControl"
    supported = frozenset({"OriginAccessControlConfig"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a control under a name that the account has not used."""
        wanted = properties["OriginAccessControlConfig"]
        _refuse_control(scope, wanted, None)
        made = ask(
            scope.client("cloudfront"),
            "create_origin_access_control",
            OriginAccessControlConfig=wanted,
        )
        control_id: str = made["OriginAccessControl"]["Id"]
        return Created(physical_id=control_id, attributes={"Id": control_id})

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change the control whole."""
        del old
        wanted = new["OriginAccessControlConfig"]
        _refuse_control(scope, wanted, physical_id)
        ask(
            scope.client("cloudfront"),
            "update_origin_access_control",
            Id=physical_id,
            OriginAccessControlConfig={"Description": "", **wanted},
        )
        return Created(physical_id=physical_id, attributes={"Id": physical_id})

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete a control that no distribution uses."""
        del properties
        if self.read(scope, physical_id) is None:
            return
        for distribution in _held(scope).distributions.values():
            origins = distribution.distribution_config.Origins["Items"]
            if any(origin.get("OriginAccessControlId") == physical_id for origin in origins):
                refuse(
                    "OriginAccessControlInUse",
                    "Cannot delete the origin access control because it's in use by one or more "
                    "distributions.",
                )
        ask(scope.client("cloudfront"), "delete_origin_access_control", Id=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the control."""
        answer = ask_or_none(
            scope.client("cloudfront"),
            "get_origin_access_control",
            "NoSuchOriginAccessControl",
            Id=physical_id,
        )
        if answer is None:
            return None
        told = answer["OriginAccessControl"]["OriginAccessControlConfig"]
        return {"OriginAccessControlConfig": {key: value for key, value in told.items() if value}}


class DistributionHandler:
    """Distributions."""

    type_name = "AWS::CloudFront::Distribution"
    supported = frozenset({"DistributionConfig", "Tags"})

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a distribution."""
        wanted = properties["DistributionConfig"]
        refuse_distribution(scope, wanted, None)
        given = _given(scope, wanted, physical_name(scope))
        made = ask(
            scope.client("cloudfront"),
            "create_distribution_with_tags",
            DistributionConfigWithTags={
                "DistributionConfig": _standing_in(given),
                "Tags": {"Items": as_pairs(_tags(scope, properties))},
            },
        )["Distribution"]
        _keep(scope, made["Id"], given)
        if scope.partition == "aws-cn":
            held = _held(scope).distributions[made["Id"]]
            held.domain_name = held.domain_name.replace(".cloudfront.net", ".cloudfront.cn")
        return _described(scope, made["Id"])

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Change the distribution whole, and its tags."""
        del old
        cloudfront = scope.client("cloudfront")
        refuse_distribution(scope, new["DistributionConfig"], physical_id)
        told = ask(cloudfront, "get_distribution_config", Id=physical_id)
        reference = told["DistributionConfig"]["CallerReference"]
        given = _given(scope, new["DistributionConfig"], reference)
        ask(
            cloudfront,
            "update_distribution",
            Id=physical_id,
            IfMatch=told["ETag"],
            DistributionConfig=_standing_in(given),
        )
        _keep(scope, physical_id, given)
        self._set_tags(scope, physical_id, _tags(scope, new))
        return _described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Disable the distribution, as CloudFront demands, and delete it."""
        del properties
        cloudfront = scope.client("cloudfront")
        told = ask_or_none(cloudfront, "get_distribution", "NoSuchDistribution", Id=physical_id)
        if told is None:
            return
        _held(scope).distributions[physical_id].distribution_config.Enabled = False
        ask(cloudfront, "delete_distribution", Id=physical_id, IfMatch=told["ETag"])

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the distribution."""
        cloudfront = scope.client("cloudfront")
        told = ask_or_none(cloudfront, "get_distribution", "NoSuchDistribution", Id=physical_id)
        if told is None:
            return None
        distribution = told["Distribution"]
        tags = ask(cloudfront, "list_tags_for_resource", Resource=distribution["ARN"])
        return {
            "DistributionConfig": for_template(_shape(scope), distribution["DistributionConfig"]),
            "Tags": without_system(tags["Tags"]["Items"]),
        }

    def _set_tags(self, scope: Scope, distribution_id: str, wanted: dict[str, str]) -> None:
        cloudfront = scope.client("cloudfront")
        arn = _arn(scope, distribution_id)
        told = ask(cloudfront, "list_tags_for_resource", Resource=arn)["Tags"]["Items"]
        gone = sorted({tag["Key"] for tag in told} - set(wanted))
        if gone:
            ask(cloudfront, "untag_resource", Resource=arn, TagKeys={"Items": gone})
        if wanted:
            ask(cloudfront, "tag_resource", Resource=arn, Tags={"Items": as_pairs(wanted)})


def _held(scope: Scope) -> Backend:
    return beneath("cloudfront", scope.account, scope.partition)


def _arn(scope: Scope, distribution_id: str) -> str:
    return f"arn:{scope.partition}:cloudfront::{scope.account}:distribution/{distribution_id}"


def _tags(scope: Scope, properties: Properties) -> dict[str, str]:
    """Return the tags to set; CloudFormation gives its own `aws:` ones to no distribution."""
    tags = merged(scope, properties.get("Tags"))
    return {key: value for key, value in tags.items() if not key.startswith("aws:")}


def _shape(scope: Scope) -> Shape:
    model = scope.client("cloudfront").meta.service_model.operation_model("CreateDistribution")
    return model.input_shape.members["DistributionConfig"]


def _given(scope: Scope, wanted: Properties, reference: str) -> dict[str, Any]:
    """Return the distribution as the API takes it, checked against boto3's model of the API."""
    shape = _shape(scope)
    whole = {"Comment": "", **wanted, "CallerReference": reference}
    given: dict[str, Any] = shaped(shape, for_cloudfront(shape, whole))
    report = ParamValidator().validate(given, shape)
    if report.has_errors():
        refuse("InvalidRequest", " ".join(report.generate_report().split()))
    return given


def _standing_in(given: dict[str, Any]) -> dict[str, Any]:
    """
    Return a distribution that moto takes in place of *given*.

    moto lets no origin group be a target and knows buckets of one partition only; `_keep` puts the
    whole of what was wanted on moto's object afterwards.
    """
    origin = {"Id": "origin", "DomainName": "example.com"}
    behavior = {"TargetOriginId": "origin", "ViewerProtocolPolicy": "allow-all"}
    return {
        "CallerReference": given["CallerReference"],
        "Comment": given["Comment"],
        "Enabled": given["Enabled"],
        "Origins": {"Quantity": 1, "Items": [origin]},
        "DefaultCacheBehavior": behavior,
    }


def _keep(scope: Scope, distribution_id: str, given: dict[str, Any]) -> None:
    _held(scope).distributions[distribution_id].distribution_config.__dict__.update(given)


def _refuse_control(scope: Scope, wanted: Properties, own_id: str | None) -> None:
    name = wanted["Name"]
    if len(name) > _LONGEST_CONTROL_NAME:
        refuse("InvalidArgument", "The parameter Name is too long; the limit is 64 characters.")
    others = _held(scope).origin_access_controls.values()
    if any(other.name == name and other.id != own_id for other in others):
        refuse(
            "OriginAccessControlAlreadyExists",
            "An origin access control with the specified parameters already exists.",
        )


def _described(scope: Scope, distribution_id: str) -> Created:
    told = ask(scope.client("cloudfront"), "get_distribution", Id=distribution_id)["Distribution"]
    return Created(
        physical_id=distribution_id,
        attributes={"Id": distribution_id, "DomainName": told["DomainName"]},
    )


HANDLERS: tuple[Handler, ...] = (OriginAccessControlHandler(), DistributionHandler())
