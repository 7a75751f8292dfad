"""The worker's side of sharing: lets others read pages, and asks the server what is next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from papermesh_services.server.messages import ENOUGH, SHARE, TURN
from papermesh_services.server.sharing.turns import Report, offer_to_bytes, turn_from_bytes

if TYPE_CHECKING:
    from papermesh_services.documents.sharing import Turn


class Line(Protocol):
    """The way to the server."""

    def send(self, kind: bytes, data: bytes) -> None:
        """Sends one message."""

    def ask(self, kind: bytes, data: bytes) -> bytes:
        """Sends one message and waits for its answer."""


class AskingSharers:
    """Sharers that are found and led by the server."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def share(self, pages: range) -> None:
        """See documents.sharing.Sharers."""
        self._line.send(SHARE, offer_to_bytes(pages))

    def next(self, done: int, records: bytes = b"") -> Turn | None:
        """See documents.sharing.Sharers."""
        return turn_from_bytes(self._line.ask(TURN, Report(done, records).to_bytes()))

    def end(self) -> None:
        """See documents.sharing.Sharers."""
        self._line.send(ENOUGH, b"")
