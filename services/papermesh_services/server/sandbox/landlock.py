"""Takes the file system away from this process, but for what it may read, by Landlock (docs.kernel.org/userspace-api).

Nothing can be written, made or removed; no TCP port can be reached; and where the kernel's Landlock knows how, no
signal and no abstract socket goes to a process outside.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from typing import TYPE_CHECKING, Final

from papermesh_services.server.sandbox import kernel

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_ASK_VERSION: Final = 1
_PATH_BENEATH: Final = 1
EXECUTE, _READ_FILE, _READ_FOLDER = 1 << 0, 1 << 2, 1 << 3
READ: Final = _READ_FILE | _READ_FOLDER
_FOR_FILES: Final = EXECUTE | _READ_FILE
# What each version of the interface knows of: rights on files, on TCP (to bind, to connect), and scopes (abstract
# sockets, signals).
_FILE_RIGHTS: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_NET_FROM, _NET_RIGHTS = 4, 0b11
_SCOPES_FROM, _SCOPES = 6, 0b11


def version() -> int:
    """The version of the interface this kernel has. Raises OSError where it has none, or it is switched off."""
    return kernel.call(_CREATE_RULESET, None, 0, _ASK_VERSION)


def scopes_signals(version: int) -> bool:
    """Whether a process is kept from sending signals to those outside."""
    return version >= _SCOPES_FROM


def restrict(granted: Iterable[tuple[Path, int]]) -> int:
    """Leaves this process what is granted: paths and the rights below them. no_new_privs must be set.

    Returns the version in force. Raises OSError where it cannot be done. A path that is not there grants nothing.
    """
    available = version()
    ruleset = _ruleset(available)
    try:
        for path, rights in granted:
            _add(ruleset, path, rights)
        kernel.call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return available


def _ruleset(available: int) -> int:
    files = _FILE_RIGHTS[max(known for known in _FILE_RIGHTS if known <= available)]
    attributes = struct.pack("=Q", files)
    if available >= _NET_FROM:
        attributes += struct.pack("=Q", _NET_RIGHTS)
    if available >= _SCOPES_FROM:
        attributes += struct.pack("=Q", _SCOPES)
    return kernel.call(_CREATE_RULESET, ctypes.c_char_p(attributes), len(attributes), 0)


def _add(ruleset: int, path: Path, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _FOR_FILES
        rule = struct.pack("=Qi", rights, descriptor)
        kernel.call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.c_char_p(rule), 0)
    finally:
        os.close(descriptor)
