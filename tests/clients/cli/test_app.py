"""The group of commands: help, usage errors, exit codes."""

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from papermesh.cli import exits, main
from papermesh.cli.app import COMMANDS

CONTEXT = click.Context(main)
ALL = {name: main.get_command(CONTEXT, name) for name in COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_has_help(papermesh, name):
    command = ALL[name]
    assert command.help
    assert command.get_short_help_str()
    for parameter in command.params:
        assert isinstance(parameter, click.Argument) or parameter.help, parameter.name
    assert papermesh(name, "--help").exit_code == 0


def test_help_lists_the_commands_and_every_exit_code(papermesh):
    result = papermesh("--help")
    assert result.exit_code == 0
    assert all(re.search(rf"^  {name} ", result.stdout, re.MULTILINE) for name in COMMANDS)
    for code in exits.Exit:
        assert f"{code:3}  {exits.MEANINGS[code]}" in result.stdout


def test_help_fits_into_80_columns(papermesh):
    for arguments in ([], *([name] for name in COMMANDS)):
        help_text = papermesh(*arguments, "--help", terminal_width=80).stdout
        assert max(map(len, help_text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("command", "service"), [("classify", "classification"), ("extract", "classification"), ("analyze", "quality")]
)
def test_help_shows_the_service_that_a_command_works_with_and_no_other(papermesh, command, service):
    shown = papermesh(command, "--help").stdout
    assert re.findall(r"--(classification|quality) ", shown) == [service]


def test_version_names_the_versions(papermesh):
    result = papermesh("version")
    assert result.stdout.startswith(f"papermesh {importlib.metadata.version('papermesh')} (grpcio ")


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["clasify"], "No such command 'clasify'. Did you mean 'classify'? See: papermesh --help"),
        (["zzz"], "No such command 'zzz'. See: papermesh --help"),
        (
            ["classify", "--classification", "http://a:1/rpc", "x"],
            "'http://a:1/rpc' is a URL, and gRPC goes without",
        ),
        (["analyze", "--quality", "https://there", "x"], "give HOST:PORT alone, for example there:50051."),
        (["up", "--http", "http://127.0.0.1:8000"], "alone, for example 127.0.0.1:8000."),
        (
            ["bridge", "-b", "http://a:1"],
            "'http://a:1' is a URL; write HOST:PORT alone, for example a:1",
        ),
        (["bridge", "-b", "a:1", "--tcp", "tcp://b:2"], "'tcp://b:2' is a URL; write HOST:PORT alone, for example b:2"),
        (["classify"], "Missing argument 'FILE...'. See: papermesh classify --help"),
        (["classify", "--jobs", "0", "x"], "Invalid value for '--jobs' / '-j': 0 is not in the range 1<=x<=256."),
        (["classify", "--timeout", "0", "x"], "'--timeout'"),
        (["classify", "--classification", "nowhere", "x"], "'nowhere' is not an address; give HOST:PORT"),
        (["analyze", "--quality", "a:99999", "x"], "'a:99999' is not an address"),
        (["analyze", "--type", "spelling", "x"], "'spelling' is not one of"),
        (["serve", "everything"], "'everything' is not one of"),
        (["serve", "quality", "--root", "/nonexistent/folder"], "'/nonexistent/folder' does not exist"),
        (["serve", "quality", "--max-document-bytes", "2GiB"], "'2GiB' is not a size up to 1023MiB"),
        (["serve", "quality", "--max-document-bytes", "lots"], "'lots' is not a size"),
        (["bridge"], "There is no backend: name a gRPC server by --backend HOST:PORT, or give --config. See: "),
        (["serve"], "Choose from: classification, quality. See: papermesh serve --help"),
        (["bridge", "-b", "a:1", "--http", "zz"], "'zz' is no address"),
        (
            ["bridge", "-b", "a:1", "-b", "x=b:1", "-d", "c.binpb"],
            "write BACKEND=FILE, where BACKEND is one of a:1, x.",
        ),
        (["bridge", "-b", "a:1", "-d", "x=c.binpb"], "--descriptors x=c.binpb: write BACKEND=FILE"),
        (["bridge", "-b", "a:1", "-d", "/no.binpb"], "the backend 'a:1': /no.binpb cannot be read: No such file"),
        (["bridge", "--config", "/nonexistent.toml"], "'/nonexistent.toml' does not exist"),
    ],
)
def test_a_wrong_command_line_is_one_line_and_exit_code_2(papermesh, arguments, line):
    result = papermesh(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    (printed,) = result.stderr.splitlines()
    assert printed.startswith("papermesh: ")
    assert line in printed


def test_no_command_at_all_shows_the_help_and_is_exit_code_2(papermesh):
    result = papermesh()
    assert result.exit_code == 2
    assert "Commands:" in result.stderr


def test_an_unknown_option_is_told_without_steering_the_terminal(papermesh):
    result = papermesh("version", "--evil\x1b[31m")
    assert result.exit_code == 2
    assert "\x1b" not in result.stderr


def test_version_starts_quickly_because_it_loads_no_grpc():
    code = (
        "import sys\nfrom papermesh.cli import main\n"
        "try: main(['version'])\nexcept SystemExit: pass\n"
        "print('grpc' in sys.modules, 'rich' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)
    assert found.stdout.splitlines()[-1] == "False False"


@pytest.mark.parametrize(
    ("module", "arguments", "extra"),
    [
        ("papermesh_services", ["serve", "quality"], "services"),
        ("papermesh_services", ["up"], "services"),
        ("papermesh_services", ["classify", __file__], "services"),
        ("papermesh_bridge", ["up"], "bridge"),
        ("papermesh_bridge", ["bridge", "-b", "127.0.0.1:1"], "bridge"),
    ],
)
def test_a_missing_extra_is_one_line_that_says_what_to_install(
    papermesh, monkeypatch, nobody, module, arguments, extra
):
    for name in [name for name in sys.modules if name == module or name.startswith(module + ".")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr("papermesh.cli.mesh.DEFAULTS", {"classification": nobody, "quality": nobody})
    result = papermesh(*arguments)
    assert result.exit_code == 3
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"papermesh: This installation is the client alone, without the {extra} (")
    assert line.endswith("install papermesh[all], in a clone by: pip install '.[all]'")


@pytest.mark.parametrize(
    ("redirection", "code"), [(">/dev/full", 1), (">&-", 1), ("<&-", 1)], ids=["full disk", "no output", "no input"]
)
def test_streams_that_cannot_be_used_cost_one_line(redirection, code, tmp_path):
    papermesh = Path(sys.executable).with_name("papermesh")
    command = f"{papermesh} classify - nosuch {redirection}"
    done = subprocess.run(
        ["sh", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, cwd=tmp_path
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("papermesh: ")
