"""classify, analyze and extract against running services."""

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from contextlib import suppress

import pytest

COMMANDS = ["classify", "analyze", "extract"]
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@pytest.mark.parametrize("command", ["classify", "analyze"])
def test_every_file_is_done_and_the_bad_ones_are_a_line_each(papermesh, mesh, folder, monkeypatch, command):
    monkeypatch.chdir(folder)
    result = papermesh(command, *mesh.options, "a.txt", "nothing.txt", "bad.txt", "big.txt", "sub/b.md")
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "papermesh: nothing.txt: There is no such file. Check the path.",
        "papermesh: bad.txt: It failed. Mend it.",
        "papermesh: big.txt: The document has 1,001 bytes; at most 1,000 are read. Give a smaller one, or in parts.",
    ]
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["FILE", "a.txt", "sub/b.md"]


@pytest.mark.parametrize("command", ["classify", "analyze"])
def test_a_folder_stands_for_its_files(papermesh, mesh, folder, monkeypatch, command):
    monkeypatch.chdir(folder)
    result = papermesh(command, *mesh.options, ".")
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["FILE", "./a.txt", "./sub/b.md"]
    assert [line.split(": ")[1] for line in result.stderr.splitlines()] == ["./bad.txt", "./big.txt"]


@pytest.mark.parametrize("command", COMMANDS)
def test_json_is_one_list_with_an_entry_for_each_file(papermesh, mesh, folder, command):
    result = papermesh(command, *mesh.options, "--json", folder if command == "extract" else folder / "a.txt")
    entries = json.loads(result.stdout)
    assert {"file", "result"} == set(entries[0])
    assert entries[0]["file"] == str(folder / "a.txt")


def test_json_has_the_errors_too(papermesh, mesh, folder):
    result = papermesh("classify", *mesh.options, "--json", folder, folder / "nothing")
    assert result.exit_code == 1
    entries = {os.path.relpath(entry["file"], folder): entry for entry in json.loads(result.stdout)}
    assert list(entries) == ["a.txt", "bad.txt", "big.txt", "sub/b.md", "nothing"]
    assert entries["a.txt"]["result"]["category"] == "invoice"
    assert entries["a.txt"]["result"]["metadata"]["text_length"] == 1234
    reasons = {name: entry["error"]["reason"] for name, entry in entries.items() if "error" in entry}
    assert reasons == {
        "bad.txt": "DOCUMENT_ENCRYPTED",
        "big.txt": "DOCUMENT_TOO_LARGE",
        "nothing": "DOCUMENT_NOT_FOUND",
    }
    assert len(result.stderr.splitlines()) == 3


def test_files_that_are_not_there_need_no_service(papermesh, nobody):
    result = papermesh("classify", "--classification", nobody, "--json", "nothing")
    assert result.exit_code == 1
    assert [entry["error"]["status"] for entry in json.loads(result.stdout)] == ["NOT_FOUND"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("json_option", [[], ["--json"]])
def test_standard_input_is_a_file(papermesh, mesh, command, json_option):
    result = papermesh(command, *mesh.options, *json_option, "-", input=b"hello")
    assert result.exit_code == 0
    assert ("(stdin)" in result.stdout) is (command != "extract" or bool(json_option))
    rpc = {"classify": "ClassifyDocument", "analyze": "AnalyzeQuality", "extract": "ExtractText"}[command]
    (request,) = mesh.requests[rpc]
    assert (request.content, request.filename) == (b"hello", "")


def test_extract_prints_the_text_and_nothing_else(papermesh, mesh, folder):
    (folder / "t.txt").write_text("one\n\ntwo \x1b[1m")
    result = papermesh("extract", *mesh.options, folder / "t.txt")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "one\n\ntwo \x1b[1m\n", "")


def test_one_file_is_classified_in_detail(papermesh, mesh, folder):
    result = papermesh("classify", *mesh.options, folder / "a.txt")
    assert result.stdout.splitlines() == [
        str(folder / "a.txt"),
        "",
        "  invoice            87.5%  ██████████████████████████▎",
        "  receipt            12.5%  ███▊",
        "",
        "  keywords     amount due, total",
        "  decided by   text+linear, model m1",
        "  looked at    1,000 of 1,234 characters in 0.25 s",
    ]


def test_one_file_is_analyzed_in_detail(papermesh, mesh, folder):
    result = papermesh("analyze", *mesh.options, folder / "a.txt")
    lines = result.stdout.splitlines()
    assert "  overall       71.2  █████████████████████▍" in lines
    assert "  length       1,200 words, 40 sentences, 1 paragraph" in lines
    assert "  to read      school grade 9.0, 30.0 words a sentence, 5 min" in lines
    assert "  built of " not in result.stdout
    assert "Findings (15)" in lines
    assert "  10:7  warning  A sentence has 45 words.  [long_sentence]" in lines
    assert not any(line.startswith("  11:7") for line in lines)
    assert "  … and 5 more; --all shows them" in lines
    assert "  1. Split the long sentences." in lines


def test_all_findings_are_shown_if_asked_for(papermesh, mesh, folder):
    lines = papermesh("analyze", *mesh.options, "--all", folder / "a.txt").stdout.splitlines()
    assert "  12:7  warning  A sentence has 45 words.  [long_sentence]" in lines
    assert "  … and 3 more" in lines
    assert mesh.requests["AnalyzeQuality"][0].options.max_findings == 10_000


@pytest.mark.parametrize(("options", "asked"), [([], 10_000), (["--json"], 0)])
def test_what_a_severity_lets_through_is_counted(papermesh, mesh, folder, options, asked):
    lines = papermesh("analyze", *mesh.options, "--min-severity", "warning", *options, folder / "a.txt").stdout
    assert mesh.requests["AnalyzeQuality"][0].options.max_findings == asked
    counted = ("Findings (12)", "  … and 2 more; --all shows them", "  3 others left out by --min-severity warning")
    assert all((line in lines.splitlines()) != bool(options) for line in counted)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("count", [1, 2])
def test_a_document_read_in_part_is_a_line_and_no_failure(papermesh, mesh, tmp_path, command, count):
    (tmp_path / "a.txt").write_text("PART of it")
    (tmp_path / "b.txt").write_text("all of it")
    names = [tmp_path / name for name in ("a.txt", "b.txt")][:count]
    told = f"papermesh: {tmp_path}/a.txt: Read in part. The text has more than 9 lines, the most that are read.\n"
    result = papermesh(command, *mesh.options, *names)
    assert (result.exit_code, result.stderr) == (0, told)
    result = papermesh(command, *mesh.options, "--json", *names)
    assert (result.exit_code, result.stderr) == (0, "")
    (first, *_) = json.loads(result.stdout)
    assert first["result"]["status_detail"] == "The text has more than 9 lines, the most that are read."


def test_what_was_not_judged_has_no_score_and_says_why(papermesh, mesh, tmp_path):
    (tmp_path / "a.txt").write_text("HARDLY")
    (tmp_path / "b.txt").write_text("hello")
    lines = papermesh("analyze", *mesh.options, tmp_path / "a.txt").stdout.splitlines()
    assert {"  overall          –", "  content          –", "Nothing was judged."} <= set(lines)
    why = "  not judged   readability takes running text in English; structure takes at least three words"
    assert any(line.startswith(why) for line in lines)
    _, first, second, _, told = papermesh("analyze", *mesh.options, tmp_path).stdout.splitlines()
    assert first.split()[1:] == ["–", "–", "–", "–", "0"]
    assert second.split()[1:] == ["71.2", "60.0", "90.0", "30.0", "15"]
    assert told.startswith(why)


def test_findings_show_the_code_by_which_they_can_be_ignored(papermesh, mesh, folder):
    lines = papermesh("analyze", *mesh.options, folder / "a.txt").stdout.splitlines()
    assert "   1:7  warning  A sentence has 45 words.  [long_sentence]" in lines


@pytest.mark.parametrize("reason", ["INVALID_OPTIONS", "UNKNOWN_CATEGORY"])
def test_what_every_file_would_fail_for_is_told_once(papermesh, mesh, tmp_path, reason):
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"FAIL INVALID_ARGUMENT {reason}")
    result = papermesh("analyze", *mesh.options, tmp_path)
    assert (result.exit_code, result.stderr) == (2, "papermesh: It failed. Mend it.\n")


def test_one_part_alone_shows_no_scores_of_the_others(papermesh, mesh, folder):
    result = papermesh("analyze", *mesh.options, "--type", "structure", folder / "a.txt")
    assert "structure" in result.stdout
    assert "readability" not in result.stdout
    table = papermesh("analyze", *mesh.options, "--type", "structure", folder / "a.txt", folder / "sub/b.md").stdout
    assert table.splitlines()[0].split() == ["FILE", "OVERALL", "STRUCTURE", "FINDINGS"]


@pytest.mark.parametrize(
    ("arguments", "rpc", "expected"),
    [
        (["classify", "-c", "memo", "-c", "form"], "ClassifyDocument", {"candidate_categories": ["memo", "form"]}),
        (["classify", "--keywords", "3"], "ClassifyDocument", {"max_keywords": 3}),
        (["analyze", "--min-severity", "error"], "AnalyzeQuality", {"min_severity": 3}),
        (["analyze", "--ignore", "a", "--ignore", "b"], "AnalyzeQuality", {"ignored_codes": ["a", "b"]}),
    ],
)
def test_options_reach_the_service(papermesh, mesh, folder, arguments, rpc, expected):
    papermesh(arguments[0], *mesh.options, *arguments[1:], folder / "a.txt")
    (request,) = mesh.requests[rpc]
    assert (request.content, request.filename) == (b"hello", "a.txt")
    for name, value in expected.items():
        found = getattr(request.options, name)
        assert (list(found) if isinstance(value, list) else found) == value


@pytest.mark.parametrize("command", ["classify", "analyze"])
@pytest.mark.parametrize("count", [1, 2])
def test_nothing_from_a_document_steers_the_terminal(papermesh, mesh, tmp_path, command, count):
    for number in range(count):
        (tmp_path / f"\x1b[5m{number}\u202e.txt").write_text("EVIL")
    result = papermesh(command, *mesh.options, tmp_path)
    assert CONTROLS.search(result.stdout) is None
    assert r"\x1b[5m0\u202e.txt" in result.stdout
    if command == "classify" or count == 1:
        assert r"evil\x1b[31m\x9b1m[bold]\u202e" in result.stdout


def test_nothing_from_a_file_name_steers_the_terminal(papermesh, mesh, tmp_path):
    result = papermesh("classify", *mesh.options, tmp_path / "no\x1bthing\nhere")
    assert CONTROLS.search(result.stderr) is None
    assert r"no\x1bthing\nhere: There is no such file." in result.stderr


def test_a_name_that_is_not_utf_8_is_told_as_it_is(papermesh, mesh, tmp_path):
    path = tmp_path / "caf\udce9.txt"
    path.write_text("hello")
    assert r"caf\xe9.txt" in papermesh("classify", *mesh.options, path).stdout
    (entry,) = json.loads(papermesh("classify", *mesh.options, "--json", path).stdout)
    assert entry["file"] == str(path)


def test_addresses_come_from_the_environment(papermesh, mesh, folder):
    settings = {"PAPERMESH_CLASSIFICATION": mesh.classification, "PAPERMESH_QUALITY": mesh.quality}
    for command in COMMANDS:
        assert papermesh(command, folder / "a.txt", env=settings).exit_code == 0
    assert {"ClassifyDocument", "AnalyzeQuality", "ExtractText"} <= set(mesh.requests)


def test_an_address_that_was_named_must_answer(papermesh, nobody, folder):
    result = papermesh("classify", "--classification", nobody, folder / "a.txt")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr == (
        f"papermesh: Nothing answers at {nobody}; start it with: papermesh serve classification --address {nobody}\n"
    )


def test_an_address_of_another_service_is_told(papermesh, mesh, folder):
    result = papermesh("classify", "--classification", mesh.quality, folder / "a.txt")
    assert result.exit_code == 3
    assert f"What answers at {mesh.quality} is not a classification service (NOT_FOUND)" in result.stderr


def test_a_file_that_takes_too_long_is_a_line(papermesh, mesh, tmp_path):
    (tmp_path / "slow.txt").write_text("WAIT")
    result = papermesh("classify", *mesh.options, "--timeout", "0.3", tmp_path / "slow.txt")
    assert result.exit_code == 1
    assert result.stderr.endswith("slow.txt: It took longer than 0.3 s. Give it more time with --timeout.\n")


def _http(sock):
    answer = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
    with suppress(OSError):
        while True:
            caller, _ = sock.accept()
            with caller:
                caller.sendall(answer)


def _silence(sock):
    """Takes connections, as the system does, and says nothing."""


@pytest.mark.parametrize("manner", [_http, _silence])
def test_something_that_is_no_grpc_service_is_told_as_such(papermesh, monkeypatch, tmp_path, manner):
    monkeypatch.setattr("papermesh.cli.mesh.NAMED_SECONDS", 0.5)
    (tmp_path / "a.txt").write_text("hello")
    with socket.create_server(("127.0.0.1", 0)) as sock:
        address = f"127.0.0.1:{sock.getsockname()[1]}"
        answering = threading.Thread(target=manner, args=[sock])
        answering.start()
        result = papermesh("classify", "--classification", address, tmp_path / "a.txt")
        sock.shutdown(socket.SHUT_RDWR)
        answering.join(20)
    assert result.exit_code == 3
    told = f"papermesh: Something listens at {address}, but no gRPC service answers there; check the address.\n"
    assert result.stderr == told


def test_a_host_that_is_not_known_is_told_as_such(papermesh, tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    address = f"{'x' * 64}.invalid:1"  # no host can have it, so that nobody's name server is asked
    result = papermesh("analyze", "--quality", address, tmp_path / "a.txt")
    assert result.exit_code == 3
    assert result.stderr == f"papermesh: The host of {address} is not known; check the address.\n"


def test_a_unix_socket_that_is_not_there_is_one_where_nothing_answers(papermesh, tmp_path):
    (tmp_path / "a.txt").write_text("hello")
    result = papermesh("analyze", "--quality", f"unix:{tmp_path}/none", tmp_path / "a.txt")
    assert result.exit_code == 3
    assert f"Nothing answers at unix:{tmp_path}/none; start it with: papermesh serve quality" in result.stderr


def test_an_empty_name_is_told_as_such(papermesh, mesh):
    result = papermesh("classify", *mesh.options, "")
    assert result.exit_code == 1
    assert result.stderr == "papermesh: An empty name is that of no file. Check the path.\n"


def test_a_limit_of_the_server_is_told_with_that_of_the_command(papermesh, mesh, tmp_path):
    (tmp_path / "slow.txt").write_text("FAIL DEADLINE_EXCEEDED PROCESSING_TIMEOUT")
    result = papermesh("classify", *mesh.options, "--timeout", "90", tmp_path / "slow.txt")
    assert result.exit_code == 1
    assert result.stderr.endswith("It failed. Mend it. The deadline of this command is its --timeout, 90 s.\n")


def test_many_files_come_in_order(papermesh, mesh, tmp_path):
    for number in range(60):
        (tmp_path / f"{number:02}.txt").write_text("hello")
    result = papermesh("classify", *mesh.options, "--jobs", "5", tmp_path)
    names = [line.split()[0][-6:] for line in result.stdout.splitlines()[1:]]
    assert names == [f"{number:02}.txt" for number in range(60)]


def test_output_into_a_pipe_is_neither_cut_nor_coloured(process, mesh, tmp_path):
    name = "a-name-that-is-so-long-that-no-terminal-of-eighty-columns-has-room-for-it-and-its-category.txt"
    (tmp_path / name).write_text("hello")
    (tmp_path / "b.txt").write_text("hello")
    result = process("classify", *mesh.options, tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert f"{tmp_path / name}  invoice              87.5%  amount due, total\n" in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_reader_that_goes_away_is_no_error_to_print(program, mesh, tmp_path, options):
    for number in range(30):
        (tmp_path / f"{number:02}.txt").write_text("x" * 900)
    reader, writer = os.pipe()
    os.close(reader)
    command = [*program, "analyze", *mesh.options, *options, str(tmp_path)]
    found = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, timeout=30, check=False)
    os.close(writer)
    assert (found.returncode, found.stderr) == (141, b"")


@pytest.mark.parametrize(
    ("number", "code", "line"),
    [(signal.SIGINT, 130, "papermesh: interrupted"), (signal.SIGTERM, 143, "papermesh: terminated")],
)
def test_an_interrupt_ends_the_command_with_one_line(program, mesh, tmp_path, number, code, line):
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "b.txt").write_text("WAIT")
    command = [*program, "classify", *mesh.options, "--json", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        deadline = time.monotonic() + 20
        while len(mesh.requests.get("ClassifyDocument", [])) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        running.send_signal(number)
        out, err = running.communicate(timeout=20)
    assert running.returncode == code
    assert err.splitlines() == [line]
    assert not out or len(json.loads(out)) == 1


def test_other_encodings_of_the_terminal_are_survived(process, mesh, folder):
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    result = process("analyze", *mesh.options, folder / "a.txt", env=environment)
    assert (result.returncode, result.stderr) == (0, "")
    assert r"\u2588" in result.stdout
    (folder / "é文👩.txt").write_text("hello")
    result = process("classify", *mesh.options, "--json", folder / "é文👩.txt", env=environment)
    assert json.loads(result.stdout)[0]["file"].endswith("é文👩.txt")


def on_a_terminal(command, columns=80):
    """Runs a command on a terminal of its own; returns what it printed."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS"}}
    running = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment | {"TERM": "xterm-256color"}
    )
    os.close(theirs)
    printed = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:
            break
        if not piece:
            break
        printed += piece
    os.close(ours)
    return running.wait(timeout=20), printed.decode()


SEQUENCES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.mark.parametrize("command", ["classify", "analyze"])
@pytest.mark.parametrize("count", [1, 12])
def test_on_a_terminal_lines_fit_its_width_and_have_colours(program, mesh, tmp_path, command, count):
    for number in range(count):
        (tmp_path / f"a-rather-long-name-for-a-file-of-this-kind-{number:02}.txt").write_text("EVIL")
    code, printed = on_a_terminal([*program, command, *mesh.options, str(tmp_path)])
    assert code == 0
    assert "\x1b[1m" in printed
    assert "\x1b[31m\x9b" not in printed
    lines = SEQUENCES.sub("", printed).replace("\r\n", "\n").splitlines()
    bodies = [line.rpartition("\r")[2] for line in lines]
    if count == 1:
        assert bodies.pop(0) == str(tmp_path / "a-rather-long-name-for-a-file-of-this-kind-00.txt")
    assert max(map(len, bodies)) <= 80
    assert any(r"\x1b" in line for line in bodies) or (command, count) == ("analyze", 12)
    if count > 1:
        assert sum("-of-this-kind-" in line for line in bodies) == count
        assert "/12" in printed


def test_extracted_text_is_made_safe_on_a_terminal(program, mesh, tmp_path):
    (tmp_path / "a.txt").write_text("one\x1b[2Jtwo\n")
    code, printed = on_a_terminal([*program, "extract", *mesh.options, str(tmp_path / "a.txt")])
    assert (code, printed) == (0, "one\\x1b[2Jtwo\r\n")
