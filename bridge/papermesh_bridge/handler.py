"""The seam between transports and what answers them.

Transports know this protocol and nothing of gRPC; `dispatch` implements it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from papermesh_bridge.session import Session


@dataclass(frozen=True, slots=True)
class HealthReport:
    """Whether everything behind an endpoint can serve, and the document that says so."""

    healthy: bool
    document: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a message came from, as far as its transport knows."""

    headers: Sequence[tuple[bytes, bytes]] = ()
    """What came beside the message, as it came: names in lower case, each as often as it was sent."""
    session: Session | None = None
    """What the peer of a connection has in work, so that it can be cancelled."""
    notify: Callable[[bytes], Awaitable[None]] | None = None
    """Sends a message besides the answer, and waits while the peer reads slowly; None where nothing can be sent.

    Raises ConnectionError or TimeoutError where the peer is gone.
    """


UNKNOWN_CALLER: Final = Caller()


@dataclass(frozen=True, slots=True)
class Page:
    """Something to be read over HTTP."""

    body: bytes
    media_type: str


class MetricsPage(Protocol):
    """Tells what the bridge has done, in numbers."""

    async def page(self, accept: str) -> Page:
        """Gives the page in the format an Accept header asks for."""


class Handler(Protocol):
    """Answers JSON-RPC messages of one endpoint."""

    async def answer(self, payload: bytes, caller: Caller = UNKNOWN_CALLER) -> bytes | None:
        """Gives the answer to one message, or None if nothing is owed. Raises nothing but cancellation."""

    async def health(self) -> HealthReport:
        """Says how the backends of this endpoint are."""
