"""papermesh extract --out: many documents into a folder, several at a time, and again from where it was left.

A file that fails is told and does not stop the others. Nothing is held of a file once its output is written.
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from papermesh.classification.v1 import classification_pb2 as pb
from papermesh.cli.documents import in_part, in_words, max_document_bytes, until_terminated
from papermesh.cli.exits import CommandFailed, Exit
from papermesh.cli.inputs import STDIN, Input, document_of, inputs_of
from papermesh.cli.mesh import connected
from papermesh.cli.outputs import Entry, Outputs, Target, collision
from papermesh.cli.report import JsonList, error_json, message_json
from papermesh.cli.screen import Screen
from papermesh.cli.summary import Summary
from papermesh.cli.visible import file_name
from papermesh.cli.work import ordered
from papermesh.documents import unreadable
from papermesh.errors import PapermeshError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from papermesh.cli.options import WorkOptions
    from papermesh.client import Client

Format: TypeAlias = Literal["text", "json"]

_WHOLE: Final = ("EXTRACTION_STATUS_OK", "EXTRACTION_STATUS_UNSPECIFIED")
"""The statuses of a document that was read to its end; older services give none."""
_FACTS: Final = ("status", "status_detail", "text_length", "extraction_method", "language", "metadata")
SUFFIXES: Final[dict[Format, str]] = {"text": ".txt", "json": ".json"}
"""What is added to the whole name of a file, so that a.pdf and a.docx do not get in each other's way."""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How a batch is written. overwrite: also what is there already."""

    out: Path
    format: Format
    overwrite: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One file of a batch and where its output goes; error where it cannot have one."""

    given: Input
    target: Target
    error: PapermeshError | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a file: the entry of its output, and whether that was there already."""

    entry: Entry
    unchanged: bool = False


def run(arguments: Sequence[str], batch: BatchOptions, options: WorkOptions) -> int:
    """Extracts the documents that arguments name into a folder. Returns the exit code; raises CommandFailed."""
    items = list(_items(arguments, batch, options.timeout))
    with Outputs(batch.out, overwrite=batch.overwrite) as outputs:
        return asyncio.run(until_terminated(_Batch(items, outputs, batch, options).done()))


def _items(arguments: Sequence[str], batch: BatchOptions, timeout: float) -> Iterator[Item]:
    """Every file with its place: below a folder that is named as it is there, otherwise under its own name."""
    out = os.path.realpath(batch.out)
    taken: set[str] = set()
    for argument in arguments:
        if argument == STDIN:
            raise CommandFailed("Standard input has no name to be written under; give files with --out.", Exit.USAGE)
        folder = os.path.isdir(argument)  # noqa: PTH112  a path of "" would be the current folder
        if folder and os.path.realpath(argument) == out:
            raise CommandFailed(f"{argument} cannot be both read and written to; give another --out.", Exit.USAGE)
        for given in inputs_of([argument], timeout):
            if folder and _is_below(given.name, out):
                continue
            name = os.path.relpath(given.name, argument) if folder else Path(given.name).name
            target = Target(given.name, name + SUFFIXES[batch.format])
            yield Item(given, target, given.error or (collision(target) if target.output in taken else None))
            taken.add(target.output)


def _is_below(name: str, folder: str) -> bool:
    """Whether a file lies in the folder of the outputs, which may be one of those that are read."""
    return Path(os.path.realpath(Path(name).parent)).is_relative_to(folder)


class _Batch:
    """One run over its files."""

    def __init__(self, items: Sequence[Item], outputs: Outputs, batch: BatchOptions, options: WorkOptions) -> None:
        self._items = items
        self._outputs = outputs
        self._batch = batch
        self._options = options
        self._screen = Screen()
        self._json = JsonList() if options.as_json else None
        self._summary = Summary()
        self._unreachable = False
        self._max_bytes = 0

    async def done(self) -> int:
        """Does every file, and tells what became of them. Returns the exit code."""
        try:
            known = [await asyncio.to_thread(self._known, item) for item in self._items]
            if all(known):
                await self._all(known, None)
            else:
                async with connected("classification", self._options) as client:
                    self._max_bytes = await max_document_bytes(client, "classification")
                    await self._all(known, client)
        finally:
            if self._json:
                self._json.close()  # what was printed stays a whole list
            else:
                self._summary.show(self._screen)
        if self._unreachable:
            return Exit.UNREACHABLE
        return Exit.FAILED if self._summary.failed else Exit.OK

    async def _all(self, known: Sequence[Made | PapermeshError | None], client: Client | None) -> None:
        async def attempt(pair: tuple[Item, Made | PapermeshError | None]) -> Made | PapermeshError:
            item, outcome = pair
            if outcome or client is None:
                return outcome or PapermeshError()
            try:
                return await self._made(client, item)
            except PapermeshError as error:
                return error

        pairs = zip(self._items, known, strict=True)
        async with aclosing(ordered(pairs, attempt, self._options.jobs)) as results:
            with self._screen.progress(len(self._items), others_print=bool(self._json)) as advance:
                async for (item, _), outcome in results:
                    if isinstance(outcome, PapermeshError):
                        self._failed(item, outcome)
                    else:
                        self._told(item, outcome)
                    advance()

    def _known(self, item: Item) -> Made | PapermeshError | None:
        """What can be told of a file without a service; None where it is to be read."""
        try:
            entry = None if item.error else self._outputs.done(item.target)
        except PapermeshError as error:
            return error
        except OSError as error:
            return unreadable(error)
        return item.error or (Made(entry, unchanged=True) if entry else None)

    async def _made(self, client: Client, item: Item) -> Made:
        try:
            status = await asyncio.to_thread(Path(item.given.name).stat)
            document = await asyncio.to_thread(document_of, item.given, self._max_bytes)
            everything = self._batch.format == "json"
            answer = await client.extract(document, blocks=everything, traits=everything, page_facts=everything)
        except OSError as error:
            raise unreadable(error) from error
        return Made(await asyncio.to_thread(self._written, item.target, answer, status))

    def _written(self, target: Target, answer: pb.ExtractTextResponse, status: os.stat_result) -> Entry:
        return self._outputs.write(target, contents(answer, self._batch.format), status, facts_of(answer))

    def _told(self, item: Item, made: Made) -> None:
        name, facts = file_name(item.given.name), made.entry.facts
        output = str(self._batch.out / made.entry.output)
        outcome = "unchanged" if made.unchanged else "extracted"
        if facts["status"] in _WHOLE:
            self._summary.count(outcome)
        else:
            reason = facts["status"].removeprefix("EXTRACTION_STATUS_")
            self._summary.count_part(outcome, reason, name, facts["status_detail"])
            if not self._json:
                self._screen.error(name, in_part(facts["status_detail"]))
        if self._json:
            self._json.add({"file": item.given.name, "output": output, "unchanged": made.unchanged, "result": facts})
        elif not self._screen.has_bar and not made.unchanged:
            self._screen.line(f"{name} -> {file_name(output)}")

    def _failed(self, item: Item, error: PapermeshError) -> None:
        self._unreachable |= isinstance(error, Unavailable)
        name, message = file_name(item.given.name), in_words(error, self._options)
        self._summary.count_failure(error.reason or error.code.name, name, message)
        if self._json:
            self._json.add({"file": item.given.name, "error": error_json(error)})
        self._screen.error(name, message)


def contents(answer: pb.ExtractTextResponse, form: Format) -> bytes:
    """The bytes of an output."""
    if form == "json":
        return json.dumps(message_json(answer), ensure_ascii=False, indent=1).encode() + b"\n"
    text = answer.text_content
    return (text if text.endswith("\n") else text + "\n").encode()


def facts_of(answer: pb.ExtractTextResponse) -> dict[str, Any]:
    """What the journal keeps of an answer: everything but the text and what stands in it."""
    short = pb.ExtractTextResponse(
        text_length=answer.text_length,
        extraction_method=answer.extraction_method,
        language=answer.language,
        metadata=answer.metadata,
        status=answer.status,
        status_detail=answer.status_detail,
    )
    facts = message_json(short)
    return {name: facts[name] for name in _FACTS}
