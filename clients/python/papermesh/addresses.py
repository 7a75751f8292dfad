"""Addresses as people write them: tells the URLs among them, which gRPC would look up as the name of a host."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

_URL: Final = re.compile(r"(https?|wss?|grpcs?|tcp)://", re.IGNORECASE)
"""How URLs begin; targets of gRPC such as dns:///host:port begin otherwise."""


def url_fault(address: str) -> str:
    """What is wrong with an address that is a URL, in a sentence without its full stop; "" where it is none."""
    if not _URL.match(address):
        return ""
    place = urlsplit(address).netloc
    example = place if re.search(r":\d+$", place) else f"{place or '127.0.0.1'}:50051"
    return f"{address!r} is a URL, and gRPC goes without; give HOST:PORT alone, for example {example}"
