"""Turns bytes into text and structure. Knows nothing of gRPC."""

from papermesh_services.documents.errors import (
    DocumentCorrupt,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentError,
    DocumentNotFound,
    DocumentOutsideRoots,
    DocumentTooLarge,
    DocumentUnfinished,
    DocumentWithoutText,
    FormatUnsupported,
)
from papermesh_services.documents.limits import Limits
from papermesh_services.documents.model import (
    Attachment,
    Block,
    BlockKind,
    Cell,
    Cells,
    Document,
    Format,
    Link,
    Metadata,
    Page,
    Span,
    Status,
    Traits,
)
from papermesh_services.documents.reading import read, read_text
from papermesh_services.documents.source import open_descriptor, open_document, read_opened
from papermesh_services.documents.watch import Watch

__all__ = [
    "Attachment",
    "Block",
    "BlockKind",
    "Cell",
    "Cells",
    "Document",
    "DocumentCorrupt",
    "DocumentEmpty",
    "DocumentEncrypted",
    "DocumentError",
    "DocumentNotFound",
    "DocumentOutsideRoots",
    "DocumentTooLarge",
    "DocumentUnfinished",
    "DocumentWithoutText",
    "Format",
    "FormatUnsupported",
    "Limits",
    "Link",
    "Metadata",
    "Page",
    "Span",
    "Status",
    "Traits",
    "Watch",
    "open_descriptor",
    "open_document",
    "read",
    "read_opened",
    "read_text",
]
