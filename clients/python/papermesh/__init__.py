"""Papermesh reads documents: what kind each one is, and how good it is. This is the client.

from papermesh import SyncClient

with SyncClient() as client:
print(client.classify("invoice.pdf").category)
"""

from __future__ import annotations

import importlib
import importlib.metadata
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from papermesh.client import Client
    from papermesh.documents import Document
    from papermesh.errors import (
        Aborted,
        AlreadyExists,
        Cancelled,
        DeadlineExceeded,
        DocumentCorrupt,
        DocumentEmpty,
        DocumentEncrypted,
        DocumentNotFound,
        DocumentOutsideRoots,
        DocumentTooLarge,
        DocumentWithoutText,
        FailedPrecondition,
        FieldViolation,
        FormatUnsupported,
        InvalidDocument,
        InvalidRequest,
        NotFound,
        PapermeshError,
        PermissionDenied,
        ResourceExhausted,
        ServerError,
        Unauthenticated,
        Unavailable,
        Unimplemented,
    )
    from papermesh.extraction import Extraction
    from papermesh.statuses import error_from_status
    from papermesh.sync import SyncClient, SyncExtraction

__all__ = [
    "Aborted",
    "AlreadyExists",
    "Cancelled",
    "Client",
    "DeadlineExceeded",
    "Document",
    "DocumentCorrupt",
    "DocumentEmpty",
    "DocumentEncrypted",
    "DocumentNotFound",
    "DocumentOutsideRoots",
    "DocumentTooLarge",
    "DocumentWithoutText",
    "Extraction",
    "FailedPrecondition",
    "FieldViolation",
    "FormatUnsupported",
    "InvalidDocument",
    "InvalidRequest",
    "NotFound",
    "PapermeshError",
    "PermissionDenied",
    "ResourceExhausted",
    "ServerError",
    "SyncClient",
    "SyncExtraction",
    "Unauthenticated",
    "Unavailable",
    "Unimplemented",
    "error_from_status",
]

_HOMES: Final = {
    "Client": "client",
    "Document": "documents",
    "Extraction": "extraction",
    "SyncClient": "sync",
    "SyncExtraction": "sync",
    "error_from_status": "statuses",
}


def __getattr__(name: str) -> Any:
    """Loads a public name when it is first asked for.

    The generated messages live below this package too, and whoever needs those alone, or only the version, is not to
    load the whole client with gRPC.
    """
    if name == "__version__":
        return importlib.metadata.version("papermesh")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"papermesh.{_HOMES.get(name, 'errors')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
