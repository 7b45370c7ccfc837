"""What calls are refused with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable


def refusal(call: Callable[[], object]) -> str:
    """Return the sentence."""
    with pytest.raises(ClientError) as refused:
        call()
    return str(refused.value.response["Error"]["Message"])
