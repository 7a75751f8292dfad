"""The seam between transports and what answers them.

Transports know this protocol and nothing of gRPC; `dispatch` implements it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class HealthReport:
    """Whether everything behind an endpoint can serve, and the document that says so."""

    healthy: bool
    document: dict[str, Any]


class Handler(Protocol):
    """Answers JSON-RPC messages of one endpoint."""

    async def answer(self, payload: bytes) -> bytes | None:
        """Gives the answer to one message, or None if nothing is owed. Raises nothing but cancellation."""

    async def health(self) -> HealthReport:
        """Says how the backends of this endpoint are."""
