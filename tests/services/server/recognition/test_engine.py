from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from papermesh_services.server.recognition.engine import Tesseract
from papermesh_services.server.recognition.model import FAILED, LATE, RECOGNISED, NoPicture, RecognitionSettings
from papermesh_services.server.recognition.pipes import Abandoned, converse

# The programs of the tests are scripts, which need another program to run; so only the limits hold them.
SCRIPTED = "limits"


def found(program, **settings):
    return Tesseract.find(RecognitionSettings(program=program, mode=SCRIPTED, **settings))


def test_the_program_says_what_it_is(program):
    tesseract = found(program("exit 1"))
    assert (tesseract.version, tesseract.languages, tesseract.used) == ("5.9.9", ("eng", "osd"), ("eng",))
    assert tesseract.folder == Path("/usr/share")


def test_a_program_that_is_not_there_is_no_recognition(tmp_path, caplog):
    assert found(tmp_path / "nowhere") is None
    assert "is no program, so there is no text recognition" in caplog.text


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("#!/bin/sh\nexit 3\n", "cannot be used"),
        ("#!/no/such/shell\n", "cannot be used"),
        ("#!/bin/sh\ntrue\n", "cannot be used"),
        ("#!/bin/sh\necho list\necho osd\n", "no language"),
    ],
)
def test_a_program_that_is_something_else_is_no_recognition(script, said, tmp_path, caplog):
    path = tmp_path / "tesseract"
    path.write_text(script)
    path.chmod(0o755)
    assert found(path) is None
    assert said in caplog.text


def test_languages_that_are_not_installed_are_named(program, caplog):
    assert found(program("exit 1"), languages=("eng", "kat")).used == ("eng",)
    assert "lacks kat" in caplog.text


def test_the_program_gets_the_pixels_and_its_options(program, question, never):
    tesseract = found(program('echo "$@"; wc -c; env'))
    answer = tesseract.answer(question(), never)
    assert answer[:1] == RECOGNISED
    options, size, *environment = answer[1:].decode().split("\n")
    assert options == "stdin stdout --psm 1 -l eng --dpi 100 -c tessedit_create_hocr=1"
    assert int(size) == len(b"P5 400 300 255\n") + 400 * 300
    assert {"OMP_THREAD_LIMIT=1", "LC_ALL=C"} <= set(environment)
    assert not any(line.startswith(("HOME=", "PYTHONPATH=")) for line in environment)


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        ("exec sleep 60", LATE),
        ("cat >/dev/null; exec sleep 60", LATE),
        ("while true; do :; done", LATE),
        ("exit 1", FAILED),
        ("cat >/dev/null; echo half a page; exit 1", FAILED),
        ("kill -SEGV $$", FAILED),
        ("exec cat /dev/zero", FAILED),
        ("echo much > /tmp/papermesh-recognition-wrote; exit $?", FAILED),
    ],
)
def test_a_program_that_fails_is_ended_and_said_to_have_failed(work, expected, program, question, never):
    started = time.monotonic()
    assert found(program(work)).answer(question(1_000, 1_000, seconds=1.0), never) == expected
    assert time.monotonic() - started < 10


def test_the_settings_bound_what_a_worker_asks_for(program, question, never):
    tesseract = found(program("exec sleep 60"), seconds=0.5, pixels=1_000)
    with pytest.raises(NoPicture):
        tesseract.answer(question(), never)
    started = time.monotonic()
    assert tesseract.answer(question(30, 30, seconds=60.0), never) == LATE
    assert time.monotonic() - started < 10


def test_a_page_that_nobody_waits_for_is_given_up(program, question):
    read, write = os.pipe()
    os.close(write)
    with pytest.raises(Abandoned):
        found(program("exec sleep 60")).answer(question(), read)
    os.close(read)


def test_the_processes_are_gone_afterwards(program, question, never, monkeypatch):
    tesseract = found(program("echo $$; exec sleep 60"))
    said = []

    def overheard(into, out, given, bounds, waiting):
        said.append(os.read(out.fileno(), 100))
        return converse(into, out, given, bounds, waiting)

    monkeypatch.setattr(f"{Tesseract.__module__}.converse", overheard)
    assert tesseract.answer(question(seconds=0.5), never) == LATE
    with pytest.raises(ProcessLookupError):
        os.kill(int(said[0]), 0)


def test_a_program_that_needs_another_is_not_run_where_the_system_shuts_it_in(program, question, never, tesseract):
    shut_in = Tesseract.find(RecognitionSettings(program=program("echo out"), mode="required"))
    assert shut_in.answer(question(), never) == FAILED


def test_the_real_program_works_shut_in(tesseract, question, never):
    answer = tesseract.answer(question(), never)
    assert answer[:1] == RECOGNISED
    assert b"ocr_page" in answer
