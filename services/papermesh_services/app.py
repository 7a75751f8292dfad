"""Assembles the servers: what `papermesh serve` and `papermesh up` start, and what a program may embed."""

from __future__ import annotations

from papermesh_services.classification import servicer as classification
from papermesh_services.quality import servicer as quality
from papermesh_services.server.config import ServerConfig
from papermesh_services.server.sandbox import ContainmentMode
from papermesh_services.server.server import CannotListen, Server
from papermesh_services.server.workers import WorkerDied

__all__ = [
    "CannotListen",
    "ContainmentMode",
    "Server",
    "ServerConfig",
    "WorkerDied",
    "classification_server",
    "quality_server",
]


def classification_server(config: ServerConfig) -> Server:
    """A server that tells document types apart. Make it on the event loop it will run on."""
    return Server(classification.DEFINITION, config)


def quality_server(config: ServerConfig) -> Server:
    """A server that judges documents. Make it on the event loop it will run on."""
    return Server(quality.DEFINITION, config)
