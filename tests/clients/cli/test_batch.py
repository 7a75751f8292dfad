"""papermesh extract --out: many documents into a folder, all of each or nothing, and again from where it was left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import pytest

SECONDS = 60.0
JOURNAL = ".papermesh-extract/journal.jsonl"


@pytest.fixture
def extract(papermesh, mesh, tmp_path, monkeypatch):
    """Runs extract --out out in a folder of its own, with the arguments given."""
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: papermesh("extract", *mesh.options, "--out", "out", *arguments)


def made(files):
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def outputs(folder="out"):
    """The text of every output, by its name; there is nothing of a run that was ended among them."""
    found = {
        str(Path(parent, name).relative_to(folder)): Path(parent, name).read_text()
        for parent, _, names in os.walk(folder)
        for name in names
        if ".papermesh-extract" not in parent
    }
    assert not list(Path(folder).glob(".papermesh-extract/*.part"))
    return found


def test_each_file_has_an_output_in_its_place_and_none_is_in_the_way_of_another(extract):
    made({"in/a.pdf": "one", "in/a.docx": "two", "in/sub/deep/a.pdf": "three", "in/.hidden": "no", "b.txt": "four"})
    result = extract("in", "b.txt")
    assert (result.exit_code, result.stderr) == (0, "")
    assert outputs() == {
        "a.pdf.txt": "one\n",
        "a.docx.txt": "two\n",
        "sub/deep/a.pdf.txt": "three\n",
        "b.txt.txt": "four\n",
    }
    assert "in/sub/deep/a.pdf -> out/sub/deep/a.pdf.txt" in result.stdout
    assert "4 of 4 files extracted, 0 were there already, 0 failed" in result.stdout


def test_what_is_there_is_not_made_again_and_needs_no_service(extract, mesh, papermesh, nobody):
    made({"in/a.txt": "one", "in/b.txt": "two"})
    extract("in")
    mesh.requests.clear()
    again = papermesh("extract", "--classification", nobody, "--out", "out", "in")
    assert (again.exit_code, mesh.requests) == (0, {})
    assert "0 of 2 files extracted, 2 were there already" in again.stdout


def test_what_has_changed_or_is_gone_or_cut_is_made_again(extract, mesh):
    made({f"in/{name}.txt": name for name in ("same", "changed", "gone", "cut")})
    extract("in")
    made({"in/changed.txt": "another", "out/cut.txt.txt": "c"})
    Path("out/gone.txt.txt").unlink()
    mesh.requests.clear()
    assert "3 of 4 files extracted, 1 were there already" in extract("in").stdout
    assert outputs() == {f"{name}.txt.txt": f"{name}\n" for name in ("same", "gone", "cut")} | {
        "changed.txt.txt": "another\n"
    }


def test_overwrite_makes_everything_again(extract):
    made({"in/a.txt": "one"})
    extract("in")
    assert "1 of 1 files extracted" in extract("--overwrite", "in").stdout


def test_a_file_of_somebody_else_is_never_written_over(extract):
    made({"in/a.txt": "one", "in/b.txt": "two", "out/a.txt.txt": "precious"})
    result = extract("in")
    assert result.exit_code == 1
    assert outputs() == {"a.txt.txt": "precious", "b.txt.txt": "two\n"}
    assert "OUTPUT_EXISTS                     1  in/a.txt: out/a.txt.txt is there already" in result.stdout
    assert extract("--overwrite", "in").exit_code == 0
    assert outputs()["a.txt.txt"] == "one\n"


def test_failures_are_lines_and_a_table_by_reason(extract, folder):
    made({"in/bad1.txt": "FAIL FAILED_PRECONDITION DOCUMENT_ENCRYPTED", "in/ok.txt": "ok"})
    made({"in/bad2.txt": "FAIL FAILED_PRECONDITION DOCUMENT_ENCRYPTED", "in/big.txt": "x" * 1001})
    result = extract("in", "nothing.txt")
    assert result.exit_code == 1
    assert outputs() == {"ok.txt.txt": "ok\n"}
    assert sorted(line.split(": ")[1] for line in result.stderr.splitlines()) == [
        *("in/bad1.txt", "in/bad2.txt", "in/big.txt", "nothing.txt")
    ]
    summary, _, head, *rows = result.stdout.splitlines()[1:]
    assert summary.startswith("1 of 5 files extracted, 0 were there already, 4 failed, in ")
    assert head.split() == ["REASON", "FILES", "FOR", "EXAMPLE"]
    assert [row.split()[:2] for row in rows] == [
        ["DOCUMENT_ENCRYPTED", "2"],
        ["DOCUMENT_TOO_LARGE", "1"],
        ["DOCUMENT_NOT_FOUND", "1"],
    ]


def test_what_was_read_in_part_is_told_again_by_the_next_run(extract):
    made({"in/a.txt": "PART one", "in/b.txt": "two"})
    told = "papermesh: in/a.txt: Read in part. The text has more than 9 lines, the most that are read.\n"
    for summary in (
        "2 of 2 files extracted (1 of them in part), 0 were there already, 0 failed",
        "0 of 2 files extracted, 2 were there already (1 of them in part), 0 failed",
    ):
        result = extract("in")
        assert (result.exit_code, result.stderr) == (0, told)
        assert summary in result.stdout
        assert "PARTIAL_LIMIT                     1  in/a.txt: The text has more than 9 lines" in result.stdout


def test_a_name_that_is_none_fails_alone(extract):
    made({"in/a.txt": "one"})
    result = extract("", "in")
    assert (result.exit_code, outputs()) == (1, {"a.txt.txt": "one\n"})
    assert "DOCUMENT_NOT_FOUND" in result.stdout


def test_what_failed_is_tried_again(extract):
    made({"in/a.txt": "FAIL FAILED_PRECONDITION DOCUMENT_ENCRYPTED"})
    extract("in")
    made({"in/a.txt": "mended"})
    assert extract("in").exit_code == 0
    assert outputs() == {"a.txt.txt": "mended\n"}


def test_json_for_programs_has_an_entry_for_each_file(extract):
    made({"in/a.txt": "one", "in/bad.txt": "FAIL FAILED_PRECONDITION DOCUMENT_ENCRYPTED", "in/c.txt": "three"})
    extract("in/a.txt")
    Path("out/a.txt.txt").touch()
    result = extract("--json", "in")
    first, second, third = json.loads(result.stdout)
    assert (first["file"], first["output"], first["unchanged"]) == ("in/a.txt", "out/a.txt.txt", True)
    assert second["error"]["reason"] == "DOCUMENT_ENCRYPTED"
    assert (third["unchanged"], third["result"]["text_length"]) == (False, 5)
    assert result.exit_code == 1


def test_the_format_json_asks_for_everything_and_writes_it(extract, mesh):
    made({"in/a.txt": "one"})
    extract("--format", "json", "in")
    (request,) = mesh.requests["ExtractText"]
    assert list(request.options.parts) == [1, 2, 3, 4, 5, 6]
    answer = json.loads(outputs()["a.txt.json"])
    assert {"text_content": "one", "blocks": [], "pages": []}.items() <= answer.items()


HOSTILE = ["line\nfeed.txt", "\x1b[31mred.txt", "caf\udce9.txt", "-rf.txt", " .txt", "ünï𝄞.txt", "a;b|c&d.txt"]


def test_hostile_names_are_kept_and_shown_safely(extract):
    for name in HOSTILE:
        made({f"in/{name}": "x"})
    result = extract("in")
    assert (result.exit_code, set(outputs())) == (0, {f"{name}.txt" for name in HOSTILE})
    assert "\x1b" not in result.stdout
    assert "line\\nfeed.txt" in result.stdout
    assert "0 of 7 files extracted, 7 were there already" in extract("in").stdout


def test_a_name_too_long_for_its_output_fails_alone(extract):
    made({"in/" + "n" * 252: "x", "in/a.txt": "one"})
    result = extract("in")
    assert (result.exit_code, outputs()) == (1, {"a.txt.txt": "one\n"})
    assert "OUTPUT_UNWRITABLE" in result.stdout


def test_links_in_a_circle_and_links_to_nowhere_do_not_hold_it_up(extract):
    made({"in/a.txt": "one"})
    Path("in/loop").symlink_to(".")
    Path("in/self").symlink_to("self")
    Path("in/dead").symlink_to("nothing")
    result = extract("in")
    assert (result.exit_code, outputs()) == (1, {"a.txt.txt": "one\n"})
    assert sorted(line.split(": ")[1] for line in result.stderr.splitlines()) == ["in/dead", "in/self"]


def test_a_file_that_may_not_be_read_fails_alone(extract, monkeypatch):
    made({"in/a.txt": "one", "in/b.txt": "two"})
    reading = Path.open

    def refused(path, *arguments, **keywords):
        if path.name == "a.txt":
            raise PermissionError(13, "Permission denied")
        return reading(path, *arguments, **keywords)

    monkeypatch.setattr(Path, "open", refused)  # the tests may run as a user who may read everything
    result = extract("in")
    monkeypatch.undo()
    assert "DOCUMENT_FORBIDDEN" in result.stdout


def test_two_files_of_one_name_are_told_apart_or_refused(extract):
    made({"in/a.txt": "one", "other/a.txt": "two"})
    result = extract("in/a.txt", "other/a.txt")
    assert (result.exit_code, outputs()) == (1, {"a.txt.txt": "one\n"})
    assert "OUTPUT_COLLIDES" in result.stdout
    assert "Another file of this run is written to a.txt.txt already. Give each another --out." in result.stderr


@pytest.mark.parametrize("second", ["ones", "more than one"])
def test_the_output_of_another_file_is_not_written_over(extract, tmp_path, second):
    made({"a/x.txt": "ones", "b/x.txt": second, "b/y.txt": "three"})
    times = Path("a/x.txt").stat()
    os.utime("b/x.txt", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert extract("a/x.txt").exit_code == 0
    told = f"out/x.txt.txt was made of {tmp_path}/a/x.txt. Give another --out, or --overwrite to replace it."
    for _ in range(2):
        result = extract("b")
        assert (result.exit_code, result.stderr) == (1, f"papermesh: b/x.txt: {told}\n")
        assert f"OUTPUT_OF_ANOTHER                 1  b/x.txt: {told}" in result.stdout
        assert outputs() == {"x.txt.txt": "ones\n", "y.txt.txt": "three\n"}
    assert extract("--overwrite", "b").exit_code == 0
    assert outputs()["x.txt.txt"] == f"{second}\n"
    assert "OUTPUT_OF_ANOTHER" in extract("a/x.txt").stdout


def test_a_file_is_known_by_each_of_its_paths_and_not_by_that_of_another(extract, monkeypatch, tmp_path):
    made({"a/x.txt": "one", "b/x.txt": "two"})
    Path("link").symlink_to("a")
    extract("a/x.txt")
    for again in ("./a/x.txt", tmp_path / "a/x.txt", "link", "b/../a/x.txt"):
        assert "0 of 1 files extracted, 1 were there already" in extract(again).stdout
    monkeypatch.chdir("a")
    assert "0 of 1 files extracted, 1 were there already" in extract("x.txt", "--out", "../out").stdout
    monkeypatch.chdir("../b")
    assert "OUTPUT_OF_ANOTHER" in extract("x.txt", "--out", "../out").stdout


def test_a_journal_without_whole_paths_is_gone_on_with(extract):
    made({"in/a.txt": "one", "in/b.txt": "two"})
    extract("in")
    journal = Path("out", JOURNAL)
    entries = [json.loads(line) for line in journal.read_text().splitlines()]
    journal.write_text("".join(json.dumps({**entry, "source": ""}) + "\n" for entry in entries))
    assert "0 of 2 files extracted, 2 were there already" in extract("in").stdout


def test_outputs_in_the_folder_that_is_read_are_not_read(extract):
    made({"a.txt": "one"})
    assert extract(".").exit_code == 0
    assert "0 of 1 files extracted, 1 were there already" in extract(".").stdout
    assert outputs() == {"a.txt.txt": "one\n"}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("out",), "out cannot be both read and written to"),
        (("-",), "Standard input has no name"),
    ],
)
def test_what_cannot_be_written_anywhere_is_refused(extract, arguments, told):
    made({"out/a.txt": "x"})
    result = extract(*arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert set(outputs()) == {"a.txt"}


@pytest.mark.parametrize("option", [("--format", "json"), ("--overwrite",)])
def test_options_of_a_batch_need_a_folder(papermesh, option):
    result = papermesh("extract", *option, "a.txt")
    assert (result.exit_code, "go with --out" in result.stderr) == (2, True)


def test_a_folder_that_cannot_be_made_is_a_line(papermesh, mesh, tmp_path):
    (tmp_path / "file").write_text("x")
    result = papermesh("extract", *mesh.options, "--out", tmp_path / "file" / "out", tmp_path)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"papermesh: Cannot write to {tmp_path}/file/out: ")


def test_half_a_line_in_the_journal_is_no_line(extract):
    made({"in/a.txt": "one", "in/b.txt": "two"})
    extract("in/a.txt")
    with Path("out", JOURNAL).open("a") as journal:
        journal.write('{"output": "b.txt.t')
    assert "1 of 2 files extracted, 1 were there already" in extract("in").stdout
    assert "0 of 2 files extracted, 2 were there already" in extract("in").stdout


def test_two_at_once_do_not_get_in_each_others_way(extract):
    import fcntl

    made({"in/a.txt": "one"})
    extract("in")
    with Path("out/.papermesh-extract/lock").open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = extract("in")
    assert (result.exit_code, result.stderr) == (
        1,
        "papermesh: Another extract writes to out just now. Wait for it, or give another --out.\n",
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_a_run_that_was_ended_leaves_whole_files_and_goes_on(extract, program, mesh, tmp_path, number, code):
    made({f"in/{name:03}.txt": f"text {name}" for name in range(60)})
    made({"in/050.txt": "WAIT for the signal"})
    command = [*program, "extract", *mesh.options, "--jobs", "4", "--out", "out", "in"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + SECONDS
        while "050.txt" not in str(mesh.requests.get("ExtractText", [])) and time.monotonic() < deadline:
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.01)
        process.send_signal(number)
        stdout, _ = process.communicate(timeout=SECONDS)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == code
    if number != signal.SIGKILL:
        assert outputs()
        assert "files extracted" in stdout
    left = {path.name: path.read_text() for path in Path("out").glob("*.txt")}
    assert left
    assert all(text == f"text {int(name[:3])}\n" for name, text in left.items())
    made({"in/050.txt": "text 50"})
    result = extract("in")
    assert result.exit_code == 0
    assert f"{60 - len(left)} of 60 files extracted, {len(left)} were there already, 0 failed" in result.stdout
    assert outputs() == {f"{name:03}.txt.txt": f"text {name}\n" for name in range(60)}
