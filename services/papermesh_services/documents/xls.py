"""Reads XLS: checks what calamine would allocate, and gives it the workbook alone in a container that is sound.

calamine follows the chains of a container in circles without end, and believes the dimensions that a sheet declares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from papermesh_services.documents.biff import survey
from papermesh_services.documents.cells import too_many_cells
from papermesh_services.documents.errors import DocumentCorrupt, DocumentEncrypted
from papermesh_services.documents.model import Document, Format, Traits
from papermesh_services.documents.ole_facts import metadata_of
from papermesh_services.documents.ole_pack import packed
from papermesh_services.documents.ole_stream import Container
from papermesh_services.documents.progress import Progress
from papermesh_services.documents.workbook import PlainSource, WorkbookReader

if TYPE_CHECKING:
    from papermesh_services.documents.limits import Limits
    from papermesh_services.documents.watch import Watch

_STREAMS = ("Workbook", "Book")
# One row and one column: calamine reserves what a sheet declares, and reads what there is.
_SMALL = {14: bytes.fromhex("0000000001000000000001000000"), 10: bytes.fromhex("00000100000001000000")}


def read(data: bytes, limits: Limits, watch: Watch) -> Document:
    """The workbook in these bytes."""
    container = Container(data)
    progress = Progress(watch)
    source = PlainSource()
    reader = WorkbookReader(source, limits, watch, progress)
    progress.step(lambda: reader.read(_checked(data, container, source, limits, watch)))
    return reader.document(Format.XLS, metadata_of(data, container), "", Traits())


def _checked(data: bytes, container: Container, source: PlainSource, limits: Limits, watch: Watch) -> bytes:
    """A file of the workbook alone, as calamine may read it."""
    name, stream = next(((name, one) for name in _STREAMS if (one := container.find(name))), ("", None))
    if stream is None:
        raise DocumentCorrupt("The workbook is broken: its container has no sheets. Save it again.")
    content = bytearray(stream.read(data))
    found = survey(bytes(content), limits, watch)
    if found.encrypted:
        raise DocumentEncrypted("The document is encrypted. Give a copy that opens without a password.")
    if found.too_large:
        raise too_many_cells(limits)
    source.numbers, source.errors = found.numbers_of, found.errors_of
    for at, size in found.dimensions:
        content[at : at + size] = _SMALL.get(size, bytes(size))
    return packed(name, bytes(content))
