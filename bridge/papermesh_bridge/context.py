"""What goes along with a call besides its params: metadata, its trace, and how long its caller is ready to wait.

Values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from papermesh_bridge.errors import CallError


@dataclass(frozen=True, slots=True)
class CallContext:
    """What one message's calls take along to a backend."""

    metadata: tuple[tuple[str, str | bytes], ...] = ()
    """gRPC metadata; the values of names that end in -bin are bytes."""
    trace: tuple[tuple[str, str], ...] = ()
    """The trace the calls belong to: traceparent and tracestate as their caller wrote them."""
    deadline: float | None = None
    """Until when the caller waits, by `time.monotonic`; None leaves it to the configuration."""
    refusal: CallError | None = None
    """Why none of the calls can be made."""


NO_CONTEXT: Final = CallContext()
