"""Shuts this process in: limits first, then what it may reach, then what it may ask of the kernel.

It cannot be undone, and holds for the children of the process too.
"""

from __future__ import annotations

import os
import resource
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Final

from papermesh_services.server.sandbox import kernel, landlock, seccomp
from papermesh_services.server.sandbox.model import Containment, Profile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LIBRARIES: Final = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
_STREAMS: Final = (0, 1, 2)


def enter(profile: Profile, kept: tuple[int, ...]) -> Containment:
    """Shuts this process in and says how well.

    kept: the descriptors it goes on using. All others it has inherited, its standard streams too, lead nowhere from
    here on. Raises OSError where not even the limits can be set.
    """
    _let_go(kept)
    _limit(profile)
    if profile.mode == "limits":
        return Containment(profile.max_memory_bytes, profile.max_open_files)
    missing: list[str] = []
    privileges = _tried("no_new_privs", missing, lambda: kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1))
    version = 0

    def restrict() -> None:
        nonlocal version
        version = landlock.restrict(_granted(profile))

    _tried("Landlock", missing, restrict)
    programs = bool(profile.programs) and landlock.scopes_signals(version)
    if profile.programs and not programs:
        missing.append("programs: none can be run, because Landlock cannot hold them in")
    filtered = _tried("seccomp", missing, lambda: seccomp.install(programs=programs))
    return Containment(
        memory_limit_bytes=profile.max_memory_bytes,
        open_files_limit=profile.max_open_files,
        no_new_privileges=privileges,
        seccomp=filtered,
        landlock_version=version,
        missing=tuple(missing),
    )


def _let_go(kept: tuple[int, ...]) -> None:
    """Leads descriptors into nothing; their numbers stay taken, because whoever has one may still close it."""
    nowhere = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
    for descriptor in {*(int(each.name) for each in Path("/proc/self/fd").iterdir()), *_STREAMS} - {nowhere, *kept}:
        os.dup2(nowhere, descriptor, inheritable=descriptor in _STREAMS)
    os.close(nowhere)


def _limit(profile: Profile) -> None:
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, profile.max_open_files),
        (resource.RLIMIT_AS, profile.max_memory_bytes),
    ):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


def _tried(what: str, missing: list[str], act: Callable[[], None]) -> bool:
    try:
        act()
    except OSError as error:
        missing.append(f"{what}: {error.strerror}")
        return False
    return True


def _granted(profile: Profile) -> Iterator[tuple[Path, int]]:
    for path in {*_python(), *map(Path, _LIBRARIES), *profile.readable}:
        yield path, landlock.READ
    if profile.programs:
        for path in profile.programs:
            yield path, landlock.READ | landlock.EXECUTE
        for folder in ("/lib", "/lib64"):  # the loader, which the kernel starts for each of them
            for loader in Path(folder).glob("ld-*"):
                yield loader, landlock.READ | landlock.EXECUTE


def _python() -> Iterator[Path]:
    """Where modules are, should one be imported only when a document needs it. No code is a secret."""
    for name in ("stdlib", "platstdlib", "purelib", "platlib"):
        yield Path(sysconfig.get_path(name))
    for name, module in tuple(sys.modules.items()):
        if "." not in name:  # a package that lies elsewhere, in a working copy, say
            yield from map(Path, getattr(module, "__path__", ()))
