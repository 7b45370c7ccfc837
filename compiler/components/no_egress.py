"""The egress of a security group that answers and never asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_EGRESS: Mapping[str, str] = {
    "CidrIp": "127.0.0.1/32",
    "Description": "Nothing leaves from here",
    "IpProtocol": "-1",
}
"""
The one egress rule of such a group, inside the group.

A group without any in its template gets AWS's default, which lets everything out (CloudFormation
reference, `AWS::EC2::SecurityGroup`, 2026-11).
"""
