"""
What EC2 refuses when instances are about to be started from a launch template.

EC2 takes a launch template unseen. It is the Auto Scaling group that tries it, when it is created
and when it moves to another version, and that tells what is wrong in the words of RunInstances.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from compiler.sandbox.handlers.images import is_image_id
from compiler.sandbox.handlers.replies import ask, ask_or_none, beneath, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from compiler.sandbox.handler import Scope

_PREFACE = "You must use a valid fully-formed launch template. "
_PARAMETER = "resolve:ssm:"


def template_data(scope: Scope, named: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """
    Find the version that a group names.

    Args:
        scope: Where to look.
        named: `LaunchTemplateId` or `LaunchTemplateName`, and `Version`.

    Returns:
        The template's id, and the data of that version.
    """
    template_id, name = named.get("LaunchTemplateId"), named.get("LaunchTemplateName")
    version = str(named.get("Version", "$Default"))
    if bool(template_id) == bool(name):
        refuse(
            "ValidationError",
            "Valid requests must contain either launchTemplateId or LaunchTemplateName",
        )
    answer = ask_or_none(
        scope.client("ec2"),
        "describe_launch_template_versions",
        "InvalidLaunchTemplateId.NotFound",
        "InvalidLaunchTemplateId.NotFoundException",
        "InvalidLaunchTemplateName.NotFoundException",
        "InvalidLaunchTemplateId.VersionNotFound",
        LaunchTemplateId=template_id,
        LaunchTemplateName=name,
        Versions=[version],
    )
    versions = answer["LaunchTemplateVersions"] if answer else []
    if not versions:
        refuse(
            "ValidationError",
            f"{_PREFACE}The specified launch template, with "
            f"{'template ID ' + str(template_id) if template_id else 'template name ' + str(name)} "
            f"and version {version}, does not exist.",
        )
    return versions[0]["LaunchTemplateId"], versions[0]["LaunchTemplateData"]


def refuse_launch(scope: Scope, data: Mapping[str, Any], subnets: list[str]) -> None:
    """Refuse what RunInstances would refuse of *data* in *subnets*."""
    image = _image(scope, str(data.get("ImageId", "")))
    _refuse_type(scope, str(data.get("InstanceType", "m1.small")), image)
    _refuse_profile(scope, data.get("IamInstanceProfile") or {})
    _refuse_groups(scope, data.get("SecurityGroupIds") or [], subnets)


@contextmanager
def launching(scope: Scope, template_id: str, version: str) -> Iterator[None]:
    """
    Let moto start instances from *version*: it always takes the default one.

    Args:
        scope: Where the template is.
        template_id: The template.
        version: A number, `$Latest` or `$Default`.
    """
    held = beneath("ec2", scope.account, scope.region).launch_templates[template_id]
    before = held.default_version_number
    held.default_version_number = held.get_version(version).number
    try:
        yield
    finally:
        held.default_version_number = before


def _image(scope: Scope, image_id: str) -> dict[str, Any]:
    if image_id.startswith(_PARAMETER):
        name = image_id.removeprefix(_PARAMETER)
        answer = ask_or_none(scope.client("ssm"), "get_parameter", "ParameterNotFound", Name=name)
        if answer is None:
            refuse("InvalidParameterValue", f"{_PREFACE}Parameter {name} is not found")
        image_id = answer["Parameter"]["Value"]
    if not is_image_id(image_id):
        refuse("InvalidAMIID.Malformed", f'{_PREFACE}Invalid id: "{image_id}"')
    found = ask_or_none(
        scope.client("ec2"),
        "describe_images",
        "InvalidAMIID.NotFound",
        "InvalidAMIID.Malformed",
        ImageIds=[image_id],
    )
    if not found or not found["Images"]:
        refuse("InvalidAMIID.NotFound", f"{_PREFACE}The image id '[{image_id}]' does not exist")
    image: dict[str, Any] = found["Images"][0]
    return image


def _refuse_type(scope: Scope, instance_type: str, image: Mapping[str, Any]) -> None:
    ec2 = scope.client("ec2")
    offered = ask(
        ec2,
        "describe_instance_type_offerings",
        LocationType="region",
        Filters=[{"Name": "instance-type", "Values": [instance_type]}],
    )["InstanceTypeOfferings"]
    if not offered:
        refuse(
            "InvalidParameterValue",
            f"{_PREFACE}Invalid value '{instance_type}' for InstanceType.",
        )
    told = ask(ec2, "describe_instance_types", InstanceTypes=[instance_type])["InstanceTypes"]
    architectures = told[0]["ProcessorInfo"]["SupportedArchitectures"]
    if image["Architecture"] not in architectures:
        refuse(
            "InvalidParameterValue",
            f"{_PREFACE}The architecture '{','.join(architectures)}' of the specified instance "
            f"type does not match the architecture '{image['Architecture']}' of the specified "
            "AMI. Specify an instance type and an AMI that have matching architectures, and try "
            "again.",
        )


def _refuse_profile(scope: Scope, profile: Mapping[str, str]) -> None:
    name = profile.get("Name") or profile.get("Arn", "").rpartition("/")[2]
    if not name:
        return
    found = ask_or_none(
        scope.client("iam"), "get_instance_profile", "NoSuchEntity", InstanceProfileName=name
    )
    if found is None:
        member = "name" if "Name" in profile else "arn"
        refuse(
            "InvalidParameterValue",
            f"{_PREFACE}Value ({profile.get('Name') or profile['Arn']}) for parameter "
            f"iamInstanceProfile.{member} is invalid. Invalid IAM Instance Profile {member}",
        )


def _refuse_groups(scope: Scope, groups: list[str], subnets: list[str]) -> None:
    ec2 = scope.client("ec2")
    vpc = ask(ec2, "describe_subnets", SubnetIds=subnets)["Subnets"][0]["VpcId"]
    for group in groups:
        found = ask_or_none(
            ec2,
            "describe_security_groups",
            "InvalidGroup.NotFound",
            "InvalidGroupId.Malformed",
            Filters=[
                {"Name": "vpc-id", "Values": [vpc]},
                {"Name": "group-id", "Values": [group]},
            ],
        )
        if not found or not found["SecurityGroups"]:
            refuse(
                "InvalidGroup.NotFound",
                f"{_PREFACE}The security group '{group}' does not exist in VPC '{vpc}'",
            )


def drop_interfaces_of_the_terminated(scope: Scope) -> None:
    """
    Delete the network interfaces of terminated instances.

    EC2 does so itself; moto keeps them attached for ever, and with them their security groups.
    """
    held = beneath("ec2", scope.account, scope.region)
    for interface in list(held.enis.values()):
        instance = interface.instance
        if instance is not None and instance.state == "terminated":
            del held.enis[interface.id]
