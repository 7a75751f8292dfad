"""Opens the document a request names by its path, so that the worker gets that one file and no way to any other."""

from __future__ import annotations

import asyncio
import contextlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papermesh_services.documents import DocumentError, open_descriptor
from papermesh_services.server.envelope import FILE_PATH, NotSeen, look, with_filename
from papermesh_services.server.errors import ServiceError, malformed
from papermesh_services.server.sources import DocumentUnread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from papermesh_services.documents import Limits


@dataclass(frozen=True, slots=True)
class Opened:
    """A request, and a descriptor of the file that it names; None where it names none."""

    request: bytes
    descriptor: int | None = None


@contextlib.asynccontextmanager
async def opened(request: bytes, roots: tuple[Path, ...], limits: Limits, seconds: float) -> AsyncIterator[Opened]:
    """Opens what a request names by its path, if it does; the descriptor is good inside the context.

    The request is given the name of the file, where it has no filename. Raises ServiceError: DocumentUnread as
    reading does, RequestInvalid, PROCESSING_TIMEOUT where the file system does not answer.
    """
    found = await _open(request, roots, limits, seconds)
    try:
        yield found
    finally:
        if found.descriptor is not None:
            os.close(found.descriptor)


async def _open(request: bytes, roots: tuple[Path, ...], limits: Limits, seconds: float) -> Opened:
    try:
        envelope = look(request)
    except NotSeen:
        # No message, or one of a thousand parts: in neither case is there a document to be found by a path.
        raise malformed() from None
    if envelope.source != FILE_PATH:
        return Opened(request)
    try:
        file_path = str(envelope.document, "utf-8")
    except UnicodeDecodeError:
        raise malformed() from None
    opening = asyncio.ensure_future(asyncio.to_thread(open_descriptor, file_path, roots, limits))
    try:
        descriptor, name = await asyncio.wait_for(asyncio.shield(opening), seconds)
    except DocumentError as error:
        raise DocumentUnread(error, "file_path") from error
    except TimeoutError:
        opening.add_done_callback(_close)
        raise ServiceError(
            "PROCESSING_TIMEOUT",
            "The file could not be opened before the deadline. Allow more time, or send the bytes as content.",
        ) from None
    except asyncio.CancelledError:
        opening.add_done_callback(_close)
        raise
    return Opened(request if envelope.named else with_filename(request, name), descriptor)


def _close(opening: asyncio.Future[tuple[int, str]]) -> None:
    if not opening.cancelled() and opening.exception() is None:
        os.close(opening.result()[0])
