"""Opens a listening socket, so that a port that is taken is told before anything else is started."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from papermesh_bridge.address import Address
from papermesh_bridge.errors import BindError

if TYPE_CHECKING:
    from pathlib import Path

_BACKLOG = 1024
_PROBE_SECONDS = 1.0


def listen(address: Address) -> socket.socket:
    """Listens on an address. Raises BindError."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as fault:
        raise BindError(address, f"the host {address.host!r} is not known ({fault})") from None
    family, kind, protocol, _, target = found[0]
    with contextlib.ExitStack() as undo:
        listener = undo.enter_context(socket.socket(family, kind, protocol))
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(target)
        except OSError as fault:
            raise BindError(address, os.strerror(fault.errno or 0).lower()) from None
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        undo.pop_all()
        return listener


def address_of(listener: socket.socket) -> Address:
    """Gives the address a socket really listens on."""
    host, port = listener.getsockname()[:2]
    return Address(host, port)


@dataclass(frozen=True, slots=True)
class SocketFile:
    """The file of a Unix socket that is ours."""

    path: Path
    identity: tuple[int, int]

    def remove(self) -> None:
        """Removes the file, unless it is gone or somebody else's by now."""
        with contextlib.suppress(OSError):
            if _identity(self.path) == self.identity:
                self.path.unlink()


def listen_unix(path: Path, mode: int) -> tuple[socket.socket, SocketFile]:
    """Listens on a Unix socket whose file has these permissions; a file nobody listens on any more is replaced.

    Raises BindError.
    """
    with contextlib.ExitStack() as undo:
        listener = undo.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        try:
            _make_way(path)
            listener.bind(str(path))
            file = SocketFile(path, _identity(path))
            undo.callback(file.remove)
            # Nobody can connect before it listens, so nobody gets in by other permissions.
            path.chmod(mode)
            listener.listen(_BACKLOG)
        except OSError as fault:
            told = os.strerror(fault.errno).lower() if fault.errno else str(fault)
            raise BindError(path, told) from None
        listener.setblocking(False)
        undo.pop_all()
        return listener, file


def _make_way(path: Path) -> None:
    """Removes the file of a socket that nobody listens on. Raises BindError for any other file."""
    try:
        kind = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(kind):
        raise BindError(path, "there is a file of another kind")
    if _is_live(path):
        raise BindError(path, "address already in use")
    path.unlink(missing_ok=True)


def _is_live(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_PROBE_SECONDS)
        # A listener that is too busy to answer is one; a socket of datagrams is somebody's too.
        return probe.connect_ex(str(path)) not in (errno.ECONNREFUSED, errno.ENOENT)


def _identity(path: Path) -> tuple[int, int]:
    found = path.lstat()
    return found.st_dev, found.st_ino
