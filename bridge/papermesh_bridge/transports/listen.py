"""Opens a listening socket, so that a port that is taken is told before anything else is started."""

from __future__ import annotations

import contextlib
import os
import socket

from papermesh_bridge.address import Address
from papermesh_bridge.errors import BindError

_BACKLOG = 1024


def listen(address: Address) -> socket.socket:
    """Listens on an address. Raises BindError."""
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as fault:
        raise BindError(f"cannot listen on {address}: the host {address.host!r} is not known ({fault})") from None
    family, kind, protocol, _, target = found[0]
    with contextlib.ExitStack() as undo:
        listener = undo.enter_context(socket.socket(family, kind, protocol))
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(target)
        except OSError as fault:
            raise BindError(f"cannot listen on {address}: {os.strerror(fault.errno or 0).lower()}") from None
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        undo.pop_all()
        return listener


def address_of(listener: socket.socket) -> Address:
    """Gives the address a socket really listens on."""
    host, port = listener.getsockname()[:2]
    return Address(host, port)
