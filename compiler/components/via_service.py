"""Which service a KMS key may be used through, as `kms:ViaService` names it."""

from __future__ import annotations

from spec import regions


def via(service: str, region: str) -> list[str]:
    """
    Return the values of `kms:ViaService` for *service* in *region*.

    The name ends in `amazonaws.com` (KMS developer guide, "AWS KMS condition keys", 2026-11); where
    the partition's own suffix differs, that one is admitted as well.
    """
    return [
        f"{service}.{region}.{suffix}"
        for suffix in sorted({"amazonaws.com", regions.dns_suffix(region)})
    ]
