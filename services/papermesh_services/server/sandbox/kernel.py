"""System calls that Python has no function for. Nothing here decides anything."""

from __future__ import annotations

import ctypes
import os
from typing import Any, Final

PR_SET_NO_NEW_PRIVS: Final = 38
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


def call(number: int, *arguments: Any) -> int:
    """Makes a system call by its number. Raises OSError."""
    widened = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    result: int = _LIBC.syscall(ctypes.c_long(number), *widened)
    return _checked(result)


def prctl(option: int, value: int) -> None:
    """Makes the system call prctl. Raises OSError."""
    _checked(_LIBC.prctl(ctypes.c_int(option), *map(ctypes.c_ulong, (value, 0, 0, 0))))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
