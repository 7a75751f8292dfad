"""Dates as files write them, made RFC 3339 where they are full; otherwise left out."""

from __future__ import annotations

from datetime import UTC, datetime


def rfc3339(moment: datetime | None) -> str:
    """The moment in RFC 3339; one without a time zone is taken as UTC. Empty for None."""
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.replace(microsecond=0).isoformat().replace("+00:00", "Z")


def parse_iso(text: str) -> str:
    """An ISO 8601 date and time as RFC 3339; a date alone as it stands; empty for anything else."""
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return text if len(text) == len("2000-01-01") else rfc3339(moment)
