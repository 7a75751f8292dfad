"""Writes rules on system calls as a program of classic BPF, as seccomp takes it. Pure: rules in, bytes out.

The program looks at struct seccomp_data (linux/seccomp.h): the number of the call at 0, the architecture at 4, the
arguments from 16 on, eight bytes each, the low half first on the two architectures there are tables for.
"""

from __future__ import annotations

import errno
import struct
from typing import TYPE_CHECKING, Final

from papermesh_services.server.sandbox.syscalls import AARCH64, LAST_KNOWN, X86_64, number

if TYPE_CHECKING:
    from collections.abc import Iterable

    from papermesh_services.server.sandbox.syscalls import Condition, Rule

AUDIT_ARCHES: Final = {X86_64: 0xC000003E, AARCH64: 0xC00000B7}
"""The architectures there is a table of numbers for, by their names of `uname -m`, as the kernel knows them."""

_LOAD: Final = 0x20  # BPF_LD | BPF_W | BPF_ABS
_AND: Final = 0x54  # BPF_ALU | BPF_AND | BPF_K
_JUMP_EQUAL: Final = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_GREATER: Final = 0x25  # BPF_JMP | BPF_JGT | BPF_K
_RETURN: Final = 0x06  # BPF_RET | BPF_K
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_KILL: Final = 0x80000000

_Step = tuple[int, int, int, int]


def program(rules: Iterable[Rule], machine: str) -> bytes:
    """The program that allows what the rules do, and refuses the rest.

    A call of another architecture's kind ends the process: nothing honest makes one.
    """
    steps: list[_Step] = [
        (_LOAD, 0, 0, 4),
        (_JUMP_EQUAL, 1, 0, AUDIT_ARCHES[machine]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, 0),
        # Newer calls, and on x86_64 those of x32, which have bit 30 set.
        (_JUMP_GREATER, 0, 1, LAST_KNOWN),
        (_RETURN, 0, 0, _ERRNO | errno.ENOSYS),
    ]
    for rule in rules:
        if (at := number(rule.name, machine)) is not None:
            steps += _when(at, _body(rule.conditions))
    for name in ("clone3", "openat2"):  # their arguments lie where a filter cannot look; libraries use the older ones
        steps += _when(number(name, machine) or 0, [(_RETURN, 0, 0, _ERRNO | errno.ENOSYS)])
    steps.append((_RETURN, 0, 0, _ERRNO | errno.EPERM))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def _when(call: int, body: list[_Step]) -> list[_Step]:
    return [(_JUMP_EQUAL, 0, len(body), call), *body]


def _body(conditions: tuple[Condition, ...]) -> list[_Step]:
    steps: list[_Step] = []
    for condition in conditions:
        steps += _check(condition)
    return [*steps, (_RETURN, 0, 0, _ALLOW)]


def _check(condition: Condition) -> list[_Step]:
    """Refuses where the condition does not hold, and goes on behind itself where it does."""
    values = condition.values
    tests = [(_JUMP_EQUAL, len(values) - at, 0, value) for at, value in enumerate(values)]
    return [
        (_LOAD, 0, 0, 16 + 8 * condition.argument + 4 * condition.high_half),
        (_AND, 0, 0, condition.mask),
        *tests,
        (_RETURN, 0, 0, _ERRNO | errno.EPERM),
    ]
