"""What the fields of Word's documents say, in whatever format they are written."""

from __future__ import annotations

import re
from typing import Final

from papermesh_services.documents.links import target

_HYPERLINK: Final = re.compile(r"""\s*HYPERLINK\s+(?:\\l\s+"([^"]*)"|"([^"]*)"|([^\s\\]\S*))""", re.IGNORECASE)


def hyperlink(instruction: str) -> str:
    """Where a field with this instruction leads; empty where it does not."""
    match = _HYPERLINK.match(instruction)
    if not match:
        return ""
    inner, outer, bare = match.groups()
    return target(f"#{inner}" if inner else outer or bare or "")
