"""The bytes of a template: equal templates are equal bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def to_bytes(template: Mapping[str, Any]) -> bytes:
    """
    Serialize *template*.

    Returns:
        UTF-8 JSON, keys sorted, one space of indent (CloudFormation counts every byte of a
        request), one final newline.
    """
    return (json.dumps(template, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
