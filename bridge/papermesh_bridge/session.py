"""One peer's state: which of its messages are being worked on, and the answers of a batch until all are there.

Pure bookkeeping. It waits for nothing and starts nothing; whoever does asks it whether more may be taken.
"""

from __future__ import annotations

from papermesh_bridge import jsonrpc


class Session:
    """How many of a peer's messages are in work, and whether it may send more."""

    def __init__(self, *, max_in_flight: int) -> None:
        self._max_in_flight = max_in_flight
        self._in_flight = 0
        self._closing = False

    @property
    def in_flight(self) -> int:
        """How many messages are being worked on."""
        return self._in_flight

    @property
    def may_read(self) -> bool:
        """Whether another message may be taken now."""
        return not self._closing and self._in_flight < self._max_in_flight

    @property
    def closing(self) -> bool:
        """Whether no more messages are taken at all."""
        return self._closing

    def begin(self) -> None:
        """Counts a message as being worked on."""
        if not self.may_read:
            raise RuntimeError("a message was taken that may_read did not allow")
        self._in_flight += 1

    def end(self) -> None:
        """Counts a message as done."""
        if self._in_flight == 0:
            raise RuntimeError("a message ended that had not begun")
        self._in_flight -= 1

    def close(self) -> None:
        """Takes no more messages; those in work may finish."""
        self._closing = True


class Assembly:
    """The answers of a batch, put in as they come and taken out in the order of the requests."""

    def __init__(self, size: int) -> None:
        self._answers: list[bytes | None] = [None] * size

    def put(self, index: int, answer: bytes | None) -> None:
        """Keeps the encoded answer of the item at this index; None for one that is owed nothing."""
        self._answers[index] = answer

    def join(self) -> bytes | None:
        """Gives the whole answer; None where nothing is owed."""
        return jsonrpc.join([answer for answer in self._answers if answer is not None])
