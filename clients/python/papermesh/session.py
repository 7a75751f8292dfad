"""What both halves of the client stand on: a caller, and the deadline every call gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papermesh.calling import Caller
    from papermesh.rpcs import Request, Response, Rpc


class Session:
    """A caller with a timeout for the calls that name none."""

    def __init__(self, caller: Caller, timeout: float) -> None:
        self._caller = caller
        self._timeout = _checked(timeout)

    async def _call(self, rpc: Rpc[Request, Response], request: Request, timeout: float | None) -> Response:
        return await self._caller.call(rpc, request, timeout=self._timeout if timeout is None else _checked(timeout))


def _checked(timeout: float) -> float:
    if not timeout > 0:
        raise ValueError(f"timeout must be a number of seconds above 0, not {timeout!r}")
    return float(timeout)
