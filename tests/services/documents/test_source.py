from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from papermesh_services.documents import (
    DocumentError,
    DocumentNotFound,
    DocumentOutsideRoots,
    DocumentTooLarge,
    Limits,
    open_document,
)

LIMITS = Limits()


@pytest.fixture
def roots(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    for root in (first, second):
        root.mkdir()
    (first / "a.txt").write_text("first a")
    (first / "sub").mkdir()
    (first / "sub" / "b.txt").write_text("first b")
    (second / "c.txt").write_text("second c")
    (tmp_path / "secret.txt").write_text("secret")
    return first, second


@pytest.mark.parametrize(
    ("path", "data", "name"),
    [
        ("a.txt", b"first a", "a.txt"),
        ("sub/b.txt", b"first b", "b.txt"),
        ("./sub//b.txt", b"first b", "b.txt"),
        ("c.txt", b"second c", "c.txt"),
    ],
)
def test_relative_paths_are_tried_in_each_root(roots, path, data, name):
    assert open_document(path, roots, LIMITS) == (data, name)


def test_absolute_path_below_a_root_is_read(roots):
    assert open_document(str(roots[1] / "c.txt"), roots, LIMITS) == (b"second c", "c.txt")


def test_a_root_given_through_a_symlink_is_a_root(roots, tmp_path):
    alias = tmp_path / "alias"
    alias.symlink_to(roots[0])
    assert open_document(str(alias / "a.txt"), (alias,), LIMITS)[0] == b"first a"


@pytest.mark.parametrize(
    "path",
    [
        "../secret.txt",
        "sub/../../secret.txt",
        "sub/../a.txt",
        "/etc/passwd",
        "/no/such/file",
        "a.txt\0.pdf",
        "",
        "\ud800",
        "//etc/passwd",
    ],
)
def test_what_leads_out_is_refused_whether_it_exists_or_not(roots, path):
    with pytest.raises(DocumentOutsideRoots):
        open_document(path, roots, LIMITS)


@pytest.mark.parametrize("target", ["secret.txt", "absent.txt"])
def test_a_symlink_that_leads_out_does_not_show_what_is_there(roots, tmp_path, target):
    (roots[0] / "link").symlink_to(tmp_path / target)
    (roots[0] / "folder").symlink_to(tmp_path)
    for path in ("link", f"folder/{target}"):
        with pytest.raises(DocumentOutsideRoots) as caught:
            open_document(path, roots, LIMITS)
        assert str(tmp_path) not in caught.value.message


def test_a_symlink_that_stays_inside_is_followed(roots):
    (roots[0] / "link.txt").symlink_to(roots[1] / "c.txt")
    assert open_document("link.txt", roots, LIMITS)[0] == b"second c"


def test_without_roots_nothing_is_read(roots):
    with pytest.raises(DocumentOutsideRoots, match="no document roots"):
        open_document(str(roots[0] / "a.txt"), (), LIMITS)


@pytest.mark.parametrize("path", ["absent.txt", "absent/a.txt", "a.txt/b", "x" * 300, "loop"])
def test_missing_below_a_root_is_not_found(roots, path):
    (roots[0] / "loop").symlink_to("loop")
    with pytest.raises(DocumentNotFound) as caught:
        open_document(path, roots, LIMITS)
    assert str(roots[0].parent) not in caught.value.message


def test_folders_pipes_and_sockets_are_no_documents_and_never_block(roots, monkeypatch):
    os.mkfifo(roots[0] / "pipe")
    monkeypatch.chdir(roots[0])
    listener = socket.socket(socket.AF_UNIX)
    with listener:
        listener.bind("sock")
        for path in ("pipe", "sub", ".", "sock"):
            with pytest.raises(DocumentNotFound, match="not a file"):
                open_document(path, roots, LIMITS)


def test_a_device_below_a_root_is_not_read(tmp_path):
    with pytest.raises(DocumentNotFound, match="not a file"):
        open_document("/dev/zero", (Path("/dev"),), LIMITS)


def test_size_is_held_before_reading(roots):
    with (roots[0] / "big.bin").open("wb") as stream:
        stream.truncate(1 << 40)
    with pytest.raises(DocumentTooLarge) as caught:
        open_document("big.bin", roots, LIMITS)
    assert caught.value.metadata == {"limit": "max_document_bytes", "value": str(LIMITS.max_document_bytes)}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_the_server_may_not_read_is_said_so(roots):
    (roots[0] / "a.txt").chmod(0)
    with pytest.raises(DocumentError, match="permissions"):
        open_document("a.txt", roots, LIMITS)
