"""The client for code without an event loop: the same methods, run on a loop in a thread of its own.

Holds no method bodies; each one is the async client's, waited for.
"""

from __future__ import annotations

import asyncio
import threading
from functools import update_wrapper
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, Self, TypeVar, cast

from papermesh.calling import DEFAULT_ADDRESSES, DEFAULT_TIMEOUT, MAX_MESSAGE_BYTES, Caller
from papermesh.client import Client
from papermesh.rpcs import Service

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

    from papermesh.classification.v1 import classification_pb2 as pb
    from papermesh.extraction import Extraction

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def _waited_for(
    method: Callable[Concatenate[Client, Arguments], Coroutine[Any, Any, Result]],
) -> Callable[Concatenate[SyncClient, Arguments], Result]:
    def wait(self: SyncClient, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return self._wait(method(self._client, *args, **kwargs))

    return cast("Callable[Concatenate[SyncClient, Arguments], Result]", update_wrapper(wait, method))


def _iterated(
    method: Callable[Concatenate[Client, Arguments], Extraction],
) -> Callable[Concatenate[SyncClient, Arguments], SyncExtraction]:
    def iterate(self: SyncClient, *args: Arguments.args, **kwargs: Arguments.kwargs) -> SyncExtraction:
        return SyncExtraction(method(self._client, *args, **kwargs), self._wait)

    return cast("Callable[Concatenate[SyncClient, Arguments], SyncExtraction]", update_wrapper(iterate, method))


class Waiting(Protocol):
    """Runs a coroutine to its end, and gives what it returns."""

    def __call__(self, work: Coroutine[Any, Any, Result], /) -> Result:
        """Waits for it."""
        ...


class SyncExtraction:
    """The parts of a text, in order, as an iterator: an Extraction that is waited for, with its head and its end."""

    def __init__(self, parts: Extraction, wait: Waiting) -> None:
        self._parts = parts
        self._wait = wait

    @property
    def head(self) -> pb.ExtractionHead | None:
        """What is known before the text; None until the first part is there."""
        return self._parts.head

    @property
    def end(self) -> pb.ExtractionEnd | None:
        """What is known after the text; None until all parts are there."""
        return self._parts.end

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> pb.TextPart:
        part = self._wait(self._next())
        if part is None:
            raise StopIteration
        return part

    def close(self) -> None:
        """Ends the call, if it is still under way."""
        self._wait(self._parts.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def _next(self) -> pb.TextPart | None:
        return await anext(self._parts, None)


class SyncClient:
    """A client of both services that waits for each answer. Any number of threads may share one.

        with SyncClient() as client:
            print(client.classify("invoice.pdf").category)

    Takes the same arguments as Client and has the same methods.
    """

    def __init__(
        self,
        classification: str = DEFAULT_ADDRESSES[Service.CLASSIFICATION],
        quality: str = DEFAULT_ADDRESSES[Service.QUALITY],
        timeout: float = DEFAULT_TIMEOUT,
        *,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
        caller: Caller | None = None,
    ) -> None:
        self._client = Client(classification, quality, timeout, max_message_bytes=max_message_bytes, caller=caller)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="papermesh-client", daemon=True)
        self._thread.start()

    analyze = _waited_for(Client.analyze)
    analyze_batch = _waited_for(Client.analyze_batch)
    categories = _waited_for(Client.categories)
    check_readability = _waited_for(Client.check_readability)
    classification_info = _waited_for(Client.classification_info)
    classify = _waited_for(Client.classify)
    classify_batch = _waited_for(Client.classify_batch)
    detect_issues = _waited_for(Client.detect_issues)
    extract = _waited_for(Client.extract)
    extract_pages = _iterated(Client.extract_pages)
    health = _waited_for(Client.health)
    quality_info = _waited_for(Client.quality_info)
    quality_metrics = _waited_for(Client.quality_metrics)
    recommend = _waited_for(Client.recommend)
    statistics = _waited_for(Client.statistics)
    update_model = _waited_for(Client.update_model)
    validate_structure = _waited_for(Client.validate_structure)

    def close(self) -> None:
        """Ends the calls under way, closes the connections and ends the thread. Closing twice does nothing."""
        if self._loop.is_closed():
            return
        self._wait(self._client.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()

    def _wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        if self._loop.is_closed():
            work.close()
            raise RuntimeError("this client has been closed; make a new one")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()
            raise
