"""The settings of a server: every limit with its name, its unit and its default, in one place.

Nothing below reads the environment or the command line; whoever assembles a server fills this in.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, get_args

from papermesh_services.documents import Limits
from papermesh_services.server.recognition.model import RecognitionSettings
from papermesh_services.server.sandbox import ContainmentMode, Profile
from papermesh_services.server.worker import WorkerSettings
from papermesh_services.server.workers import PoolSettings

if TYPE_CHECKING:
    from pathlib import Path

_POSITIVE = (
    "max_batch_items",
    "max_concurrent_calls",
    "max_pending_bytes",
    "max_processing_seconds",
    "max_upload_seconds",
    "download_idle_seconds",
    "max_download_seconds",
    "spool_bytes",
    "upload_idle_seconds",
    "max_worker_memory_bytes",
    "max_worker_resident_bytes",
    "max_worker_answer_bytes",
    "max_cpu_seconds",
    "max_jobs_per_worker",
    "quarantine_size",
    "max_recognition_memory_bytes",
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
    workers_per_document: int = 0
    """Workers that read one long document at the most, where others are idle; 0 means all there are, 1 never shares."""
    limits: Limits = field(default_factory=Limits)
    """The limits on reading one document."""
    max_batch_items: int = 1000
    """Documents of one batch."""
    max_concurrent_calls: int = 1000
    """Calls under way at once, health checks, reflection and channelz apart; more are refused."""
    max_pending_bytes: int = 512 * 1024 * 1024
    """Bytes of all requests under way at once; more are refused. One request alone is always taken."""
    max_processing_seconds: float = 20.0
    """The longest one document may take, waiting for a worker included. An earlier deadline of the caller wins."""
    max_cpu_seconds: float = 20.0
    """Processor time one document may take of a worker; the worker that takes more is ended."""
    partial_seconds: float = 2.0
    """How long before the deadline of a document its reader stops with what it has; a quarter of its time at most."""
    upload_idle_seconds: float = 30.0
    """How long the next bytes of a document that comes in pieces may let wait for them."""
    max_upload_seconds: float = 600.0
    """How long a document that comes in pieces may take to come in."""
    download_idle_seconds: float = 30.0
    """How long the caller of an answer that is given bit by bit may let it wait before taking the next of it."""
    max_download_seconds: float = 600.0
    """How long such a caller may take in all, from the first part on. An earlier deadline of the caller wins."""
    spool_bytes: int = 1024 * 1024
    """From this size on, a document that comes in pieces is kept in a file without a name, not in memory."""
    spool_folder: Path | None = None
    """Where such files are; the system's folder for temporary files by default."""
    max_worker_memory_bytes: int = 1024 * 1024 * 1024
    """Address space of one worker process."""
    max_worker_resident_bytes: int = 512 * 1024 * 1024
    """Memory a worker may still hold after a document; one that holds more is replaced."""
    max_worker_answer_bytes: int = 256 * 1024 * 1024
    """The largest answer a worker may give."""
    max_jobs_per_worker: int = 500
    """Documents after which a worker is replaced."""
    containment: ContainmentMode = "available"
    """How much workers are shut in: "available", all that the system has; "required", all there is, or the server does
    not start; "limits", by the limits on memory, time and files alone."""
    recognition: bool = True
    """Whether text in pictures is recognised, where tesseract is installed."""
    tesseract: Path | None = None
    """Where tesseract is; by default it is looked for in the folders that systems keep programs in."""
    recognition_languages: tuple[str, ...] = ()
    """Tesseract's models for documents, besides that of the language a document declares; English by default."""
    max_recognition_memory_bytes: int = 1024 * 1024 * 1024
    """Address space of the process that recognises a page."""
    quarantine_size: int = 1000
    """Documents remembered at the most because they have ended workers."""
    quarantine_seconds: float = 3600.0
    """How long such a document is remembered; 0 remembers none."""
    abandoned_seconds: float = 1.0
    """How long a worker may go on with a document whose caller has gone, before it is ended and replaced."""
    drain_seconds: float = 30.0
    """How long running calls may take to finish when the server stops."""

    @property
    def worker_count(self) -> int:
        """The number of worker processes at the most."""
        return self.workers or len(os.sched_getaffinity(0))

    def worker_settings(self, module: str) -> WorkerSettings:
        """What the workers are made with that do the jobs of this module."""
        profile = Profile(self.max_worker_memory_bytes, self.containment)
        return WorkerSettings(module, self.limits, profile, self.max_worker_answer_bytes)

    @property
    def pool_settings(self) -> PoolSettings:
        """How the workers are used."""
        own = {each.name: getattr(self, each.name) for each in fields(PoolSettings) if each.name != "size"}
        return PoolSettings(size=self.worker_count, **own)

    @property
    def recognition_settings(self) -> RecognitionSettings | None:
        """How text is recognised; None where it is not."""
        if not self.recognition:
            return None
        return RecognitionSettings(
            program=self.tesseract,
            languages=self.recognition_languages,
            seconds=self.limits.max_recognition_seconds,
            pixels=self.limits.max_recognition_pixels,
            memory_bytes=self.max_recognition_memory_bytes,
            mode=self.containment,
        )

    @property
    def max_message_bytes(self) -> int:
        """The largest gRPC message taken in: twice a document, so that one over its limit is told so by us."""
        return 2 * self.limits.max_document_bytes + 1024 * 1024

    def __post_init__(self) -> None:
        """Refuses settings that cannot work, before anything is started."""
        for name in _POSITIVE:
            if getattr(self, name) <= 0:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
        for name in (
            "workers",
            "workers_per_document",
            "abandoned_seconds",
            "drain_seconds",
            "partial_seconds",
            "quarantine_seconds",
        ):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must not be negative, as {getattr(self, name)} is")
        if self.containment not in get_args(ContainmentMode):
            known = ", ".join(get_args(ContainmentMode))
            raise ValueError(f"containment must be one of {known}, not {self.containment!r}")
