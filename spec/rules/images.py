"""Rules about the images of services."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from spec.findings import Finding, at
from spec.model import ImageByRegion, ImageFromParameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import Spec

Architecture = Literal["arm64", "x86_64"]

_AMI = re.compile(r"ami-([0-9a-f]{8}|[0-9a-f]{17})", re.ASCII)
_PARAMETER = re.compile(r"/?[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*", re.ASCII)
_GRAVITON = re.compile(r"a1|[a-z]+\d+[a-z]*?g[a-z]*(-.*)?", re.ASCII)

LONGEST_PARAMETER = 1_011
"""SSM API reference, `PutParameter`, 2026-11."""


def architecture_of_type(instance_type: str) -> Architecture:
    """Return the architecture of *instance_type*: a `g` after the family's number is ARM."""
    family = instance_type.split(".", maxsplit=1)[0]
    return "arm64" if _GRAVITON.fullmatch(family) else "x86_64"


def architecture_of_parameter(name: str) -> Architecture | None:
    """Return the architecture that the SSM parameter *name* spells out, if it does."""
    if "arm64" in name or "aarch64" in name:
        return "arm64"
    if "x86_64" in name or "amd64" in name:
        return "x86_64"
    return None


def image_malformed(spec: Spec) -> Iterator[Finding]:
    """SF252: an image is an AMI id per region, or the name of an SSM parameter."""
    for key, service in spec.services.items():
        match service.image:
            case ImageFromParameter(ssm=name):
                if name.startswith(("{{", "resolve:")):
                    detail = f'"{name}" is a reference to a parameter, not its name.'
                elif not _PARAMETER.fullmatch(name) or len(name) > LONGEST_PARAMETER:
                    detail = f'"{name}" is not the name of an SSM parameter.'
                else:
                    continue
                yield Finding(
                    code="SF252",
                    where=at("services", key, "image", "ssm"),
                    detail=detail,
                    way_out="Write the name alone, like"
                    ' "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64".',
                )
            case ImageByRegion():
                for side, ami in (
                    ("source", service.image.source),
                    ("target", service.image.target),
                ):
                    if not _AMI.fullmatch(ami):
                        yield Finding(
                            code="SF252",
                            where=at("services", key, "image", side),
                            detail=f'"{ami}" is not an AMI id: "ami-" and 17 (or 8) hexadecimal'
                            " digits.",
                            way_out='Write it like "ami-0123456789abcdef0".',
                        )


def image_of_one_region(spec: Spec) -> Iterator[Finding]:
    """SF253: an AMI exists in one region; a copy has another id."""
    if spec.source.region == spec.target.region:
        return
    for key, service in spec.services.items():
        image = service.image
        if isinstance(image, ImageByRegion) and image.source == image.target:
            yield Finding(
                code="SF253",
                where=at("services", key, "image", "target"),
                detail=f"An AMI exists in one region. {image.target} is given for"
                f" {spec.source.region}, so it cannot be in {spec.target.region} too.",
                way_out=f"Copy it (`aws ec2 copy-image --source-region {spec.source.region}"
                f" --region {spec.target.region} …`) and write the copy's id.",
                related=((at("services", key, "image", "source"), "the same id"),),
            )


def image_of_other_architecture(spec: Spec) -> Iterator[Finding]:
    """SF254: an image runs on instances of its own architecture."""
    for key, service in spec.services.items():
        if not isinstance(service.image, ImageFromParameter):
            continue
        image = architecture_of_parameter(service.image.ssm)
        where = at("services", key, "instance_type")
        types = [(where, service.instance_type)]
        if service.target.instance_type is not None:
            types.append(
                (at("services", key, "target", "instance_type"), service.target.instance_type)
            )
        for where, name in types:
            machine = architecture_of_type(name)
            if image is not None and image != machine:
                yield Finding(
                    code="SF254",
                    where=where,
                    detail=f"{name} is {machine}, and the image is {image}: the instance would not"
                    " start.",
                    way_out=f"Choose an instance type of {image}, or the image of {machine}.",
                    related=((at("services", key, "image", "ssm"), f"an image of {image}"),),
                )


def image_parameter_not_public(spec: Spec) -> Iterator[Finding]:
    """SF255: a parameter of your own must exist in both regions."""
    for key, service in spec.services.items():
        image = service.image
        if (
            isinstance(image, ImageFromParameter)
            and _PARAMETER.fullmatch(image.ssm)
            and not image.ssm.startswith("/aws/service/")
        ):
            yield Finding(
                code="SF255",
                where=at("services", key, "image", "ssm"),
                detail=(
                    f'"{image.ssm}" is not a public parameter of AWS, which exist in every region'
                    ' and begin with "/aws/service/".'
                ),
                way_out=f"Make sure that it exists in {spec.source.region} and in"
                f" {spec.target.region}, each with an AMI of its own region.",
            )
