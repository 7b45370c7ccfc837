"""What the tests of the components that serve users share."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

CERTIFICATES: Mapping[str, str] = {
    "cdn": "arn:aws:acm:us-east-1:111122223333:certificate/11111111-1111-1111-1111-111111111111",
    "source": "arn:aws:acm:us-east-1:111122223333:certificate/22222222-2222-2222-2222-222222222222",
    "target": "arn:aws:acm:eu-central-1:111122223333:certificate/"
    "33333333-3333-3333-3333-333333333333",
}
