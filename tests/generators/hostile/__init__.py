"""A corpus of hostile files, every byte of which is made here: for each, what may be answered to it.

Nothing here knows of the readers; what they ought to answer follows from the documented limits and statuses alone.
"""

from __future__ import annotations

from hostile import images, mails, mixed, olds, packages, pdfs, texts, xmls, zips
from hostile.model import TEXT, Hostile, files

__all__ = ["TEXT", "Hostile", "files", "images", "mails", "mixed", "olds", "packages", "pdfs", "texts", "xmls", "zips"]
