"""Puts a filter on the system calls of this process, for good."""

from __future__ import annotations

import ctypes
import os
from typing import Final

from papermesh_services.server.sandbox import kernel
from papermesh_services.server.sandbox.bpf import AUDIT_ARCHES, program
from papermesh_services.server.sandbox.syscalls import number, rules

_SET_MODE_FILTER: Final = 1
_ALL_THREADS: Final = 1  # SECCOMP_FILTER_FLAG_TSYNC
_STEP_BYTES: Final = 8


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def install(*, programs: bool) -> None:
    """Installs the filter on every thread. no_new_privs must be set. Raises OSError where that cannot be."""
    machine = os.uname().machine
    if machine not in AUDIT_ARCHES:
        raise OSError(0, f"there is no table of system calls for {machine}")
    steps = program(rules(os.getpid(), programs=programs), machine)
    given = _Program(len(steps) // _STEP_BYTES, steps)
    kernel.call(number("seccomp", machine) or 0, _SET_MODE_FILTER, _ALL_THREADS, ctypes.byref(given))
