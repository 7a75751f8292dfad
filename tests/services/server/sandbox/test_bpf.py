"""The filter, run by a small machine of the tests' own, for both architectures; and its numbers."""

from __future__ import annotations

import errno
import re
import struct
from pathlib import Path

import pytest

from papermesh_services.server.sandbox.bpf import AUDIT_ARCHES, program
from papermesh_services.server.sandbox.syscalls import AARCH64, NUMBERS, X86_64, number, rules

PID = 4242
ALLOW, KILL = 0x7FFF0000, 0x80000000
EPERM, ENOSYS = 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
HEADERS = [
    (X86_64, "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    (AARCH64, "/usr/include/asm-generic/unistd.h"),
    # Those of the kernel for aarch64 itself, by Debian's linux-libc-dev-arm64-cross: of old kernels, and of newer ones.
    (AARCH64, "/usr/aarch64-linux-gnu/include/asm-generic/unistd.h"),
    (AARCH64, "/usr/aarch64-linux-gnu/include/asm/unistd_64.h"),
]


def run(steps, call, arguments, arch):
    """What classic BPF makes of one system call."""
    data = struct.pack("=IIQ6Q", call, arch, 0, *arguments, *[0] * (6 - len(arguments)))
    loaded = at = 0
    while True:
        code, yes, no, value = struct.unpack_from("=HBBI", steps, 8 * at)
        at += 1
        match code:
            case 0x20:
                (loaded,) = struct.unpack_from("=I", data, value)
            case 0x54:
                loaded &= value
            case 0x15:
                at += yes if loaded == value else no
            case 0x25:
                at += yes if loaded > value else no
            case 0x06:
                return value


def verdict(machine, name, *arguments, becomes=False):
    call = name if isinstance(name, int) else number(name, machine)
    return run(program(rules(PID, becomes=becomes), machine), call, arguments, AUDIT_ARCHES[machine])


@pytest.mark.parametrize("machine", [X86_64, AARCH64])
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("read", (), ALLOW),
        ("futex", (), ALLOW),
        ("openat", (0, 0, 0o2000000), ALLOW),  # O_CLOEXEC
        ("openat", (0, 0, 1), EPERM),  # O_WRONLY
        ("openat", (0, 0, 2), EPERM),  # O_RDWR
        ("openat", (0, 0, 3), EPERM),
        ("openat", (0, 0, 0o100), EPERM),  # O_CREAT
        ("openat", (0, 0, 0o1000), EPERM),  # O_TRUNC
        ("openat", (0, 0, 0o20200000), EPERM),  # O_TMPFILE
        ("openat2", (), ENOSYS),
        ("clone3", (), ENOSYS),
        ("clone", (0x3D0F00,), ALLOW),  # pthread_create
        ("clone", (0x1200011,), EPERM),  # fork
        ("clone", (0x10000 | 0x10000000,), EPERM),  # a thread in a namespace of its own
        ("execve", (), EPERM),
        ("prlimit64", (0, 7, 0), ALLOW),
        ("prlimit64", (PID, 7, 0), EPERM),
        ("prlimit64", (0, 7, 0x1000), EPERM),
        ("prlimit64", (0, 7, 0x1000_0000_0000), EPERM),
        ("kill", (PID,), ALLOW),
        ("kill", (PID + 1,), EPERM),
        ("kill", (0xFFFFFFFF,), EPERM),
        ("tgkill", (PID,), ALLOW),
        ("tgkill", (1,), EPERM),
        ("prctl", (15,), ALLOW),
        ("prctl", (22,), EPERM),  # PR_SET_SECCOMP
        ("ioctl", (0, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), EPERM),  # TIOCSTI
        ("fcntl", (0, 1030), ALLOW),
        ("fcntl", (0, 8), EPERM),  # F_SETOWN
        ("seccomp", (), EPERM),
        (425, (), EPERM),  # io_uring_setup
        (444, (), EPERM),  # landlock_create_ruleset
        (999, (), ENOSYS),
        (0x40000000, (), ENOSYS),  # read, by x32
    ],
)
def test_what_is_allowed(machine, name, arguments, expected):
    assert verdict(machine, name, *arguments) == expected


@pytest.mark.parametrize("machine", [X86_64, AARCH64])
def test_becoming_a_program_takes_one_more_call_and_no_children(machine):
    assert verdict(machine, "execve", becomes=True) == ALLOW
    assert verdict(machine, "execve") == EPERM
    assert verdict(machine, "clone", 0x1200011, becomes=True) == EPERM
    assert verdict(machine, "openat", 0, 0, 1, becomes=True) == EPERM


def test_calls_of_another_architecture_end_the_process():
    steps = program(rules(PID, becomes=False), X86_64)
    assert run(steps, 0, (), AUDIT_ARCHES[AARCH64]) == KILL
    assert run(steps, 3, (), 0x40000003) == KILL  # a call of 32 bits


@pytest.mark.parametrize("machine", [X86_64, AARCH64])
def test_every_other_call_is_refused(machine):
    known = {number(name, machine) for name in NUMBERS}
    assert {verdict(machine, call) for call in range(471) if call not in known} == {EPERM}


@pytest.mark.parametrize(("machine", "header"), HEADERS)
def test_the_numbers_are_those_of_the_headers(machine, header):
    if not Path(header).exists():
        pytest.skip(f"no {header} here")
    found = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text())
    headers = {name: int(value) for name, value in found}
    headers.setdefault("newfstatat", headers.get("fstatat"))
    assert {name: number(name, machine) for name in NUMBERS} == {name: headers.get(name) for name in NUMBERS}
