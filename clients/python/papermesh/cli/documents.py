"""What classify, analyze and extract have in common: many files through one service, answers as they come.

A file that fails is told in one line on standard error and does not stop the others.
"""

from __future__ import annotations

import asyncio
import signal
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from google.protobuf.message import Message

from papermesh.cli.exits import CommandFailed, Exit
from papermesh.cli.inputs import Input, document_of, inputs_of
from papermesh.cli.mesh import connected
from papermesh.cli.report import JsonList, error_json, message_json
from papermesh.cli.screen import Screen
from papermesh.cli.visible import file_name
from papermesh.cli.work import ordered
from papermesh.documents import unreadable
from papermesh.errors import DeadlineExceeded, PapermeshError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from papermesh.cli.options import WorkOptions
    from papermesh.client import Client, ServiceName
    from papermesh.documents import Document

Answer = TypeVar("Answer", bound=Message)
AnswerIn = TypeVar("AnswerIn", bound=Message, contravariant=True)

USUAL_DOCUMENT_BYTES: Final = 64 * 1024 * 1024
"""The largest document a service takes unless it is set up otherwise."""
OF_THE_COMMAND: Final = frozenset({"INVALID_OPTIONS", "UNKNOWN_CATEGORY"})
"""The reasons for which every file would fail in the same way."""


class View(Protocol[AnswerIn]):
    """Shows answers to people, one after the other."""

    def show(self, name: str, answer: AnswerIn) -> None:
        """Shows the answer for one file; the name is safe to print."""
        ...

    def end(self) -> None:
        """Shows what there is to say after the last one: nothing, unless a view has something."""
        return


@dataclass(frozen=True, slots=True)
class Job(Generic[Answer]):
    """What is to be done with each file: by which service, by which call, and how the answer is shown.

    view is made for the screen and the names of all files.
    """

    service: ServiceName
    call: Callable[[Client, Document], Awaitable[Answer]]
    view: Callable[[Screen, Sequence[str]], View[Answer]]


def run(job: Job[Answer], arguments: Sequence[str], options: WorkOptions) -> int:
    """Does the job for the files that arguments name. Returns the exit code; raises CommandFailed."""
    inputs = inputs_of(arguments, options.timeout)
    return asyncio.run(until_terminated(_Run(job, inputs, options).done()))


async def until_terminated(work: Awaitable[int]) -> int:
    """Does the work; SIGTERM ends it as Ctrl-C does, with everything that was started stopped."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    terminated = False

    def terminate() -> None:
        nonlocal terminated
        terminated = True
        task.cancel()

    loop.add_signal_handler(signal.SIGTERM, terminate)
    try:
        return await task
    except asyncio.CancelledError:
        if terminated:
            raise CommandFailed("terminated", Exit.TERMINATED) from None
        raise
    finally:
        loop.remove_signal_handler(signal.SIGTERM)


class _Run(Generic[Answer]):
    """One run of a job over its inputs."""

    def __init__(self, job: Job[Answer], inputs: Sequence[Input], options: WorkOptions) -> None:
        self._job = job
        self._inputs = inputs
        self._options = options
        self._screen = Screen()
        self._json = JsonList() if options.as_json else None
        self._view = job.view(self._screen, [file_name(each.name) for each in inputs])
        self._code = Exit.OK

    async def done(self) -> int:
        """Does the job for every input. Returns the exit code."""
        try:
            await self._all()
        except BaseException:
            if self._json and self._json.begun:
                self._json.close()  # what was printed stays a whole list
            raise
        if self._json:
            self._json.close()
        return self._code

    async def _all(self) -> None:
        if all(each.error for each in self._inputs):
            for each in self._inputs:
                self._failed(each, each.error or PapermeshError())
        else:
            async with connected(self._job.service, self._options) as client:
                await self._work(client)

    async def _work(self, client: Client) -> None:
        max_bytes = await max_document_bytes(client, self._job.service)

        async def attempt(given: Input) -> Answer | PapermeshError:
            try:
                document = await asyncio.to_thread(document_of, given, max_bytes)
                return await self._job.call(client, document)
            except PapermeshError as error:
                return error
            except OSError as error:  # of a large file, which is read while it is sent
                return unreadable(error)

        async with aclosing(ordered(self._inputs, attempt, self._options.jobs)) as results:
            with self._screen.progress(len(self._inputs), others_print=bool(self._json)) as advance:
                async for given, outcome in results:
                    self._told(given, outcome)
                    advance()
        if not self._json:
            self._view.end()

    def _told(self, given: Input, outcome: Answer | PapermeshError) -> None:
        if isinstance(outcome, PapermeshError):
            self._failed(given, outcome)
        else:
            self._answered(given, outcome)

    def _answered(self, given: Input, answer: Answer) -> None:
        if self._json:
            self._json.add({"file": given.name, "result": message_json(answer)})
        else:
            name = file_name(given.name)
            self._view.show(name, answer)
            if why := unread(answer):
                self._screen.error(name, why)

    def _failed(self, given: Input, error: PapermeshError) -> None:
        if error.reason in OF_THE_COMMAND:
            raise CommandFailed(in_words(error, self._options), Exit.USAGE)
        self._code = max(self._code, Exit.UNREACHABLE if isinstance(error, Unavailable) else Exit.FAILED)
        if self._json:
            self._json.add({"file": given.name, "error": error_json(error)})
        self._screen.error(file_name(given.name), in_words(error, self._options))


async def max_document_bytes(client: Client, service: ServiceName) -> int:
    """What the service takes; the usual limit where it is too busy to say, since it holds the limit itself too."""
    try:
        info = await (client.classification_info() if service == "classification" else client.quality_info())
    except PapermeshError:
        return USUAL_DOCUMENT_BYTES
    return info.limits.max_document_bytes


def in_words(error: PapermeshError, options: WorkOptions) -> str:
    """The line that tells an error to people."""
    if isinstance(error, DeadlineExceeded) and not error.reason:
        return f"It took longer than {options.timeout:g} s. Give it more time with --timeout."
    if error.reason == "PROCESSING_TIMEOUT":
        return f"{error} The deadline of this command is its --timeout, {options.timeout:g} s."
    if isinstance(error, Unavailable) and not error.reason:
        return f"The service at {error.address} went away ({error.message}). Start it again."
    if "codes" in error.metadata:
        return f"{error}: {error.metadata['codes']}"
    return str(error)


def unread(answer: Message) -> str:
    """The line that tells why an answer rests on a part of its document; "" where it rests on all of it."""
    detail = getattr(answer, "status_detail", "")
    return in_part(detail) if detail or getattr(answer, "partial", False) else ""


def in_part(detail: str) -> str:
    """The line for a document of which a part alone was read, with what its service says of that."""
    return f"Read in part. {detail}".rstrip()
