"""The seam between the gRPC server and the ways to reach a legacy server.

`http` and `stream` implement it; the server knows nothing else of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from papermesh_bridge.expose.messages import Reply, Request


class Legacy(Protocol):
    """A legacy JSON-RPC server. Is started and closed once each, on one event loop."""

    def start(self, on_change: Callable[[bool], None]) -> None:
        """Begins to reach the server, in the background; `on_change` is told whenever it is reached or lost."""

    async def call(self, request: Request) -> Reply:
        """Sends a request, and gives its answer. Raises CallError.

        Who is cancelled here has given the call up: the server is told where that is wanted, and what it still
        answers is dropped.
        """

    async def close(self) -> None:
        """Ends every connection, and the child process if there is one."""
