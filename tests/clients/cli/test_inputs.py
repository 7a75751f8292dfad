"""From arguments to documents."""

import io
import os
import socket
import subprocess
import sys

import pytest

from papermesh.cli.inputs import STDIN_NAME, Input, document_of, inputs_of
from papermesh.errors import DeadlineExceeded, DocumentNotFound, DocumentTooLarge, PermissionDenied

SECONDS = 10.0


def test_a_folder_stands_for_its_files_sorted_and_without_hidden_ones(folder):
    (folder / "a-link").symlink_to(folder / "a.txt")
    (folder / "dead-link").symlink_to(folder / "nothing")
    os.mkfifo(folder / "pipe")
    names = [os.path.relpath(each.name, folder) for each in inputs_of([str(folder)], SECONDS)]
    assert names == ["a-link", "a.txt", "bad.txt", "big.txt", "dead-link", "sub/b.md"]


def test_arguments_keep_their_order_and_their_spelling(folder, monkeypatch):
    monkeypatch.chdir(folder)
    found = inputs_of(["./sub", "a.txt", ".git/config"], SECONDS)
    assert [each.name for each in found] == ["./sub/b.md", "a.txt", ".git/config"]


def test_a_folder_without_files_is_an_error(tmp_path):
    (found,) = inputs_of([str(tmp_path)], SECONDS)
    assert isinstance(found.error, DocumentNotFound)
    assert str(found.error) == "There are no files in this folder."


@pytest.mark.parametrize("name", ["nothing.txt", "a.txt/below", "nul\0.txt"])
def test_a_path_that_names_nothing_is_an_error(folder, name):
    (found,) = inputs_of([str(folder / name)], SECONDS)
    assert isinstance(found.error, DocumentNotFound)
    assert found.error.reason == "DOCUMENT_NOT_FOUND"


def test_a_link_to_nowhere_is_told_apart_from_a_wrong_path(folder):
    (folder / "dead").symlink_to("nothing")
    (found,) = inputs_of([str(folder / "dead")], SECONDS)
    assert str(found.error) == "It is a link to a file that is not there."
    with pytest.raises(DocumentNotFound, match="It is a link"):
        document_of(Input(str(folder / "dead")), 5)


def test_standard_input_is_read(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"hello")))
    (found,) = inputs_of(["-"], SECONDS)
    assert found == Input(STDIN_NAME, data=b"hello")
    assert document_of(found, 5).content == b"hello"
    assert document_of(found, 5).filename == ""


def test_a_pipe_is_read_like_a_file(tmp_path):
    reader, writer = os.pipe()
    os.write(writer, b"hello")
    os.close(writer)
    (found,) = inputs_of([f"/dev/fd/{reader}"], SECONDS)
    os.close(reader)
    assert found.data == b"hello"


def test_a_pipe_without_a_writer_is_waited_for_as_long_as_a_file_may_take(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (found,) = inputs_of([str(tmp_path / "pipe")], 0.1)
    assert isinstance(found.error, DeadlineExceeded)
    assert str(found.error) == "Nobody wrote all of it within 0.1 s. Give it more time with --timeout."


def test_a_pipe_whose_writer_comes_late_is_read_to_its_end(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "long.txt").write_text("hello " * 50_000)
    command = f"sleep 0.2; cat {tmp_path}/long.txt {tmp_path}/long.txt > {tmp_path}/pipe"
    with subprocess.Popen(["sh", "-c", command]) as writer:
        (found,) = inputs_of([str(tmp_path / "pipe")], SECONDS)
        assert writer.wait(SECONDS) == 0
    assert found.data == b"hello " * 100_000


def test_a_socket_is_no_file(tmp_path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "s"))
        (found,) = inputs_of([str(tmp_path / "s")], SECONDS)
    assert str(found.error).startswith("The file cannot be read: ")


def test_an_endless_device_is_read_to_the_limit_only(monkeypatch):
    monkeypatch.setattr("papermesh.cli.inputs.MAX_MESSAGE_BYTES", 10_000_000)
    (found,) = inputs_of(["/dev/zero"], SECONDS)
    assert len(found.data) < 12_000_000
    with pytest.raises(DocumentTooLarge):
        document_of(found, 1000)


def test_a_file_is_read_when_it_is_asked_for(folder):
    (found,) = inputs_of([str(folder / "a.txt")], SECONDS)
    (folder / "a.txt").write_text("later")
    document = document_of(found, 5)
    assert (document.content, document.filename) == (b"later", "a.txt")


def test_a_file_over_the_limit_is_not_read(folder, monkeypatch):
    (found,) = inputs_of([str(folder / "big.txt")], SECONDS)
    monkeypatch.setattr("pathlib.Path.open", None)
    with pytest.raises(DocumentTooLarge, match=r"has 1,001 bytes; at most 1,000 are read") as caught:
        document_of(found, 1000)
    assert caught.value.reason == "DOCUMENT_TOO_LARGE"
    assert caught.value.metadata == {"limit": "max_document_bytes", "value": "1000"}


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (FileNotFoundError(), DocumentNotFound),
        (PermissionError(), PermissionDenied),
        (OSError(5, "Bad"), DocumentNotFound),
    ],
)
def test_errors_of_the_file_system_are_told_in_our_words(folder, monkeypatch, error, kind):
    def fail(*_):
        raise error

    (found,) = inputs_of([str(folder / "a.txt")], SECONDS)
    monkeypatch.setattr("pathlib.Path.open", fail)
    with pytest.raises(kind):
        document_of(found, 1000)
