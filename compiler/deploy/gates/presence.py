"""Is there in the target what the application starts with: secrets, certificates, images?"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from compiler.deploy.gates.answer import Judgement, green, red

if TYPE_CHECKING:
    from datetime import datetime

    from compiler.deploy.gates.system import Certificate, Secret

ENDS_SOON = timedelta(days=14)
"""A certificate that ends sooner is told: what renews it may have stopped to."""


def secret_present(name: str, region: str, secret: Secret | None) -> Judgement:
    """Tell whether a secret is there and has a value; the value itself is never asked for."""
    wanted = f"a secret with a value in {region}"
    if secret is None:
        return red(f"there is no secret {name} in {region}", wanted, "Make it there.")
    if secret.is_leaving:
        return red(
            f"{name} is marked to be deleted",
            wanted,
            f"Restore it: `aws secretsmanager restore-secret --secret-id {name} --region "
            f"{region}`.",
        )
    if not secret.has_value:
        return red(f"{name} has no value", wanted, "Put a value into it.")
    return green(f"{name} is there" + (" as a replica" if secret.home else ""), wanted)


def region_of(arn: str) -> str:
    """Return the region of an ARN; empty if it has none, or is none."""
    return arn.split(":")[3] if arn.count(":") >= 5 else ""  # noqa: PLR2004 -- an ARN has six parts


def certificate_present(
    arn: str, region: str, certificate: Certificate | None, now: datetime
) -> Judgement:
    """Tell whether a certificate is issued, in the region that needs it."""
    wanted = f"an issued certificate in {region}"
    stands = region_of(arn)
    if stands != region:
        return red(
            f"{arn} is of {stands or 'no region'}",
            wanted,
            f"Name a certificate of {region} in the spec: a load balancer takes none of elsewhere.",
        )
    if certificate is None:
        return red(f"there is no {arn}", wanted, f"Request or import one in {region}.")
    if certificate.status != "ISSUED":
        return red(
            f"it is {certificate.status}",
            wanted,
            "Publish its validation record and wait until it is ISSUED, or import it anew.",
        )
    return _of_issued(certificate.ends, wanted, now)


def _of_issued(ends: datetime | None, wanted: str, now: datetime) -> Judgement:
    if ends is None:
        return green("ISSUED", wanted)
    if ends <= now:
        return red(f"it ended on {ends:%Y-%m-%d}", wanted, "Renew it.")
    notes = ("It ends soon: see that it is renewed.",) if ends - now < ENDS_SOON else ()
    return green(f"ISSUED until {ends:%Y-%m-%d}", wanted, *notes)


def image_present(image: str, region: str, state: str | None) -> Judgement:
    """Tell whether a machine image can be started from."""
    wanted = f"an available image in {region}"
    if state is None:
        return red(
            f"there is no image {image} in {region}",
            wanted,
            f"Copy it there with `aws ec2 copy-image --region {region}`, and name the copy in the "
            "spec.",
        )
    if state != "available":
        return red(f"{image} is {state}", wanted, "Wait until it is available, or copy it anew.")
    return green(f"{image} is available", wanted)


def no_image_parameter(name: str, region: str) -> Judgement:
    """Say that the SSM parameter which is to name an image is not there."""
    return red(
        f"there is no parameter {name} in {region}",
        f"an available image in {region}",
        "Name a parameter that exists in that region, or give the image by its id.",
    )
