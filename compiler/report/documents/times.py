"""Times in a document."""

from __future__ import annotations

from datetime import UTC, datetime


def instant(at: datetime) -> str:
    """Return *at* as an ISO 8601 text in UTC, to the second: `2026-11-24T12:00:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
