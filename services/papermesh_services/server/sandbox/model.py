"""What is wanted of a sandbox, and what came of it. Values only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from pathlib import Path

ContainmentMode = Literal["available", "required", "limits"]
"""available: all that the system has. required: all there is, or the server does not start. limits: only the limits
on memory, time and files, for a system whose kernel does not get on with the rest."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a process keeps.

    max_memory_bytes: its address space. max_open_files: descriptors at once.
    readable: folders and files it may read, besides those Python and its libraries lie in.
    programs: programs it may run as children, which are held to the same rules; none by default. They are granted
    only where Landlock can hold it to these alone.
    """

    max_memory_bytes: int
    mode: ContainmentMode = "available"
    max_open_files: int = 64
    readable: tuple[Path, ...] = ()
    programs: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Containment:
    """What a process has given up.

    landlock_version: the version of Landlock's interface in force, 0 for none.
    missing: what was wanted and could not be had, in words, one part each.
    """

    memory_limit_bytes: int
    open_files_limit: int
    no_new_privileges: bool = False
    seccomp: bool = False
    landlock_version: int = 0
    missing: tuple[str, ...] = ()

    def to_bytes(self) -> bytes:
        """Itself, for the way from a worker to its server."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Reads what to_bytes wrote. Raises ValueError, TypeError."""
        fields = json.loads(data)
        return cls(**{**fields, "missing": tuple(fields["missing"])})
