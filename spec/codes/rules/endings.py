"""Cards about what becomes of the source at last."""

from __future__ import annotations

from spec.codes.card import Card

ENDINGS: tuple[Card, ...] = (
    Card(
        code="SF690",
        title="Bucket is emptied without a copy",
        why=(
            "What does not replicate is in the source alone. When that is retired, an emptied"
            " bucket takes it along, with every version, and nobody gets it back."
        ),
        fix="Keep the bucket, or replicate all of it; or be sure that nothing in it is wanted.",
        example="scratch: {replication: false, on_retire: empty}   # warns\n"
        "scratch: {replication: false}                     # right",
        severity="warning",
    ),
)
"""SF690."""
