"""Many calls of one method as one call of the method that takes them together, in bytes.

Pure: requests in, one request out; its response in, an outcome for each out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from papermesh_bridge.errors import INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED, BackendError, SchemaError
from papermesh_bridge.wire import field_head

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from papermesh_bridge.errors import CallError
    from papermesh_bridge.schema import Together
    from papermesh_bridge.transcode import Transcoder

# With these a backend has refused to take calls together, and has begun none of them.
_REFUSALS: Final = (INVALID_ARGUMENT, RESOURCE_EXHAUSTED, UNIMPLEMENTED)


class NotTogether(Exception):
    """The backend takes these calls one by one only."""


def is_refusal(fault: CallError) -> bool:
    """Tells whether the calls must be made one by one because of this answer to all of them."""
    return isinstance(fault, BackendError) and fault.status in _REFUSALS


def request_of(together: Together, requests: Sequence[bytes]) -> bytes:
    """Gives the serialized request that holds these."""
    parts = [part for request in requests for part in (field_head(together.requests, len(request)), request)]
    return b"".join(parts)


def outcomes_of(together: Together, answer: bytes, count: int, transcoder: Transcoder) -> Iterator[Any | BackendError]:
    """Gives the response message or the error of each call, in order. Raises SchemaError."""
    found = getattr(transcoder.parse(answer, together.output), together.results)
    if len(found) != count:
        raise SchemaError(f"a backend answered {count} requests with {len(found)} {together.results}")
    return (_outcome(together, each, transcoder) for each in found)


def chunks(keys: Sequence[Hashable | None], most: int) -> list[tuple[int, ...]]:
    """Puts the indices of equal keys together, so many at the most, by the first of each; those of None stand alone."""
    made: list[tuple[int, ...]] = []
    groups: dict[Hashable, list[int]] = {}
    for index, key in enumerate(keys):
        if key is None:
            made.append((index,))
        else:
            groups.setdefault(key, []).append(index)
    for group in groups.values():
        made += [tuple(group[start : start + most]) for start in range(0, len(group), most)]
    return sorted(made)


def _outcome(together: Together, found: Any, transcoder: Transcoder) -> Any | BackendError:
    if found.HasField(together.error):
        status = getattr(found, together.error)
        return BackendError(status.code, status.message, transcoder.written_details(status))
    if not found.HasField(together.response):
        raise SchemaError("a backend gave neither a response nor an error for one of several requests")
    return getattr(found, together.response)
