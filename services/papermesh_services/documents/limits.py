"""The limits on reading one document, each with a name and a unit. The server's configuration fills them in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may cost. Going over one raises DocumentTooLarge, which names it.

    A PDF over a limit of pages or characters is read up to there, and its status is PARTIAL_LIMIT.
    """

    max_document_bytes: int = 64 * 1024 * 1024
    """The document itself, in bytes."""
    max_pages: int = 2_000
    """Pages of a paged format."""
    max_page_characters: int = 5_000_000
    """Characters (code points) of one page of a PDF."""
    max_pdf_stream_bytes: int = 100 * 1024 * 1024
    """Bytes that one stream of a PDF unpacks to, pictures apart."""
    max_text_characters: int = 20_000_000
    """Characters (code points) of text."""
    max_second_opinion_seconds: float = 5.0
    """What a slower reader may take over the pages of a PDF that the fast one cannot read, in seconds."""
    max_recognition_seconds: float = 15.0
    """Text recognition of one page, in seconds."""
    max_recognition_pixels: int = 25_000_000
    """Pixels of a page as it is given to text recognition: larger pictures are made smaller."""
    max_image_pixels: int = 100_000_000
    """Pixels of a picture, looked at before it is unpacked."""
    max_links: int = 100_000
    """Links that are listed; the text of further ones is read, their targets are not."""
    max_archive_entries: int = 10_000
    """Entries of a zip container."""
    max_archive_part_bytes: int = 50 * 1024 * 1024
    """Bytes one part of a zip container, or the packed body of an Outlook message, really unpacks to."""
    max_archive_ratio: int = 100
    """Unpacked bytes to packed bytes of a part, above 1 MiB."""
    max_archive_bytes: int = 200 * 1024 * 1024
    """Bytes all parts of a zip container that are read really unpack to."""
    max_cells: int = 1_000_000
    """Cells of all tables or sheets of a document, with the empty ones between them; the text is what lies within."""
    max_html_bytes: int = 20 * 1024 * 1024
    """HTML, in bytes."""
    max_nesting: int = 256
    """Depth of XML elements. HTML may have eight times as many open, because sloppy pages leave them so."""
    max_html_attributes: int = 1_000
    """Attributes of one HTML or XML element."""
    max_html_elements: int = 500_000
    """Elements of an HTML page."""
    max_lines: int = 1_000_000
    """Lines of plain text; the text is that of the first ones."""
    max_json_nesting: int = 500
    """Depth of JSON arrays and objects."""
    max_mail_header_bytes: int = 1024 * 1024
    """Headers of a mail and all its parts, in bytes."""
    max_mail_parts: int = 1_000
    """Parts of a mail; the text is that of the first ones."""
    max_mail_nesting: int = 50
    """Depth of parts in parts of a mail; what lies deeper is not read."""
    max_markdown_bytes: int = 4 * 1024 * 1024
    """Markdown, in bytes."""
    max_markdown_nesting: int = 50
    """Depth of Markdown lists and quotations."""
