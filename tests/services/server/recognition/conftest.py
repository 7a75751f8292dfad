"""A program of the tests' own in tesseract's place: it answers what it is asked, and does a page in its own way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from papermesh_services.server.recognition.model import Picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_PROGRAM = """#!/bin/sh
case "$1" in
--version) echo "tesseract 5.9.9"; exit 0;;
--list-langs) echo 'List of available languages in "/usr/share" (2):'; echo eng; echo osd; exit 0;;
esac
{work}
"""


@pytest.fixture
def program(tmp_path) -> Callable[[str], Path]:
    """Makes the program from the lines of shell that do a page."""

    def make(work: str) -> Path:
        path = tmp_path / "tesseract"
        path.write_text(_PROGRAM.format(work=work))
        path.chmod(0o755)
        return path

    return make


@pytest.fixture
def question() -> Callable[..., bytes]:
    """Makes a question about a white picture."""

    def make(width: int = 400, height: int = 300, seconds: float = 30.0) -> bytes:
        return Picture(width, height, memoryview(b"\xff" * (width * height)), 100, "und", seconds).to_bytes()

    return make
