"""The system calls a worker may make, with their numbers, and what their arguments must be. A table and values only.

What is not here is refused with EPERM: sockets, new processes, programs, signals to others, tracing, mounting, writing
to files, and the long rest. Refused, not killed, so that a library which only tries its luck goes another way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

X86_64: Final = "x86_64"
AARCH64: Final = "aarch64"

# Name: the number on x86_64, and on aarch64; None where there is no such call.
NUMBERS: Final[dict[str, tuple[int | None, int | None]]] = {
    "access": (21, None),
    "arch_prctl": (158, None),
    "brk": (12, 214),
    "clock_getres": (229, 114),
    "clock_gettime": (228, 113),
    "clock_nanosleep": (230, 115),
    "clone": (56, 220),
    "clone3": (435, 435),
    "close": (3, 57),
    "close_range": (436, 436),
    "dup": (32, 23),
    "dup2": (33, None),
    "dup3": (292, 24),
    "execve": (59, 221),
    "exit": (60, 93),
    "exit_group": (231, 94),
    "faccessat": (269, 48),
    "faccessat2": (439, 439),
    "fcntl": (72, 25),
    "fork": (57, None),
    "fstat": (5, 80),
    "futex": (202, 98),
    "get_robust_list": (274, 100),
    "getcpu": (309, 168),
    "getcwd": (79, 17),
    "getdents64": (217, 61),
    "getegid": (108, 177),
    "geteuid": (107, 175),
    "getgid": (104, 176),
    "getitimer": (36, 102),
    "getpid": (39, 172),
    "getppid": (110, 173),
    "getrandom": (318, 278),
    "getrlimit": (97, 163),
    "getrusage": (98, 165),
    "getsockname": (51, 204),
    "getsockopt": (55, 209),
    "gettid": (186, 178),
    "gettimeofday": (96, 169),
    "getuid": (102, 174),
    "ioctl": (16, 29),
    "kill": (62, 129),
    "lseek": (8, 62),
    "lstat": (6, None),
    "madvise": (28, 233),
    "membarrier": (324, 283),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "mremap": (25, 216),
    "munmap": (11, 215),
    "nanosleep": (35, 101),
    "newfstatat": (262, 79),
    "open": (2, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "pipe": (22, None),
    "pipe2": (293, 59),
    "poll": (7, None),
    "ppoll": (271, 73),
    "prctl": (157, 167),
    "pread64": (17, 67),
    "prlimit64": (302, 261),
    "pselect6": (270, 72),
    "read": (0, 63),
    "readlink": (89, None),
    "readlinkat": (267, 78),
    "readv": (19, 65),
    "recvmsg": (47, 212),
    "restart_syscall": (219, 128),
    "rseq": (334, 293),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sched_getaffinity": (204, 123),
    "sched_yield": (24, 124),
    "seccomp": (317, 277),
    "select": (23, None),
    "set_robust_list": (273, 99),
    "set_tid_address": (218, 96),
    "setitimer": (38, 103),
    "setsid": (112, 157),
    "sigaltstack": (131, 132),
    "stat": (4, None),
    "statx": (332, 291),
    "sysinfo": (99, 179),
    "tgkill": (234, 131),
    "time": (201, None),
    "times": (100, 153),
    "uname": (63, 160),
    "vfork": (58, None),
    "wait4": (61, 260),
    "waitid": (247, 95),
    "write": (1, 64),
    "writev": (20, 66),
}
LAST_KNOWN: Final = 470
"""Calls with a higher number are newer than this table: they do not exist here, so that libraries use older ones."""

_OPEN_WRITING: Final = 0o3 | 0o100 | 0o1000 | 0o20000000  # the access mode, O_CREAT, O_TRUNC, O_TMPFILE's own bit
_CLONE_THREAD: Final = 0x00010000
_CLONE_NEW_NAMESPACE: Final = 0x02000000 | 0x00020000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
_PRCTL_NAMES: Final = (15, 16, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA
_PRCTL_DEATH_SIGNAL: Final = 1
_IOCTLS: Final = (0x5401, 0x5413, 0x541B, 0x5421, 0x5451)  # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX
_FCNTLS: Final = (0, 1, 2, 3, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC

# fmt: off
_FREE: Final = (
    "access", "brk", "clock_getres", "clock_gettime", "clock_nanosleep", "close", "close_range", "dup", "exit",
    "exit_group", "faccessat", "faccessat2", "fstat", "futex", "get_robust_list", "getcpu", "getcwd", "getdents64",
    "getegid", "geteuid", "getgid", "getitimer", "getpid", "getppid", "getrandom", "getrlimit", "getrusage",
    "getsockname", "getsockopt", "gettid", "gettimeofday", "getuid", "lseek", "lstat", "madvise", "membarrier",
    "mmap", "mprotect", "mremap", "munmap", "nanosleep", "newfstatat", "poll", "ppoll", "pread64", "pselect6", "read",
    "readlink", "readlinkat", "readv", "recvmsg", "restart_syscall", "rseq", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "sched_getaffinity", "sched_yield", "select", "set_robust_list", "set_tid_address", "setitimer",
    "sigaltstack", "stat", "statx", "sysinfo", "time", "times", "uname", "write", "writev",
)
# fmt: on
# fmt: off
_TO_RUN_PROGRAMS: Final = (
    "arch_prctl", "dup2", "dup3", "execve", "fork", "kill", "pipe", "pipe2", "setsid", "tgkill", "vfork", "wait4",
    "waitid",
)
# fmt: on


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds where an argument, under a mask, is one of some values. Arguments count from 0."""

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF
    high_half: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A system call that may be made where all its conditions hold."""

    name: str
    conditions: tuple[Condition, ...] = ()


def number(name: str, machine: str) -> int | None:
    """The number of a call; None where the machine has none of that name."""
    return NUMBERS[name][0 if machine == X86_64 else 1]


def rules(pid: int, *, programs: bool) -> tuple[Rule, ...]:
    """What the process may do. programs: whether it may run some."""
    names = [*_FREE, *(_TO_RUN_PROGRAMS if programs else ())]
    own = Condition(0, (pid,))
    limited = [
        Rule("open", (Condition(1, (0,), _OPEN_WRITING),)),
        Rule("openat", (Condition(2, (0,), _OPEN_WRITING),)),
        # Its own limits may be read, and nothing may be set: the third argument is no pointer.
        Rule("prlimit64", (Condition(0, (0,)), Condition(2, (0,)), Condition(2, (0,), high_half=True))),
        Rule("prctl", (Condition(0, (*_PRCTL_NAMES, _PRCTL_DEATH_SIGNAL) if programs else _PRCTL_NAMES),)),
        Rule("ioctl", (Condition(1, _IOCTLS),)),
        Rule("fcntl", (Condition(1, _FCNTLS),)),
        Rule("clone", (_threads_only(programs=programs),)),
    ]
    if not programs:
        limited += [Rule("kill", (own,)), Rule("tgkill", (own,))]
    return (*limited, *map(Rule, names))


def _threads_only(*, programs: bool) -> Condition:
    if programs:
        return Condition(0, (0,), _CLONE_NEW_NAMESPACE)
    return Condition(0, (_CLONE_THREAD,), _CLONE_THREAD | _CLONE_NEW_NAMESPACE)
