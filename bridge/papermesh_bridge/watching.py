"""What watches the calls of an endpoint while they are made: the seams for metrics and traces, which `dispatch` calls.

Knows neither Prometheus nor OpenTelemetry, and changes nothing but what a call takes along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from papermesh_bridge.errors import CallCancelled, CallError, InternalFault

if TYPE_CHECKING:
    from types import TracebackType

    from papermesh_bridge.context import CallContext
    from papermesh_bridge.jsonrpc import Call


class Watch(Protocol):
    """Watches one call."""

    def end(self, fault: CallError | None) -> None:
        """Says that the call has ended, and how it has failed if it has."""

    def forget(self) -> None:
        """Says that the call was not made after all, and will begin again."""


class Observer(Protocol):
    """Counts what one endpoint does. `method` is always the name of something known, or None."""

    def received(self, size: int) -> None:
        """Says that a message of this many bytes has come."""

    def batch(self, items: int) -> None:
        """Says that a message was a batch of this many items."""

    def answered(self, size: int) -> None:
        """Says that a message was given an answer of this many bytes."""

    def refused(self, code: int) -> None:
        """Says that what came was no call, and was given this JSON-RPC code."""

    def begin(self, method: str | None) -> Watch:
        """Says that a call begins."""


class Tracer(Protocol):
    """Traces calls."""

    def begin(self, call: Call, method: str | None, context: CallContext) -> tuple[Watch | None, CallContext]:
        """Begins the trace of a call. Gives what ends it, if anything does, and what the call takes along."""


class Watcher:
    """Watches the calls of one endpoint."""

    def __init__(self, observer: Observer, tracer: Tracer) -> None:
        self.observer = observer
        self._tracer = tracer

    def call(self, call: Call, method: str | None, context: CallContext) -> Watched:
        """Begins to watch a call; leave the `with` block of what this gives when it has ended.

        `method` is the name of the method if it is known, and None otherwise.
        """
        span, onward = self._tracer.begin(call, method, context)
        return Watched(self.observer.begin(method), span, onward)


@dataclass(slots=True)
class Watched:
    """A call that is being watched."""

    _count: Watch
    _span: Watch | None
    context: CallContext
    """What the call takes along to a backend."""
    fault: CallError | None = None
    """How the call has failed; whoever tells its caller says it here too."""
    _forgotten: bool = False

    def forget(self) -> None:
        """Says that the call was not made after all, and will begin again."""
        self._forgotten = True
        self._count.forget()
        if self._span is not None:
            self._span.forget()

    def __enter__(self) -> Watched:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _: TracebackType | None) -> None:
        if self._forgotten:
            return
        if fault is not None and self.fault is None:
            # What leaves a call besides its own errors is its task's cancellation: its caller has gone.
            self.fault = InternalFault() if isinstance(fault, Exception) else CallCancelled()
        self._count.end(self.fault)
        if self._span is not None:
            self._span.end(self.fault)


class Unobserved:
    """Counts nothing. Implements `Observer` and `Watch`."""

    def received(self, size: int) -> None:
        """Forgets it."""

    def batch(self, items: int) -> None:
        """Forgets it."""

    def answered(self, size: int) -> None:
        """Forgets it."""

    def refused(self, code: int) -> None:
        """Forgets it."""

    def begin(self, method: str | None) -> Watch:  # noqa: ARG002 - as the protocol has it
        """Gives what forgets the end."""
        return self

    def end(self, fault: CallError | None) -> None:
        """Forgets it."""

    def forget(self) -> None:
        """Forgets it."""


UNOBSERVED: Final = Unobserved()
