"""
Machine images that are there before any stack is.

The sandbox knows the images that AWS's public SSM parameters name. One that a migration names by
its id alone must be put there first, as it must be in AWS.
"""

from __future__ import annotations

import re

from moto.ec2.models.amis import Ami

from compiler.sandbox.handlers.replies import beneath

_ID = re.compile(r"ami-(?:[0-9a-f]{8}|[0-9a-f]{17})")


def import_image(image_id: str, *, account: str, region: str, architecture: str = "x86_64") -> None:
    """
    Put a machine image with exactly this id into *account* and *region*.

    Args:
        image_id: `ami-` and 8 or 17 hexadecimal digits.
        account: Twelve digits.
        region: Where the image is; its id means nothing elsewhere.
        architecture: `x86_64` or `arm64`.

    Raises:
        ValueError: *image_id* is not one of EC2's.
    """
    if not is_image_id(image_id):
        msg = f"{image_id!r} is not the id of a machine image"
        raise ValueError(msg)
    held = beneath("ec2", account, region)
    # EC2 chooses the id of what is registered through it, so there is no other door than this one.
    held.amis[image_id] = Ami(
        held, image_id, name=image_id, owner_id=account, architecture=architecture
    )


def is_image_id(text: str) -> bool:
    """Tell whether *text* has the form of an image's id."""
    return _ID.fullmatch(text) is not None
