"""One peer's state: its messages and calls in work, what it no longer wants, and the answers of a batch.

Pure bookkeeping. It waits for nothing and starts nothing; whoever does asks it whether more may be taken.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from papermesh_bridge import jsonrpc

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from papermesh_bridge.jsonrpc import Id


class Cancellation:
    """Whether a call is still wanted."""

    __slots__ = ("_tell", "requested")

    def __init__(self) -> None:
        self.requested = False
        self._tell: Callable[[], None] | None = None

    def request(self) -> None:
        """Says that the call is not wanted any more."""
        told = self._tell if not self.requested else None
        self.requested = True
        if told is not None:
            told()

    def tell(self, whom: Callable[[], None] | None) -> None:
        """Has this called once the call is not wanted any more; None has nobody told."""
        self._tell = whom


def once_all(cancellations: Sequence[Cancellation]) -> Cancellation:
    """Gives a cancellation that is requested once every one of these is."""
    whole = Cancellation()
    missing = {id(each) for each in cancellations if not each.requested}
    whole.requested = not missing

    def tell(which: int) -> None:
        missing.discard(which)
        if not missing:
            whole.request()

    for each in cancellations:
        each.tell(functools.partial(tell, id(each)))
    return whole


class Session:
    """How many of a peer's messages are in work, whether it may send more, and which of its calls run.

    A message is begun, then read (its calls are known from then on), then ended.
    """

    def __init__(self, *, max_in_flight: int) -> None:
        self._max_in_flight = max_in_flight
        self._in_flight = 0
        self._unread = 0
        self._closing = False
        self._calls: dict[str, list[Cancellation]] = {}
        self._early: dict[str, None] = {}

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
        self._unread += 1

    def read(self) -> None:
        """Says that the calls of a message are known."""
        self._unread -= 1
        if not self._unread:
            self._early.clear()

    def end(self) -> None:
        """Counts a message as done."""
        if self._in_flight == 0:
            raise RuntimeError("a message ended that had not begun")
        self._in_flight -= 1

    def close(self) -> None:
        """Takes no more messages; those in work may finish."""
        self._closing = True

    def enter(self, identity: Id) -> Cancellation:
        """Keeps a call, so that its caller can cancel it."""
        key = jsonrpc.id_key(identity)
        cancellation = Cancellation()
        cancellation.requested = key in self._early
        self._calls.setdefault(key, []).append(cancellation)
        return cancellation

    def leave(self, identity: Id, cancellation: Cancellation) -> None:
        """Forgets a call that is done."""
        key = jsonrpc.id_key(identity)
        calls = self._calls[key]
        calls.remove(cancellation)
        if not calls:
            del self._calls[key]

    def cancel(self, identity: Id | float) -> None:
        """Cancels the calls of this id. One whose message is still being read is cancelled when it is known."""
        key = jsonrpc.id_key(identity)
        for cancellation in self._calls.get(key, ()):
            cancellation.request()
        # A large message is read in a thread, and what was sent after it may be known before.
        if self._unread and len(self._early) < self._max_in_flight:
            self._early[key] = None


class Assembly:
    """The answers of a batch, put in as they come and taken out in the order of the requests.

    Answers that no longer fit into the limit are replaced by what `instead` gives for them.
    """

    def __init__(self, size: int, *, max_bytes: int) -> None:
        self._answers: list[bytes | None] = [None] * size
        self._room = max_bytes

    @property
    def full(self) -> bool:
        """Whether no more answers fit."""
        return self._room < 0

    def put(self, index: int, answer: bytes | None, instead: Callable[[], bytes]) -> None:
        """Keeps the encoded answer of the item at this index; None for one that is owed nothing."""
        if answer is not None:
            self._room -= len(answer) + 1
            if self.full:
                answer = instead()
        self._answers[index] = answer

    def join(self) -> bytes | None:
        """Gives the whole answer; None where nothing is owed."""
        return jsonrpc.join([answer for answer in self._answers if answer is not None])
