"""One byte stream to a legacy server: requests out, answers in, in any order, matched by id.

Knows nothing of how the stream was opened, and never opens another.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from papermesh_bridge.content_length import ContentLengthFramer
from papermesh_bridge.errors import CallError, MethodNotFound
from papermesh_bridge.expose import messages
from papermesh_bridge.expose.faults import AnswerTooLarge, BadAnswer, LegacyLost
from papermesh_bridge.expose.messages import Reply, Unusable
from papermesh_bridge.framing import Frame, FrameEvent, JsonFramer, Refusal
from papermesh_bridge.jsonrpc import Call, Failure, Success, encode

if TYPE_CHECKING:
    from papermesh_bridge.expose.config import ExposeLimits
    from papermesh_bridge.expose.messages import Request
    from papermesh_bridge.framing import Framer
    from papermesh_bridge.jsonrpc import Id

_logger = logging.getLogger(__name__)
_READ_BYTES: Final = 64 * 1024
# What the peer has not read of notifications and refusals, which nobody waits to have sent.
_MAX_UNREAD_BYTES: Final = 1024 * 1024


class Link:
    """A connection, and the calls that wait for an answer on it."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        limits: ExposeLimits,
        framing: str,
        *,
        sends_cancel: bool,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._limits = limits
        self._framing = framing
        self._sends_cancel = sends_cancel
        self._framer = _framer(framing, limits)
        self._last = 0
        self._waiting: dict[int, asyncio.Future[Reply]] = {}
        self._writing = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None
        self.has_answered = False

    async def run(self) -> None:
        """Takes answers until the stream ends, breaks or is dropped; the calls that still wait are told then."""
        self._reading = asyncio.create_task(self._read())
        try:
            await asyncio.wait([self._reading])
            if not self._reading.cancelled():
                self._reading.result()
        finally:
            self.drop()
            await asyncio.gather(self._reading, return_exceptions=True)

    def drop(self) -> None:
        """Ends the stream at once; calls that still wait are told that it was lost."""
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            if not answer.done():
                answer.set_exception(LegacyLost())
        self._writer.transport.abort()  # closing would wait for a peer that does not read
        if self._reading is not None:
            self._reading.cancel()

    async def _read(self) -> None:
        try:
            while data := await self._reader.read(_READ_BYTES):
                await self._take(self._framer.feed(data))
            await self._take(self._framer.finish())
        except OSError as fault:
            _logger.info("the connection to the legacy server broke: %s", fault)

    async def call(self, request: Request) -> Reply:
        """Sends a request, and gives its answer. Raises CallError."""
        self._last += 1
        number = self._last
        message = messages.framed(request.with_id(number), self._framing)
        sent = False
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with self._writing:
                sent = True
                await self._write(message)
            del message  # it may be large, and is not needed while the call runs
            return await answer
        except asyncio.CancelledError:
            if sent and self._sends_cancel:
                self._tell(messages.write_cancel(number))
            raise
        finally:
            self._waiting.pop(number, None)
            if not answer.cancel() and not answer.cancelled():
                answer.exception()  # seen, even where the write had failed already

    async def _write(self, message: bytes) -> None:
        if self._writer.is_closing():
            raise LegacyLost
        try:
            self._writer.write(message)
            async with asyncio.timeout(self._limits.write_idle_seconds) as idle:
                await self._writer.drain()
        except OSError as fault:
            if isinstance(fault, TimeoutError) and idle.expired():
                _logger.warning("the legacy server does not read its requests; its connection is given up")
            self.drop()
            raise LegacyLost from None

    def _tell(self, message: bytes) -> None:
        """Sends what nothing waits for, unless the peer does not read."""
        transport = self._writer.transport
        if not transport.is_closing() and transport.get_write_buffer_size() < _MAX_UNREAD_BYTES:
            self._writer.write(messages.framed(message, self._framing))

    async def _take(self, events: list[FrameEvent]) -> None:
        for event in events:
            if isinstance(event, Frame):
                await self._message(event.data)
            else:
                self._refused(event.reason)

    async def _message(self, data: bytes) -> None:
        depth = self._limits.max_depth
        large = len(data) > self._limits.offload_bytes
        if large:
            message = await asyncio.to_thread(messages.read, data, max_depth=depth)
        else:
            message = messages.read(data, max_depth=depth)
        if isinstance(message, Success | Failure):
            self._answered(Reply(message, len(data)))
        elif isinstance(message, Call):
            self._asked(message)
        else:
            self._unusable(message)

    def _answered(self, reply: Reply) -> None:
        number = reply.outcome.id
        answer = self._find(number)
        if answer is not None:
            self.has_answered = True
            if not answer.done():
                answer.set_result(reply)
        elif isinstance(reply.outcome, Failure) and number is None:
            # It could not read the id; which call it speaks of is known only where there is but one.
            self._only_one(reply, "an error without an id")
        elif not self._was_issued(number):
            self._only_one(BadAnswer("its id is that of no call"), "an answer with an id that was never given")

    def _find(self, number: Id) -> asyncio.Future[Reply] | None:
        is_number = isinstance(number, int) and not isinstance(number, bool)
        return self._waiting.get(number) if is_number else None  # type: ignore[arg-type]

    def _was_issued(self, number: Id) -> bool:
        """Whether it is the id of a call that was given up: its late answer is dropped."""
        return isinstance(number, int) and 0 < number <= self._last

    def _asked(self, call: Call) -> None:
        """Answers a request of the server's own, which it might wait for; its notifications are for nobody here."""
        if not call.notification:
            told = "the caller of this server offers no methods"
            self._tell(encode(Failure(call.id, MethodNotFound(call.method[:128], told).to_object())))

    def _unusable(self, message: Unusable) -> None:
        answer = self._find(message.id)
        if answer is not None and not answer.done():
            answer.set_exception(BadAnswer(message.why))
        elif message.noise:
            _logger.warning("the legacy server wrote a line that is no JSON among its answers; it is skipped")
        else:
            self._only_one(BadAnswer(message.why), f"a message that cannot be used: {message.why}")

    def _refused(self, reason: Refusal) -> None:
        if reason is Refusal.TOO_LARGE:
            self._only_one(AnswerTooLarge(self._limits.max_answer_bytes), "an answer over max_answer_bytes")
        elif reason is not Refusal.CUT_OFF:  # that comes with the end of the stream, which all are told of
            self._only_one(BadAnswer(f"its framing is broken ({reason.value})"), f"a message with a {reason.value}")

    def _only_one(self, outcome: Reply | CallError, what: str) -> None:
        """Gives the outcome to the only call that waits; where there are more, it cannot be known whose it is."""
        waiting = [each for each in self._waiting.values() if not each.done()]
        if len(waiting) != 1:
            _logger.warning("the legacy server sent %s, and %d calls wait for answers", what, len(waiting))
        elif isinstance(outcome, CallError):
            _logger.warning("the legacy server sent %s", what)
            waiting[0].set_exception(outcome)
        else:
            waiting[0].set_result(outcome)


def _framer(framing: str, limits: ExposeLimits) -> Framer:
    if framing == "content-length":
        return ContentLengthFramer(max_bytes=limits.max_answer_bytes, max_header_bytes=limits.max_header_bytes)
    return JsonFramer(max_bytes=limits.max_answer_bytes, max_depth=limits.max_depth)
