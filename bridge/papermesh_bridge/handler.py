"""The seam between transports and what answers them.

Transports know this protocol and nothing of gRPC; `dispatch` implements it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

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


@dataclass(frozen=True, slots=True)
class Upload:
    """A body that is, or holds, a file."""

    content_type: str
    body: AsyncIterator[bytes]
    """The body as it comes in. Raises BodyRefused where it is not taken, and CallerGone."""
    filename: str = ""
    """What the file is called, where its transport says so."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """What came beside the body, by name."""


@dataclass(frozen=True, slots=True)
class UploadAnswer:
    """What became of an upload."""

    status: int
    """The gRPC status code."""
    reason: str
    """The reason of the error, empty where there is none."""
    body: bytes
    """The answer, as JSON."""


class Uploader(Protocol):
    """Answers uploads to one path of one endpoint."""

    async def upload(self, upload: Upload, caller: Caller) -> UploadAnswer:
        """Gives the answer to one upload. Raises CallerGone, and nothing else but cancellation."""


class Handler(Protocol):
    """Answers JSON-RPC messages of one endpoint."""

    async def answer(self, payload: bytes, caller: Caller = UNKNOWN_CALLER) -> bytes | None:
        """Gives the answer to one message, or None if nothing is owed. Raises nothing but cancellation."""

    async def health(self) -> HealthReport:
        """Says how the backends of this endpoint are."""
