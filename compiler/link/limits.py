"""What CloudFormation takes in one template."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """
    The largest template (CloudFormation user guide, "Understand CloudFormation quotas", 2026-11).

    Attributes:
        resources: Resources in a template.
        parameters: Parameters in a template.
        outputs: Outputs in a template.
        size_bytes: Bytes of a template in a bucket.
        inline_bytes: Bytes of a template inside a request.
    """

    resources: int = 500
    parameters: int = 200
    outputs: int = 200
    size_bytes: int = 1_000_000
    inline_bytes: int = 51_200
