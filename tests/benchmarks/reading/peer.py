"""A reader in a process of its own, seen from the benchmark: asked for files, and ended where it takes too long."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

HERE: Final = Path(__file__).resolve().parent.parent
START_SECONDS: Final = 120.0


class NotInstalled(Exception):
    """The Python that was given does not have the reader."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of a file. wall, processor: seconds. problem: why it could not be read; empty where it could."""

    text: str = ""
    pages: int = 0
    wall: float = 0.0
    processor: float = 0.0
    problem: str = ""


class Peer:
    """One process with one reader. Use it as a context."""

    def __init__(self, engine: str, python: str, seconds: float) -> None:
        self._engine = engine
        self._python = python
        self._seconds = seconds
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def read(self, path: Path, *, with_text: bool = False) -> Reading:
        """Has a file read. A process that takes too long for it, or ends, is replaced by a new one."""
        try:
            self._connection.send_bytes(json.dumps({"path": str(path.resolve()), "with_text": with_text}).encode())
            answer = self._answer(self._seconds)
        except TimeoutError:
            problem = f"took longer than {self._seconds:g} s"
        except (EOFError, OSError):
            problem = "ended its process"
        else:
            return Reading(problem=answer["error"]) if "error" in answer else Reading(**answer)
        self._end()
        self._start()
        return Reading(problem=problem)

    def _start(self) -> None:
        self._connection, theirs = multiprocessing.Pipe()
        command = [self._python, "-m", "reading.child", self._engine, str(theirs.fileno())]
        self._process = subprocess.Popen(command, cwd=HERE, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
        theirs.close()
        try:
            greeting = self._answer(START_SECONDS)
        except (EOFError, OSError):  # the latter is TimeoutError too
            greeting = {"missing": "its process did not get ready"}
        if "missing" in greeting:
            self._end()
            raise NotInstalled(greeting["missing"])
        self.version: str = greeting["version"]

    def _answer(self, seconds: float) -> dict[str, Any]:
        if not self._connection.poll(seconds):
            raise TimeoutError
        answer: dict[str, Any] = json.loads(self._connection.recv_bytes())
        return answer

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()
        with contextlib.suppress(OSError):
            self._connection.close()
