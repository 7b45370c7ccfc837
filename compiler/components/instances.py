"""
The launch template: what an instance of a service is.

It is the same in every phase, its tag `MigrationPhase` included: that is the phase which brought
it. A template that changed would exchange every instance, in the middle of a cutover too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troposphere import Base64, Join, ec2

from compiler.components.addresses import key_arn, launch_template, service_security_group
from compiler.components.instance_role import PROFILE
from compiler.components.origins import below
from compiler.components.sides import serving
from compiler.components.tags import tag_list, tag_origins
from compiler.components.user_data import script
from compiler.phases import PHASES
from compiler.symbols import Address, Lookup, Resource, Symbol
from spec import names
from spec.model import ImageFromParameter

if TYPE_CHECKING:
    from spec.findings import Path
    from spec.model import Service, Spec
    from spec.names import Side


def resource(spec: Spec, side: Side, service: str) -> Resource:
    """Return the launch template of *service* on *side*."""
    address = launch_template(side, service)
    model = spec.services[service]
    first = next(state for state in PHASES.values() if side in serving(state))
    name = f"{names.prefix(spec)}-{service}"
    lines = script(spec, side, service)
    profile = Address(stack=address.stack, logical_id=PROFILE)
    tagged = ("instance", "volume")
    body = ec2.LaunchTemplate(
        address.logical_id,
        # Stack tags do not reach it, and from here they reach no instance.
        TagSpecifications=[
            ec2.TagSpecifications(ResourceType="launch-template", Tags=tag_list(spec, first, name))
        ],
        LaunchTemplateData=ec2.LaunchTemplateData(
            ImageId=_image(model, side),
            InstanceType=_instance_type(model, side)[0],
            IamInstanceProfile=ec2.IamInstanceProfile(Arn=Symbol(profile, "Arn")),
            SecurityGroupIds=[Symbol(service_security_group(side, service), "GroupId")],
            MetadataOptions=ec2.MetadataOptions(
                HttpEndpoint="enabled", HttpTokens="required", HttpPutResponseHopLimit=1
            ),
            Monitoring=ec2.Monitoring(Enabled=True),
            BlockDeviceMappings=[
                ec2.LaunchTemplateBlockDeviceMapping(
                    DeviceName=_root_device(model),
                    Ebs=ec2.EBSBlockDevice(
                        DeleteOnTermination=True,
                        Encrypted=True,
                        KmsKeyId=key_arn(side, "volumes"),
                        VolumeSize=model.volume_gib,
                        VolumeType="gp3",
                    ),
                )
            ],
            TagSpecifications=[
                ec2.TagSpecifications(ResourceType=kind, Tags=tag_list(spec, first, name))
                for kind in tagged
            ],
            UserData=Base64(Join("\n", [text for text, _ in lines])),
        ),
    )
    data = "LaunchTemplateData"
    component: Path = ("services", service)
    origins = {
        **below(
            component,
            {
                f"{data}.ImageId": _image_path(model, side),
                f"{data}.InstanceType": _instance_type(model, side)[1],
                f"{data}.BlockDeviceMappings.0.DeviceName": _image_path(model, side),
                f"{data}.BlockDeviceMappings.0.Ebs.VolumeSize": ("volume_gib",),
            },
        ),
        **{
            f"Properties.{data}.UserData.Fn::Base64.Fn::Join.1.{n}": path
            for n, (_, path) in enumerate(lines)
            if path is not None
        },
        **tag_origins(spec, first, name, "Properties.TagSpecifications.0.Tags"),
    }
    for n in range(len(tagged)):
        at = f"Properties.{data}.TagSpecifications.{n}.Tags"
        origins |= tag_origins(spec, first, name, at)
    return Resource(stack=address.stack, body=body, component=component, origins=origins)


def _image(model: Service, side: Side) -> str | Lookup:
    if isinstance(model.image, ImageFromParameter):
        return Lookup("image", model.image.ssm)
    return model.image.source if side == "source" else model.image.target


def _image_path(model: Service, side: Side) -> Path:
    return ("image", "ssm") if isinstance(model.image, ImageFromParameter) else ("image", side)


def _root_device(model: Service) -> str:
    """
    Return the name of the image's root device: another name would add a second, unused volume.

    Amazon Linux and Debian call it `/dev/xvda`, Ubuntu and Windows `/dev/sda1` (EC2 user guide,
    "Device names for volumes", 2026-11). An image by id is taken to be like Amazon Linux.
    """
    others = ("/aws/service/canonical/", "/aws/service/ami-windows")
    if isinstance(model.image, ImageFromParameter) and model.image.ssm.startswith(others):
        return "/dev/sda1"
    return "/dev/xvda"


def _instance_type(model: Service, side: Side) -> tuple[str, Path]:
    if side == "target" and model.target.instance_type is not None:
        return model.target.instance_type, ("target", "instance_type")
    return model.instance_type, ("instance_type",)
