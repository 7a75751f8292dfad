"""Finds tesseract and has it recognise pages, each by a process of its own that is shut in. Everything here blocks."""

from __future__ import annotations

import logging
import math
import multiprocessing
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from papermesh_services.server.fork_server import preload, start_fork_server
from papermesh_services.server.recognition import child
from papermesh_services.server.recognition.languages import NAME, ORIENTATION, models
from papermesh_services.server.recognition.model import FAILED, LATE, RECOGNISED, Picture
from papermesh_services.server.recognition.pipes import Bounds, TooLate, TooMuch, converse
from papermesh_services.server.sandbox import Profile

if TYPE_CHECKING:
    from papermesh_services.server.recognition.model import RecognitionSettings

FOLDERS: Final = ("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/local/bin")
"""Where the program is looked for, unless the settings say where it is."""
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024
"""The most that is taken from one page."""
_ASKING_SECONDS: Final = 10.0
_MOST_SAID: Final = 64 * 1024
_MOST_LANGUAGES: Final = 500
_MOST_FILES: Final = 64
_END_SECONDS: Final = 1.0
_WITH_ORIENTATION, _WITHOUT_ORIENTATION = "1", "3"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tesseract:
    """The program that is installed here.

    languages: its models. folder: where they are.
    """

    program: Path
    version: str
    languages: tuple[str, ...]
    folder: Path
    settings: RecognitionSettings

    @classmethod
    def find(cls, settings: RecognitionSettings) -> Tesseract | None:
        """The program, if there is one that can be used; the log says why not."""
        program = _program(settings.program)
        if program is None:
            return None
        try:
            version = _said(program, "--version").partition("\n")[0].removeprefix("tesseract").strip()
            heading, *names = _said(program, "--list-langs").splitlines()
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            log.warning("%s cannot be used, so there is no text recognition: %s", program, error)
            return None
        languages = tuple(name for name in names[:_MOST_LANGUAGES] if NAME.fullmatch(name))
        if not models("und", settings.languages, languages):
            log.warning("%s has no language to recognise text in, so there is no text recognition", program)
            return None
        if missing := [name for name in settings.languages if name not in languages]:
            log.warning("text recognition lacks %s; install the models for tesseract", ", ".join(missing))
        preload(child.__name__)
        return cls(program, version, languages, Path(heading.partition('"')[2].partition('"')[0]), settings)

    @property
    def used(self) -> tuple[str, ...]:
        """The models for documents that do not declare a language."""
        return models("und", self.settings.languages, self.languages)

    def __str__(self) -> str:
        return f"tesseract {self.version} ({', '.join(self.used)})"

    def answer(self, question: bytes, waiting: int) -> bytes:
        """What a worker is told about the picture it has sent: a byte that says how it went, and hOCR.

        waiting: a descriptor that can be read once nobody waits for it any more. Raises Abandoned, NoPicture.
        """
        picture = Picture.from_bytes(question, self.settings.pixels)
        bounds = Bounds(min(picture.seconds, self.settings.seconds), MAX_ANSWER_BYTES)
        try:
            return RECOGNISED + self._recognised(picture, bounds, waiting)
        except TooLate:
            return LATE
        except (TooMuch, _Failed, EOFError, OSError) as error:
            log.warning("text recognition of a page failed: %s", error or type(error).__name__)
            return FAILED

    def _recognised(self, picture: Picture, bounds: Bounds, waiting: int) -> bytes:
        start_fork_server()
        context = multiprocessing.get_context("forkserver")
        (pixels, into), (out, words) = context.Pipe(duplex=False), context.Pipe(duplex=False)
        with into, out:
            with pixels, words:
                command = self._command(picture, bounds.seconds)
                process = context.Process(target=child.become, args=(command, pixels, words), daemon=True)
                process.start()
            try:
                found = converse(into, out, picture.pgm(), bounds, waiting)
                process.join(_END_SECONDS)
                if process.exitcode != 0:
                    raise _Failed(f"tesseract ended with {process.exitcode}")
                return found
            finally:
                process.kill()
                process.join()
                process.close()

    def _command(self, picture: Picture, seconds: float) -> child.Command:
        orientation = _WITH_ORIENTATION if ORIENTATION in self.languages else _WITHOUT_ORIENTATION
        languages = models(picture.language, self.settings.languages, self.languages)
        dots = ("--dpi", str(picture.dots_per_inch)) if picture.dots_per_inch else ()
        options = ("--psm", orientation, "-l", "+".join(languages), *dots, "-c", "tessedit_create_hocr=1")
        settings = self.settings
        profile = Profile(
            settings.memory_bytes,
            settings.mode,
            max_open_files=_MOST_FILES,
            readable=(self.folder, self.program.parent.parent / "lib"),
            becomes=self.program,
        )
        return child.Command((str(self.program), "stdin", "stdout", *options), profile, math.ceil(seconds) + 1)


class _Failed(Exception):
    """The program did not do what it is for."""


def _program(wanted: Path | None) -> Path | None:
    """The program itself, behind all links. A path in the settings that leads to none is worth a warning."""
    for path in (wanted,) if wanted else (Path(folder, "tesseract") for folder in FOLDERS):
        if path.is_file() and os.access(path, os.X_OK):
            return path.resolve()
    if wanted:
        log.warning("%s is no program, so there is no text recognition", wanted)
    return None


def _said(program: Path, question: str) -> str:
    """What the program says of itself. It is asked before any document is there, and needs no shutting in."""
    done = subprocess.run(  # noqa: S603  the program is the settings', and the question is ours
        (program, question),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=_ASKING_SECONDS,
        check=True,
        env=child.ENVIRONMENT,
    )
    return done.stdout[:_MOST_SAID].decode("utf-8", "replace")
