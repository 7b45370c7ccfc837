"""Whether secrets, certificates and images are in the target."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from compiler.deploy.gates.answer import Judgement, green, red
from compiler.deploy.gates.presence import (
    certificate_present,
    image_present,
    no_image_parameter,
    secret_present,
)
from compiler.deploy.gates.system import Certificate, Secret

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
REGION = "eu-central-1"
SECRET = Secret(is_leaving=False, has_value=True)
ARN = "arn:aws:acm:eu-central-1:111122223333:certificate/1"
ISSUED = Certificate(status="ISSUED", ends=NOON + timedelta(days=100))


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (SECRET, green("shop/orders is there", "a secret with a value in eu-central-1")),
        (
            replace(SECRET, home="us-east-1"),
            green("shop/orders is there as a replica", "a secret with a value in eu-central-1"),
        ),
        (
            replace(SECRET, is_leaving=True),
            red(
                "shop/orders is marked to be deleted",
                "a secret with a value in eu-central-1",
                "Restore it: `aws secretsmanager restore-secret --secret-id shop/orders --region "
                "eu-central-1`.",
            ),
        ),
        (
            replace(SECRET, has_value=False),
            red(
                "shop/orders has no value",
                "a secret with a value in eu-central-1",
                "Put a value into it.",
            ),
        ),
        (
            None,
            red(
                "there is no secret shop/orders in eu-central-1",
                "a secret with a value in eu-central-1",
                "Make it there.",
            ),
        ),
    ],
)
def test_a_secret_must_be_there_stay_and_have_a_value(
    secret: Secret | None, expected: Judgement
) -> None:
    assert secret_present("shop/orders", REGION, secret) == expected


WANTED = "an issued certificate in eu-central-1"


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        (ISSUED, green("ISSUED until 2027-03-04", WANTED)),
        (Certificate(status="ISSUED"), green("ISSUED", WANTED)),
        (
            replace(ISSUED, ends=NOON + timedelta(days=13)),
            green("ISSUED until 2026-12-07", WANTED, "It ends soon: see that it is renewed."),
        ),
        (replace(ISSUED, ends=NOON), red("it ended on 2026-11-24", WANTED, "Renew it.")),
        (
            Certificate(status="PENDING_VALIDATION"),
            red(
                "it is PENDING_VALIDATION",
                WANTED,
                "Publish its validation record and wait until it is ISSUED, or import it anew.",
            ),
        ),
        (None, red(f"there is no {ARN}", WANTED, "Request or import one in eu-central-1.")),
    ],
)
def test_a_certificate_must_be_issued_and_not_ended(
    certificate: Certificate | None, expected: Judgement
) -> None:
    assert certificate_present(ARN, REGION, certificate, NOON) == expected


@pytest.mark.parametrize(
    ("arn", "stands"), [(ARN.replace(REGION, "us-east-1"), "us-east-1"), ("nonsense", "no region")]
)
def test_a_certificate_of_another_region_is_none(arn: str, stands: str) -> None:
    assert certificate_present(arn, REGION, None, NOON) == red(
        f"{arn} is of {stands}",
        WANTED,
        "Name a certificate of eu-central-1 in the spec: a load balancer takes none of elsewhere.",
    )


def test_an_image_must_be_available() -> None:
    wanted = "an available image in eu-central-1"

    assert image_present("ami-1", REGION, "available") == green("ami-1 is available", wanted)
    assert image_present("ami-1", REGION, "pending") == red(
        "ami-1 is pending", wanted, "Wait until it is available, or copy it anew."
    )
    assert image_present("ami-1", REGION, None) == red(
        "there is no image ami-1 in eu-central-1",
        wanted,
        "Copy it there with `aws ec2 copy-image --region eu-central-1`, and name the copy in the "
        "spec.",
    )
    assert no_image_parameter("/al2023", REGION) == red(
        "there is no parameter /al2023 in eu-central-1",
        wanted,
        "Name a parameter that exists in that region, or give the image by its id.",
    )
