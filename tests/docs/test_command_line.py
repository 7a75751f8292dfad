"""The page on the command line says what the commands do: its session is run, and its tables are whole."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from papermesh.cli.app import COMMANDS
from papermesh.cli.exits import MEANINGS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "command-line.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent
SECONDS = 60


def session():
    """The commands that are shown, each with what it prints."""
    text = PAGE.split("<!-- session -->", 1)[1]
    lines = "".join(re.match(r"\n+((?:(?: {4}.*)?\n)+)", text)[1].replace("\n    ", "\n").removeprefix("    "))
    parts = re.split(r"^\$ ", lines, flags=re.MULTILINE)[1:]
    return [(part.split("\n", 1)[0], part.split("\n", 1)[1].strip()) for part in parts]


def shape(text):
    return sorted(re.sub(r"in \d+\.\d s", "in # s", text).splitlines())


def test_a_folder_is_extracted_as_shown(mesh, tmp_path):
    (tmp_path / "reports" / "may").mkdir(parents=True)
    (tmp_path / "reports" / "may" / "letter.txt").write_text("Dear Sir, thank you for your letter.")
    (tmp_path / "reports" / "broken.json").write_text('{"summary": "All is well.", "next": [')
    (tmp_path / "reports" / "empty.txt").write_text("")
    environment = os.environ | {"PAPERMESH_CLASSIFICATION": mesh.classification}
    shown = session()
    assert len(shown) == 2
    for command, output in shown:
        done = subprocess.run(
            [BIN / "papermesh", *command.split()[1:]],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )
        assert (done.returncode, shape(done.stdout)) == (1, shape(output))
    assert sorted(path.name for path in (tmp_path / "texts" / ".papermesh-extract").iterdir()) == [
        *("journal.jsonl", "lock")
    ]


def test_every_command_and_every_exit_code_is_there_and_no_other():
    assert set(re.findall(r"`papermesh (\w+)", PAGE.split("##")[0])) - {"COMMAND"} == set(COMMANDS)
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [(str(int(code)), meaning) for code, meaning in MEANINGS.items()]


def test_completion_knows_commands_options_and_files(tmp_path):
    def completed(words):
        environment = {
            **os.environ,
            "_PAPERMESH_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
        }
        run = subprocess.run([BIN / "papermesh"], env=environment, capture_output=True, text=True, timeout=SECONDS)
        return run.stdout.split()

    assert 'eval "$(_PAPERMESH_COMPLETE=bash_source papermesh)"' in PAGE
    assert completed("papermesh cl") == ["plain,classify"]
    assert completed("papermesh analyze --min") == ["plain,--min-severity"]
    assert completed("papermesh extract rep") == ["file,rep"]
