"""Turns bytes into text and structure. Knows nothing of gRPC."""

from papermesh_services.documents.errors import (
    DocumentCorrupt,
    DocumentEmpty,
    DocumentEncrypted,
    DocumentError,
    DocumentNotFound,
    DocumentOutsideRoots,
    DocumentTooLarge,
    DocumentWithoutText,
    FormatUnsupported,
)
from papermesh_services.documents.limits import Limits
from papermesh_services.documents.model import Block, BlockKind, Document, Format, Metadata, Page, Span
from papermesh_services.documents.reading import read, read_text
from papermesh_services.documents.source import open_document

__all__ = [
    "Block",
    "BlockKind",
    "Document",
    "DocumentCorrupt",
    "DocumentEmpty",
    "DocumentEncrypted",
    "DocumentError",
    "DocumentNotFound",
    "DocumentOutsideRoots",
    "DocumentTooLarge",
    "DocumentWithoutText",
    "Format",
    "FormatUnsupported",
    "Limits",
    "Metadata",
    "Page",
    "Span",
    "open_document",
    "read",
    "read_text",
]
