"""One call to be made, with what its message says of it, and how its answer is written.

Values only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from papermesh_bridge import jsonrpc
from papermesh_bridge.jsonrpc import Call, Failure, Success

if TYPE_CHECKING:
    from papermesh_bridge.context import CallContext
    from papermesh_bridge.errors import CallError
    from papermesh_bridge.handler import Caller
    from papermesh_bridge.session import Cancellation


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """One call to be made, and what its message says of it."""

    call: Call
    caller: Caller
    context: CallContext
    large: bool
    """Whether its message was so large that the params are read in a thread."""
    cancellation: Cancellation | None = None
    """By which its caller can cancel it; None where nobody can."""

    @property
    def unwanted(self) -> bool:
        """Whether its caller has cancelled it."""
        return self.cancellation is not None and self.cancellation.requested

    def failure(self, fault: CallError) -> bytes:
        """Writes the answer that the call has failed."""
        return jsonrpc.encode(Failure(self.call.id, fault.to_object()))

    def success(self, result: Any) -> bytes:
        """Writes the answer with its result."""
        return jsonrpc.encode(Success(self.call.id, result))
