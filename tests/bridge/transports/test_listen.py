"""The file of a Unix socket: who may use it, whom it is taken from, and that it goes."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from papermesh_bridge import BackendConfig, BindError, Bridge, BridgeConfig
from papermesh_bridge.transports.listen import listen_unix

SUM = {"jsonrpc": "2.0", "id": 1, "method": "sum", "params": [1, 2]}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "bridge.sock"


@pytest.mark.parametrize(("options", "mode"), [({}, 0o600), ({"unix_mode": 0o660}, 0o660)])
async def test_the_socket_is_served_with_its_permissions_and_removed_at_the_end(
    calc, run_bridge, open_unix, path, options, mode
):
    async with run_bridge(calc.target, http=None, tcp=None, unix=path, **options) as caller:
        assert caller.bridge.unix_path == path
        assert stat.S_IMODE(path.stat().st_mode) == mode
        async with open_unix(path) as line:
            await line.send(SUM)
            assert (await line.answer())["result"] == 3
    assert not path.exists()


async def test_a_socket_that_nobody_listens_on_is_replaced(calc, run_bridge, open_unix, path):
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    async with run_bridge(calc.target, unix=path), open_unix(path) as line:
        await line.send(SUM)
        assert (await line.answer())["result"] == 3


async def test_a_socket_that_somebody_listens_on_is_refused_and_left_alone(calc, run_bridge, open_unix, path):
    async with run_bridge(calc.target, unix=path):
        second = Bridge(BridgeConfig(backends=(BackendConfig(calc.target),), unix=path))
        with pytest.raises(BindError, match=f"cannot listen on {path}: address already in use"):
            await second.start()
        async with open_unix(path) as line:
            await line.send(SUM)
            assert (await line.answer())["result"] == 3


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.write_text("precious")])
def test_a_file_of_another_kind_is_refused_and_left_alone(path, make):
    make(path)
    with pytest.raises(BindError, match=f"cannot listen on {path}: there is a file of another kind"):
        listen_unix(path, 0o600)
    assert path.exists()


def test_a_link_is_not_followed(path, tmp_path):
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BindError, match="a file of another kind"):
        listen_unix(path, 0o600)
    assert path.is_symlink()


@pytest.mark.parametrize(
    ("name", "told"), [("none/bridge.sock", "no such file or directory"), ("x" * 120, "AF_UNIX path too long")]
)
def test_a_place_that_cannot_be_is_said(tmp_path, name, told):
    with pytest.raises(BindError, match=f"cannot listen on {tmp_path / name}: {told}"):
        listen_unix(tmp_path / name, 0o600)


def test_the_file_of_another_is_not_removed(path):
    listener, file = listen_unix(path, 0o600)
    with listener:
        path.unlink()
        path.write_text("of another")
        file.remove()
        assert path.read_text() == "of another"
        path.unlink()
        file.remove()
