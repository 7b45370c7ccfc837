"""Rules about health checks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from spec.findings import Finding, at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spec.model import Spec

LONGEST_PATH = 1_024

BOUNDS = (
    ("interval_seconds", 5, 300, "seconds"),
    ("timeout_seconds", 2, 120, "seconds"),
    ("healthy_threshold", 2, 10, "checks"),
    ("unhealthy_threshold", 2, 10, "checks"),
    ("grace_seconds", 0, 7_200, "seconds"),
)
"""Elastic Load Balancing API reference, `CreateTargetGroup`; the grace period by us; 2026-11."""

LOWEST_CODE, HIGHEST_CODE = 200, 499
"""Of an Application Load Balancer (the same page, `Matcher`)."""

_PATH = re.compile(r"/[!-\"$-~]*", re.ASCII)
_CODES = re.compile(r"\d{3}(-\d{3}|(,\d{3})*)", re.ASCII)


def health_path_malformed(spec: Spec) -> Iterator[Finding]:
    """SF256: a health check asks for a path."""
    for key, service in spec.services.items():
        path = service.health_check.path
        if not path.startswith("/"):
            problem = f'"{path}" does not begin with a slash'
            way_out = f'Write "/{path}".' if "://" not in path else "Write the path alone."
        elif len(path) > LONGEST_PATH:
            problem = f"The path has {len(path):,} characters, and {LONGEST_PATH:,} are the most"
            way_out = "Shorten it."
        elif not _PATH.fullmatch(path):
            problem = f'"{path}" has a space, a "#" or a character that is not ASCII'
            way_out = "Encode it with %, or choose a plain path."
        else:
            continue
        yield Finding(
            code="SF256",
            where=at("services", key, "health_check", "path"),
            detail=f"{problem}. A load balancer would refuse it.",
            way_out=way_out,
        )


def health_check_out_of_bounds(spec: Spec) -> Iterator[Finding]:
    """SF257: each number of a health check has a least and a most."""
    for key, service in spec.services.items():
        for name, least, most, unit in BOUNDS:
            value = getattr(service.health_check, name)
            if not least <= value <= most:
                yield Finding(
                    code="SF257",
                    where=at("services", key, "health_check", name),
                    detail=f'"{name}" is {least} to {most} {unit}, not {value}.',
                    way_out=f"Choose {least} to {most}.",
                )


def health_timeout_not_below_interval(spec: Spec) -> Iterator[Finding]:
    """SF258: a check has its answer before the next one starts."""
    for key, service in spec.services.items():
        check = service.health_check
        if check.timeout_seconds >= check.interval_seconds:
            # Where only the interval is written, that is the number to edit.
            name = (
                "timeout_seconds"
                if "timeout_seconds" in check.model_fields_set
                else "interval_seconds"
            )
            other = "interval_seconds" if name == "timeout_seconds" else "timeout_seconds"
            yield Finding(
                code="SF258",
                where=at("services", key, "health_check", name),
                detail=f"A check may take {check.timeout_seconds} seconds, and the next one begins"
                f" after {check.interval_seconds}. The load balancer takes a timeout below the"
                " interval only.",
                way_out="Lower the timeout or raise the interval.",
                related=((at("services", key, "health_check", other), f'"{other}"'),),
            )


def health_codes_malformed(spec: Spec) -> Iterator[Finding]:
    """SF259: healthy codes are one, a list, or a range, from 200 to 499."""
    for key, service in spec.services.items():
        codes = service.health_check.codes
        numbers = [int(number) for number in re.findall(r"\d+", codes)]
        if not _CODES.fullmatch(codes):
            problem = f'"{codes}" is not a code, a list of codes with commas, or a range'
        elif not all(LOWEST_CODE <= number <= HIGHEST_CODE for number in numbers):
            problem = (
                f'"{codes}" has a code outside of {LOWEST_CODE} to {HIGHEST_CODE}, which are what a'
                " load balancer can take for healthy"
            )
        elif "-" in codes and numbers[0] >= numbers[1]:
            problem = f'"{codes}" ends before it begins'
        else:
            continue
        yield Finding(
            code="SF259",
            where=at("services", key, "health_check", "codes"),
            detail=f"{problem}.",
            way_out='Write "200", "200,302" or "200-299".',
        )
