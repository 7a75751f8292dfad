"""Commands that start the real services inside themselves."""

import json
import os
import signal
import subprocess
import threading

import pytest

from papermesh import Client
from papermesh.cli.mesh import embedded
from papermesh.cli.options import WorkOptions

LETTER = """\
Dear Mrs Weaver,

Thank you for your letter of 3 May. We shall be glad to see you.

Yours sincerely,
A. Smith
"""


@pytest.fixture
def alone(papermesh, monkeypatch, nobody):
    """The command line where no mesh runs."""
    monkeypatch.setattr("papermesh.cli.mesh.DEFAULTS", {"classification": nobody, "quality": nobody})
    return papermesh


@pytest.fixture
def real_folder(tmp_path):
    """Documents of the kinds people have, and what goes wrong with them."""
    from pypdf import PdfWriter
    from reportlab.pdfgen.canvas import Canvas

    (tmp_path / "letter.txt").write_text(LETTER)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "junk.bin").write_bytes(bytes(range(256)) * 16)
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n1 0 obj << /Type /Catalog")
    canvas = Canvas(str(tmp_path / "good.pdf"))
    for number, line in enumerate(LETTER.splitlines()):
        canvas.drawString(72, 720 - 20 * number, line)
    canvas.save()
    writer = PdfWriter(clone_from=str(tmp_path / "good.pdf"))
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(str(tmp_path / "locked.pdf"))
    return tmp_path


REASONS = {
    "broken.pdf": "DOCUMENT_CORRUPT",
    "empty.txt": "DOCUMENT_EMPTY",
    "junk.bin": "DOCUMENT_FORMAT_UNSUPPORTED",
    "locked.pdf": "DOCUMENT_ENCRYPTED",
}


@pytest.mark.parametrize("command", ["classify", "analyze", "extract"])
def test_good_files_are_answered_and_bad_ones_have_their_reasons(alone, real_folder, command):
    result = alone(command, "--json", real_folder)
    entries = {entry["file"].rpartition("/")[2]: entry for entry in json.loads(result.stdout)}
    assert {name: entry["error"]["reason"] for name, entry in entries.items() if "error" in entry} == REASONS
    assert {name for name, entry in entries.items() if "result" in entry} == {"good.pdf", "letter.txt"}
    assert result.exit_code == 1
    lines = result.stderr.splitlines()
    assert len(lines) == len(REASONS)
    for name, line in zip(sorted(REASONS), lines, strict=True):
        assert line.startswith(f"papermesh: {real_folder / name}: ")


def test_the_text_of_a_pdf_is_extracted(alone, real_folder):
    result = alone("extract", real_folder / "good.pdf")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Thank you for your letter of 3 May." in result.stdout


def test_one_file_is_classified_for_people(alone, real_folder):
    result = alone("classify", real_folder / "letter.txt")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "  keywords " in result.stdout


def test_a_document_over_the_limit_of_the_service_is_a_line(alone, tmp_path):
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    result = alone("analyze", tmp_path / "huge.txt")
    assert result.exit_code == 1
    assert "huge.txt: The document has 67,108,865 bytes; at most 67,108,864 are read." in result.stderr


def test_findings_that_an_option_leaves_out_are_counted_apart(alone, root, tmp_path):
    draft = root / "docs/samples/draft.md"
    answer = json.loads(alone("analyze", "--json", draft).stdout)[0]["result"]
    total = answer["total_findings"]
    severe = {"error": {"SEVERITY_ERROR"}, "warning": {"SEVERITY_ERROR", "SEVERITY_WARNING"}}
    (tmp_path / "a.txt").write_text(LETTER)
    for severity, let_through in severe.items():
        count = sum(each["severity"] in let_through for each in answer["findings"])
        assert 0 < count < total
        lines = alone("analyze", "--min-severity", severity, draft).stdout.splitlines()
        assert f"Findings ({count})" in lines
        assert f"  {total - count} others left out by --min-severity {severity}" in lines
        assert (f"  … and {count - 10} more; --all shows them" in lines) == (count > 10)
        _, row, _ = alone("analyze", "--min-severity", severity, draft, tmp_path / "a.txt").stdout.split("\n", 2)
        assert row.split()[-1] == str(count)


async def test_a_service_of_its_own_gives_a_file_the_time_of_the_command():
    options = WorkOptions(None, None, timeout=300.0, jobs=1, as_json=False)
    async with embedded("quality", options) as address, Client(quality=address) as client:
        info = await client.quality_info()
    assert (info.limits.max_processing_seconds, info.containment.cpu_limit_seconds) == (300.0, 300.0)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_to_the_whole_group_ends_it_with_one_line(program, tmp_path, number, code):
    for index in range(400):
        (tmp_path / f"{index:03}.txt").write_text(LETTER)
    environment = os.environ | {"PAPERMESH_QUALITY": ""}
    command = [*program, "analyze", "--json", "--jobs", "1", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, start_new_session=True
    ) as running:
        watchdog = threading.Timer(60, running.kill)
        watchdog.start()
        first = running.stdout.readline()
        os.killpg(running.pid, number)
        rest, err = running.stdout.read(), running.stderr.read()
        running.wait()
        watchdog.cancel()
    assert running.returncode == code
    assert len(err.splitlines()) == 1
    assert 0 < len(json.loads(first + rest)) < 400


@pytest.mark.parametrize(
    ("command", "shown"), [("extract", "Mrs Weaver"), ("classify", "letter"), ("analyze", "overall")]
)
def test_what_of_a_file_was_not_read_is_said_beside_its_answer(alone, real_folder, command, shown):
    whole = (real_folder / "good.pdf").read_bytes()
    (real_folder / "cut.pdf").write_bytes(whole[: whole.index(b"xref")])
    result = alone(command, str(real_folder / "cut.pdf"))
    assert result.exit_code == 0
    assert shown in result.stdout
    assert "cut.pdf: Read in part. The end of the file is missing" in " ".join(result.stderr.split())
