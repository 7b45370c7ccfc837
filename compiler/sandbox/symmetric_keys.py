"""
Spares moto the making of an RSA key pair for each KMS key that will never use one.

moto generates one for every key, though only asymmetric keys sign with it; that is a tenth of a
second per key, more than the rest of a stack with it.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from moto.kms import models

if TYPE_CHECKING:
    from collections.abc import Iterator

SYMMETRIC = "SYMMETRIC_DEFAULT"


@contextmanager
def with_one_unused_pair() -> Iterator[None]:
    """Give all symmetric keys the same key pair, which none of them uses."""
    names: Any = models
    by_moto = names.generate_private_key
    unused = cache(by_moto)

    def generate(key_spec: str) -> object:
        return unused(key_spec) if key_spec == SYMMETRIC else by_moto(key_spec)

    names.generate_private_key = generate
    try:
        yield
    finally:
        names.generate_private_key = by_moto
