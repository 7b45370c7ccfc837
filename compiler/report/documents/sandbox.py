"""The document of `sandbox`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """
    Where the embedded AWS is served; printed once, as soon as it answers.

    Attributes:
        command: The verb.
        version: Of the documents.
        environment: What leads AWS tools to it: values of environment variables by name. The
            credentials are the sandbox's own and good for nothing else.
        provided: What was put into it for the migrations that were named.
    """

    environment: Mapping[str, str]
    provided: tuple[str, ...]
    command: Literal["sandbox"] = "sandbox"
    version: Literal[1] = 1
