"""
The handler of `AWS::EC2::LaunchTemplate`.

A template's tags do not come from its stack: the registry calls the type untaggable, and what a
template tags, the instances among it, it says itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.utils import parse_user_data

from compiler.sandbox.handler import Created, Handler, Properties, Scope
from compiler.sandbox.handlers.identity import as_pairs, physical_name, without_system
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse, shaped

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME = re.compile(r"[a-zA-Z0-9().\-/_]{3,128}")
_KNOWN = frozenset(
    {
        "BlockDeviceMappings",
        "CreditSpecification",
        "DisableApiTermination",
        "EbsOptimized",
        "IamInstanceProfile",
        "ImageId",
        "InstanceInitiatedShutdownBehavior",
        "InstanceType",
        "KeyName",
        "MetadataOptions",
        "Monitoring",
        "NetworkInterfaces",
        "SecurityGroupIds",
        "TagSpecifications",
        "UserData",
    }
)
"""What of `LaunchTemplateData` the sandbox keeps and starts instances from."""


class LaunchTemplateHandler:
    """Launch templates; each change of their data is a new version."""

    type_name = "AWS::EC2::LaunchTemplate"
    supported = frozenset(
        {"LaunchTemplateData", "LaunchTemplateName", "TagSpecifications", "VersionDescription"}
    )

    def create(self, scope: Scope, properties: Properties) -> Created:
        """Create a launch template with its first version."""
        name = properties.get("LaunchTemplateName") or physical_name(scope, limit=128)
        if not _NAME.fullmatch(name):
            refuse(
                "InvalidLaunchTemplateName.MalformedException",
                "A launch template name must be between 3 and 128 characters, and may contain "
                "letters, numbers, and the following characters: - ( ) . / _.",
            )
        _refuse_data(properties["LaunchTemplateData"])
        made = ask(
            scope.client("ec2"),
            "create_launch_template",
            LaunchTemplateName=name,
            VersionDescription=properties.get("VersionDescription"),
            LaunchTemplateData=properties["LaunchTemplateData"],
            TagSpecifications=properties.get("TagSpecifications"),
        )["LaunchTemplate"]
        template_id: str = made["LaunchTemplateId"]
        _keep(scope, template_id, properties["LaunchTemplateData"])
        return _described(scope, template_id)

    def update(self, scope: Scope, physical_id: str, old: Properties, new: Properties) -> Created:
        """Add a version where the data differs, and set the template's own tags."""
        changed = ("LaunchTemplateData", "VersionDescription")
        if any(old.get(name) != new.get(name) for name in changed):
            _refuse_data(new["LaunchTemplateData"])
            ask(
                scope.client("ec2"),
                "create_launch_template_version",
                LaunchTemplateId=physical_id,
                VersionDescription=new.get("VersionDescription"),
                LaunchTemplateData=new["LaunchTemplateData"],
            )
            _keep(scope, physical_id, new["LaunchTemplateData"])
        _retag(scope, physical_id, _own_tags(old), _own_tags(new))
        return _described(scope, physical_id)

    def delete(self, scope: Scope, physical_id: str, properties: Properties) -> None:
        """Delete the template with all its versions."""
        del properties
        if _template(scope, physical_id) is not None:
            ask(scope.client("ec2"), "delete_launch_template", LaunchTemplateId=physical_id)

    def read(self, scope: Scope, physical_id: str) -> Properties | None:
        """Read the newest version."""
        told = _template(scope, physical_id)
        if told is None:
            return None
        newest = ask(
            scope.client("ec2"),
            "describe_launch_template_versions",
            LaunchTemplateId=physical_id,
            Versions=["$Latest"],
        )["LaunchTemplateVersions"][0]
        read = {
            "LaunchTemplateName": told["LaunchTemplateName"],
            "LaunchTemplateData": newest["LaunchTemplateData"],
        }
        if newest.get("VersionDescription"):
            read["VersionDescription"] = newest["VersionDescription"]
        if tags := without_system(told.get("Tags") or []):
            read["TagSpecifications"] = [{"ResourceType": "launch-template", "Tags": tags}]
        return read


def _refuse_data(data: Mapping[str, Any]) -> None:
    if unknown := sorted(set(data) - _KNOWN):
        refuse("InvalidParameterValue", f"The sandbox does not play {unknown[0]} of instances.")


def _keep(scope: Scope, template_id: str, data: Mapping[str, Any]) -> None:
    """
    Let moto's newest version be exactly *data*.

    moto puts the template's own tags among those of the instances, and reads a later version's user
    data in a form from which it cannot start an instance.
    """
    held = beneath("ec2", scope.account, scope.region).launch_templates[template_id]
    newest = held.versions[-1]
    operation = scope.client("ec2").meta.service_model.operation_model("CreateLaunchTemplate")
    kept = dict(shaped(operation.input_shape.members["LaunchTemplateData"], data))
    kept["UserData"] = parse_user_data(kept.get("UserData"))
    held.versions[-1] = LaunchTemplateVersion(held, newest.number, kept, newest.description)


def _retag(
    scope: Scope, template_id: str, before: Mapping[str, str], after: Mapping[str, str]
) -> None:
    ec2 = scope.client("ec2")
    if gone := sorted(before.keys() - after.keys()):
        ask(ec2, "delete_tags", Resources=[template_id], Tags=[{"Key": key} for key in gone])
    if after:
        ask(ec2, "create_tags", Resources=[template_id], Tags=as_pairs(after))
    # moto answers with the tags that the template was created with.
    held = beneath("ec2", scope.account, scope.region).launch_templates[template_id]
    held.tags = held.get_tags()


def _own_tags(properties: Properties) -> dict[str, str]:
    specifications: Iterable[Mapping[str, Any]] = properties.get("TagSpecifications") or ()
    return {
        tag["Key"]: tag["Value"]
        for specification in specifications
        for tag in specification.get("Tags") or ()
    }


def _template(scope: Scope, template_id: str) -> dict[str, Any] | None:
    answer = ask_or_none(
        scope.client("ec2"),
        "describe_launch_templates",
        "InvalidLaunchTemplateId.NotFound",
        "InvalidLaunchTemplateId.NotFoundException",
        LaunchTemplateIds=[template_id],
    )
    return answer["LaunchTemplates"][0] if answer and answer["LaunchTemplates"] else None


def _described(scope: Scope, template_id: str) -> Created:
    told = _template(scope, template_id)
    if told is None:
        refuse(
            "InvalidLaunchTemplateId.NotFound",
            f"The specified launch template, with template ID {template_id}, does not exist.",
        )
    return Created(
        physical_id=template_id,
        attributes={
            "LaunchTemplateId": template_id,
            "LatestVersionNumber": str(told["LatestVersionNumber"]),
            "DefaultVersionNumber": str(told["DefaultVersionNumber"]),
        },
    )


HANDLERS: tuple[Handler, ...] = (LaunchTemplateHandler(),)
