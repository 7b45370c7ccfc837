"""
Amazon Linux images, and the public SSM parameters that name them, in every region.

moto carries both for the regions of the partition `aws` that it knows; the other partitions and
newer regions get images of our own, with an id computed from region and architecture. Of moto's
images only those that a public parameter names are loaded: making all 1,200 for every region takes
longer than deploying a network.
"""

from __future__ import annotations

import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from moto.ec2.models.amis import Ami, AmiBackend
from moto.ssm.models import Parameter, ParameterDict
from moto.utilities.utils import load_resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ARCHITECTURES = ("arm64", "x86_64")
_PARAMETER = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"
_NAMES = uuid.UUID("5ac0b0c5-0000-4000-8000-0000000000a1")
_RELEASED = datetime(2026, 9, 30, tzinfo=UTC)


def image_id(region: str, architecture: str) -> str:
    """Return the id of our own image for a region that moto has none for."""
    return f"ami-0{uuid.uuid5(_NAMES, f'{region}/{architecture}').hex[:16]}"


@contextmanager
def with_public_images() -> Iterator[None]:
    """Let the public parameters and the images that they name exist wherever moto lacks them."""
    load_parameters, load_images = ParameterDict._load_latest_amis, AmiBackend._load_amis  # noqa: SLF001 -- on moto's own names

    def parameters_too(self: ParameterDict) -> None:
        load_parameters(self)
        for architecture in ARCHITECTURES:
            name = _PARAMETER.format(architecture=architecture)
            if not dict.__contains__(self, name):
                dict.__setitem__(self, name, [_parameter(self, name, architecture)])

    def images_of_parameters(self: AmiBackend) -> None:
        backend: Any = self
        for record in _named_images(backend.region_name):
            self.amis[record["ami_id"]] = Ami(backend, **record)
        if not self.amis:
            for architecture in ARCHITECTURES:
                image = _image(backend, architecture)
                self.amis[image.id] = image

    ParameterDict._load_latest_amis = parameters_too  # type: ignore[method-assign] # noqa: SLF001 -- on moto's own names
    AmiBackend._load_amis = images_of_parameters  # type: ignore[method-assign] # noqa: SLF001 -- on moto's own names
    try:
        yield
    finally:
        ParameterDict._load_latest_amis = load_parameters  # type: ignore[method-assign] # noqa: SLF001 -- put back
        AmiBackend._load_amis = load_images  # type: ignore[method-assign] # noqa: SLF001 -- put back


@cache
def _named_images(region: str) -> tuple[Mapping[str, Any], ...]:
    """Return moto's images that the public parameters of *region* name, as arguments of `Ami`."""
    try:
        parameters = load_resource(f"ssm/resources/ami-amazon-linux-latest/{region}.json")
        images = load_resource(f"ec2/resources/latest_amis/{region}.json")
    except FileNotFoundError:
        return ()
    named = {parameter["Value"] for parameter in parameters}
    return tuple(
        {**image, "owner_alias": "amazon", "creation_date": _RELEASED}
        for image in images
        if image["ami_id"] in named
    )


def _parameter(owner: ParameterDict, name: str, architecture: str) -> Parameter:
    make: Any = Parameter  # abstract to type checkers, instantiated by moto all the same
    made: Parameter = make(
        account_id=owner.account_id,
        name=name,
        value=image_id(owner.region_name, architecture),
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=_RELEASED,
        version=1,
        data_type="text",
    )
    return made


def _image(backend: Any, architecture: str) -> Ami:  # noqa: ANN401 -- moto's mixin of all EC2
    return Ami(
        backend,
        ami_id=image_id(backend.region_name, architecture),
        name=f"al2023-ami-2023.12.20260930.0-kernel-6.18-{architecture}",
        description=f"Amazon Linux 2023 AMI {architecture} HVM",
        owner_id="137112412989",
        owner_alias="amazon",
        architecture=architecture,
        root_device_name="/dev/xvda",
        root_device_type="ebs",
        virtualization_type="hvm",
        hypervisor="xen",
        image_type="machine",
        public=True,
        state="available",
        creation_date=_RELEASED,
    )
