"""A span for each call, in the trace of its caller, which goes on into the backend.

Only the API of OpenTelemetry is used: without an SDK in the process there are no spans, and a caller's trace goes
through as it came. Attributes say what was called and how it ended, in bounded words; never params, results, metadata
or the text of an error.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from papermesh_bridge.errors import STATUS_NAMES
from papermesh_bridge.jsonrpc import ExactNumber

if TYPE_CHECKING:
    from opentelemetry.trace import Span, TracerProvider

    from papermesh_bridge.context import CallContext
    from papermesh_bridge.errors import CallError
    from papermesh_bridge.jsonrpc import Call

SYSTEM: Final = "jsonrpc"
OTHER: Final = "_OTHER"
_MAX_CHARACTERS: Final = 128
_NO_PARENT: Final = Context()
_PROPAGATOR: Final = TraceContextTextMapPropagator()


class Tracing:
    """Traces the calls of a bridge. Implements `watching.Tracer`."""

    def __init__(self, version: str, provider: TracerProvider | None = None) -> None:
        # The provider of the process, where none is given, is asked for each span: it may be set later.
        self._tracer = trace.get_tracer("papermesh_bridge", version, provider)

    def begin(self, call: Call, method: str | None, context: CallContext) -> tuple[CallSpan | None, CallContext]:
        """Begins the span of a call. Gives what ends it, if there is one, and what the call takes along."""
        parent = _PROPAGATOR.extract(dict(context.trace)) if context.trace else _NO_PARENT
        span = self._tracer.start_span(
            method or SYSTEM, context=parent, kind=SpanKind.SERVER, attributes=_attributes(call, method)
        )
        ours = span.get_span_context()
        if ours is trace.get_current_span(parent).get_span_context() or not ours.is_valid:
            return None, replace(context, metadata=context.metadata + context.trace) if context.trace else context
        carrier: dict[str, str] = {}
        _PROPAGATOR.inject(carrier, trace.set_span_in_context(span, parent))
        return CallSpan(span), replace(context, metadata=(*context.metadata, *carrier.items()))


@dataclass(frozen=True, slots=True)
class CallSpan:
    """The span of one call. Implements `watching.Watch`."""

    _span: Span

    def end(self, fault: CallError | None) -> None:
        """Ends the span, and says how the call has failed if it has."""
        if fault is not None:
            code = str(fault.code)
            self._span.set_attributes({"rpc.response.status_code": code, "error.type": code})
            known = 0 <= fault.status < len(STATUS_NAMES)
            self._span.set_status(Status(StatusCode.ERROR, STATUS_NAMES[fault.status] if known else None))
        self._span.end()

    def forget(self) -> None:
        """Lets go of the span: one that never ends is never exported."""


def _attributes(call: Call, method: str | None) -> dict[str, str]:
    found = {"rpc.system.name": SYSTEM, "rpc.method": method or OTHER, "jsonrpc.protocol.version": "2.0"}
    if call.method != method:
        found["rpc.method_original"] = call.method[:_MAX_CHARACTERS]
    if call.id is not None:
        identity = call.id.text if isinstance(call.id, ExactNumber) else str(call.id)
        found["jsonrpc.request.id"] = identity[:_MAX_CHARACTERS]
    return found
