"""The folder that a batch writes to: where each output goes, what is there already, and writing that is all or nothing.

A folder of its own in it, .papermesh-extract, has the journal of what was written (one JSON object a line), and the
outputs while they are written. An output is written there first and then moved to its place; its line in the journal
comes in between. So whatever ends the process leaves an output whole or not there, and the next run knows which.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import tempfile
import threading
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self

from papermesh.cli.exits import CommandFailed, Exit
from papermesh.errors import AlreadyExists, PapermeshError, PermissionDenied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

STATE: Final = ".papermesh-extract"
JOURNAL: Final = "journal.jsonl"
UNFINISHED: Final = frozenset({"EXTRACTION_STATUS_PARTIAL_TIMEOUT", "EXTRACTION_STATUS_WORKER_CRASHED"})
"""The statuses of what another run may read better."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What the journal says of one output: what it was made of, and what was found.

    output: its path below the folder. file: the input as it was named. size, modified: those of the input when it was
    read, modified in nanoseconds. written: the bytes of the output. facts: the status, the reader, the metadata and so
    on. source: the whole path of the input; "" in journals that do not have it.
    """

    output: str
    file: str
    size: int
    modified: int
    written: int
    facts: dict[str, Any] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """One output to be made: of which file, and where it goes below the folder."""

    file: str
    output: str


class Outputs:
    """The folder of one run. Use it as a context; one run at a time may have it."""

    def __init__(self, folder: Path, *, overwrite: bool) -> None:
        self._folder = folder
        self._state = folder / STATE
        self._overwrite = overwrite
        self._entries: dict[str, Entry] = {}
        self._noting = threading.Lock()
        self._journal: IO[str]
        self._lock: IO[bytes]

    def __enter__(self) -> Self:
        """Makes the folder if it is not there, and reads the journal. Raises CommandFailed."""
        try:
            self._state.mkdir(parents=True, exist_ok=True)
            self._lock = (self._state / "lock").open("wb")
            _lock(self._lock, self._folder)
            for left in self._state.glob("*.part"):  # by a run that was killed
                left.unlink()
            self._entries = dict(_read(self._state / JOURNAL))
            # Written anew, so that it does not grow from run to run.
            fresh = self._state / "journal.part"
            fresh.write_text("".join(map(_line, self._entries.values())), encoding="utf-8")
            fresh.replace(self._state / JOURNAL)
            self._journal = (self._state / JOURNAL).open("a", encoding="utf-8")
        except OSError as error:
            message = f"Cannot write to {self._folder}: {error.strerror or error}."
            raise CommandFailed(message, Exit.FAILED) from error
        return self

    def __exit__(self, *_: object) -> None:
        self._journal.close()
        self._lock.close()

    def done(self, target: Target) -> Entry | None:
        """What the journal says of an output that need not be made again; None where it is to be made.

        Raises PapermeshError where something else is in its place, OSError where the input cannot be looked at.
        """
        entry = self._entries.get(target.output)
        place = self._folder / target.output
        if self._overwrite or not os.path.lexists(place):
            return None
        if entry is None:
            message = f"{place} is there already, and not by this command. Move it away, or give --overwrite."
            raise AlreadyExists(message, reason="OUTPUT_EXISTS")
        if not _is_of(entry, target.file):
            message = (
                f"{place} was made of {entry.source or entry.file}. Give another --out, or --overwrite to replace it."
            )
            raise AlreadyExists(message, reason="OUTPUT_OF_ANOTHER")
        status = Path(target.file).stat()
        same = (status.st_size, status.st_mtime_ns) == (entry.size, entry.modified)
        whole = place.stat().st_size == entry.written and entry.facts.get("status") not in UNFINISHED
        return entry if same and whole else None

    def write(self, target: Target, data: bytes, status: os.stat_result, facts: dict[str, Any]) -> Entry:
        """Writes an output, all of it or nothing. Raises PapermeshError.

        status: that of the input before it was read. facts: what the journal is to keep.
        """
        size, modified = status.st_size, status.st_mtime_ns
        source = os.path.abspath(target.file)  # noqa: PTH100  a link is one file, wherever it leads by then
        entry = Entry(target.output, target.file, size, modified, len(data), facts, source)
        try:
            self._write(self._folder / target.output, data, lambda: self._note(entry))
        except OSError as error:
            message = f"The output {self._folder / target.output} cannot be written: {error.strerror or error}."
            raise PermissionDenied(message, reason="OUTPUT_UNWRITABLE") from error
        return entry

    def _write(self, place: Path, data: bytes, note: Callable[[], None]) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._state, suffix=".part", delete=False) as part:
            try:
                part.write(data)
                part.close()
                Path(part.name).chmod(0o666 & ~_UMASK)
                note()
                Path(part.name).replace(place)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise

    def _note(self, entry: Entry) -> None:
        with self._noting:
            self._journal.write(_line(entry))
            self._journal.flush()
            self._entries[entry.output] = entry


def collision(target: Target) -> PapermeshError:
    """The error of a second input with the same output."""
    message = f"Another file of this run is written to {target.output} already. Give each another --out."
    return AlreadyExists(message, reason="OUTPUT_COLLIDES")


def _is_of(entry: Entry, file: str) -> bool:
    """Whether an output was made of this file, by whichever path it is named now."""
    if (entry.source or entry.file) in {file, os.path.abspath(file)}:  # noqa: PTH100  as when it was written
        return True
    with contextlib.suppress(OSError):  # what it was made of is gone
        return os.path.samefile(entry.source or entry.file, file)  # noqa: PTH121  these are strings
    return False


def _lock(lock: IO[bytes], folder: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        message = f"Another extract writes to {folder} just now. Wait for it, or give another --out."
        raise CommandFailed(message, Exit.FAILED) from None


def _line(entry: Entry) -> str:
    return json.dumps(asdict(entry)) + "\n"


def _read(journal: Path) -> Iterator[tuple[str, Entry]]:
    """The entries of a journal, the latest of each output last. A line that is none is left out."""
    with contextlib.suppress(FileNotFoundError), journal.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            with contextlib.suppress(ValueError, TypeError, AttributeError):
                entry = Entry(**json.loads(line))
                yield entry.output, entry


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


_UMASK: Final = _umask()
"""What new files may not be, which can only be asked by setting it, and so is asked before there are threads."""
