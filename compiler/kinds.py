"""The closed choices that compiler and deployer share."""

from __future__ import annotations

from typing import Literal, TypeAlias

Side: TypeAlias = Literal["source", "target", "global"]
"""
Where a stack belongs. Global stacks stand in the partition's home region, in the target's account.
"""

LookupKind: TypeAlias = Literal["image", "prefix_list"]
"""What a deployer looks up: an AMI by public SSM parameter; an AWS-managed prefix list by name."""
