"""The settings of a server: every limit with its name, its unit and its default, in one place.

Nothing below reads the environment or the command line; whoever assembles a server fills this in.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from papermesh_services.documents import Limits

if TYPE_CHECKING:
    from pathlib import Path

_POSITIVE = (
    "max_batch_items",
    "max_concurrent_calls",
    "max_pending_bytes",
    "max_processing_seconds",
    "max_upload_seconds",
    "spool_bytes",
    "upload_idle_seconds",
    "max_worker_memory_bytes",
)


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """How one server runs. Port 0 asks the system for a free one."""

    address: str = "127.0.0.1:50051"
    """Where it listens: host:port, [ipv6]:port or unix:path."""
    document_roots: tuple[Path, ...] = ()
    """The folders below which file_path may read; none means that no file_path is read."""
    workers: int = 0
    """Worker processes at the most; 0 means one for each processor this process may use."""
    limits: Limits = field(default_factory=Limits)
    """The limits on reading one document."""
    max_batch_items: int = 1000
    """Documents of one batch."""
    max_concurrent_calls: int = 1000
    """Calls under way at once, health checks, reflection and channelz apart; more are refused."""
    max_pending_bytes: int = 512 * 1024 * 1024
    """Bytes of all requests under way at once; more are refused. One request alone is always taken."""
    max_processing_seconds: float = 60.0
    """The longest one document may take, waiting for a worker included. An earlier deadline of the caller wins."""
    upload_idle_seconds: float = 30.0
    """How long the next bytes of a document that comes in pieces may let wait for them."""
    max_upload_seconds: float = 600.0
    """How long a document that comes in pieces may take to come in."""
    spool_bytes: int = 1024 * 1024
    """From this size on, a document that comes in pieces is kept in a file without a name, not in memory."""
    spool_folder: Path | None = None
    """Where such files are; the system's folder for temporary files by default."""
    max_worker_memory_bytes: int = 4 * 1024 * 1024 * 1024
    """Address space of one worker process."""
    abandoned_seconds: float = 1.0
    """How long a worker may go on with a document whose caller has gone, before it is ended and replaced."""
    drain_seconds: float = 30.0
    """How long running calls may take to finish when the server stops."""

    @property
    def worker_count(self) -> int:
        """The number of worker processes at the most."""
        return self.workers or len(os.sched_getaffinity(0))

    @property
    def max_message_bytes(self) -> int:
        """The largest gRPC message taken in: twice a document, so that one over its limit is told so by us."""
        return 2 * self.limits.max_document_bytes + 1024 * 1024

    def __post_init__(self) -> None:
        """Refuses settings that cannot work, before anything is started."""
        for name in _POSITIVE:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
        for name in ("workers", "abandoned_seconds", "drain_seconds"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative, as {getattr(self, name)} is")
