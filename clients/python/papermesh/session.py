"""What both halves of the client stand on: a caller, and the deadline every call gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papermesh.documents import in_pieces, source_fields, streamed_size

if TYPE_CHECKING:
    from papermesh.calling import Caller
    from papermesh.documents import Document
    from papermesh.rpcs import Request, Response, Rpc


class Session:
    """A caller with a timeout for the calls that name none."""

    def __init__(self, caller: Caller, timeout: float) -> None:
        self._caller = caller
        self._timeout = _checked(timeout)

    async def _call(self, rpc: Rpc[Request, Response], request: Request, timeout: float | None) -> Response:
        return await self._caller.call(rpc, request, timeout=self._seconds(timeout))

    async def _about(
        self,
        whole: Rpc[Request, Response],
        pieces: Rpc[Any, Response],
        document: Document,
        timeout: float | None,
        **fields: Any,
    ) -> Response:
        """Makes the call for a document, or the one that takes it in pieces for a large local file."""
        size = await streamed_size(document)
        if not size:
            return await self._call(whole, whole.request(**await source_fields(document), **fields), timeout)
        messages = in_pieces(document, size, pieces.request, **fields)
        return await self._caller.send(pieces, messages, timeout=self._seconds(timeout))

    def _seconds(self, timeout: float | None) -> float:
        return self._timeout if timeout is None else _checked(timeout)


def _checked(timeout: float) -> float:
    if not timeout > 0:
        raise ValueError(f"timeout must be a number of seconds above 0, not {timeout!r}")
    return float(timeout)
