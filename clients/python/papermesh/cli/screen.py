"""What people see: lines on standard output, errors on standard error, and a progress bar while many files are done.

Text goes out through here only, so that nothing from a document steers the terminal. Output that is not for a
terminal has no colours and is never cut or wrapped.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from papermesh.cli.visible import one_line, visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WIDEST: Final = 120
"""Columns of text at the most, for lines that are still easy to follow."""
NARROWEST: Final = 20
"""Columns a paragraph gets at least, however deep it stands."""
FACT_INDENT: Final = 15
BAR: Final = "█"
BAR_PARTS: Final = " ▏▎▍▌▋▊▉"


class PlainConsole(Console):
    """A console that neither colours nor wraps by itself, and that leaves a lost reader to its caller."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)

    def on_broken_pipe(self) -> None:
        """Raises what was caught, where rich would exit by itself."""
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))


class Screen:
    """Standard output and standard error of one command."""

    def __init__(self) -> None:
        self._out = PlainConsole()
        self._err = PlainConsole(stderr=True)
        self._live: Console | None = None

    @property
    def width(self) -> int | None:
        """The columns to fit into; None where there is no terminal and nothing has to be cut."""
        return min(self._out.width, WIDEST) if self._out.is_terminal else None

    @property
    def has_bar(self) -> bool:
        """Whether a progress bar is up."""
        return self._live is not None

    def room(self, indent: int) -> int:
        """The columns left beside an indent."""
        return max((self.width or WIDEST) - indent, NARROWEST)

    def line(self, text: Text | str = "") -> None:
        """Prints one line, or several if the text has line feeds."""
        # While the bar is up, both streams go through it; they are the same terminal then.
        console = self._live if self._live and self._out.is_terminal else self._out
        console.print(text if isinstance(text, Text) else Text(visible(text)))

    def paragraph(self, head: Text, text: Text, indent: int) -> None:
        """Prints a head and a text beside it, wrapped under its own beginning where there is a width to keep to."""
        if not self.width:
            self.line(head + text)
            return
        lines = text.wrap(self._out, self.room(indent))
        for number, line in enumerate(lines):
            line.rstrip()
            self.line((head if number == 0 else Text(" " * indent)) + line)

    def fact(self, title: str, text: str) -> None:
        """Prints a text under its title at the left."""
        self.paragraph(Text(f"  {title:<12} ", style="dim"), Text(text), FACT_INDENT)

    def raw(self, text: str) -> None:
        """Writes the text of a document: as it is to a file or pipe, made visible on a terminal."""
        if self._out.is_terminal:
            self.line(text.removesuffix("\n"))
            return
        self._out.file.write(text if text.endswith("\n") or not text else text + "\n")
        self._out.file.flush()

    def error(self, subject: str, message: str) -> None:
        """Prints the one line of an error."""
        line = Text("papermesh: ", style="red")
        line.append(f"{subject}: " if subject else "", style="default")
        line.append(one_line(message), style="default")
        (self._live or self._err).print(line)

    @contextmanager
    def progress(self, total: int, *, others_print: bool = False) -> Iterator[Callable[[], None]]:
        """A bar on standard error, if that is a terminal and there is more than one step; calls advance it.

        There is none either where somebody else may print to the same terminal meanwhile: whatever reads a pipe we
        print to, or, with others_print, code that prints past this screen.
        """
        beside = _is_pipe(self._out.file) or (others_print and self._out.is_terminal)
        if total == 1 or beside or not self._err.is_terminal:
            yield lambda: None
            return
        display = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=self._err,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        task = display.add_task("Reading", total=total)
        with display:
            self._live = self._err
            try:
                yield lambda: display.advance(task)
            finally:
                self._live = None


def _is_pipe(file: IO[str]) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(file.fileno()).st_mode)
    except OSError:  # no file of the system's
        return False


def shortened(text: str, width: int) -> str:
    """The text cut to a width, with "…" where something was left out."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def fitted(text: str, width: int) -> str:
    """The text cut to a width, or filled up to it with spaces."""
    return set_cell_size(shortened(text, width), width)


def fitted_path(path: str, width: int) -> str:
    """A path cut at its beginning, because its end says more."""
    if cell_len(path) <= width:
        return set_cell_size(path, width)
    tail = path
    while cell_len(tail) > width - 1:
        tail = tail[1:]
    return set_cell_size("…" + tail, width)


def bar(share: float, width: int) -> str:
    """A bar that fills a share (0..1) of a width, in eighths of a column."""
    eighths = round(max(0.0, min(1.0, share)) * width * len(BAR_PARTS))
    whole, part = divmod(eighths, len(BAR_PARTS))
    return (BAR * whole + (BAR_PARTS[part] if part else "")).ljust(width)
