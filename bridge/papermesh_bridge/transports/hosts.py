"""Which names of this server callers may use, and which pages may call it. Knows nothing of requests."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from papermesh_bridge.address import is_loopback_host

_LONGEST_HOST: Final = 300


@dataclass(frozen=True, slots=True)
class HostRule:
    """Which names of this server callers may use, so that no web page can reach it under a name of its own."""

    names: frozenset[str] = frozenset()
    """Names taken besides those of the loopback; `*` takes every one."""
    loopback_only: bool = True
    """Whether other names are refused."""
    origins: frozenset[str] = frozenset()
    """Origins whose pages may call from elsewhere; `*` takes every one."""

    def allows(self, host: str) -> bool:
        """Tells whether a Host header, with or without a port, may be used."""
        if not self.loopback_only or "*" in self.names:
            return True
        name, is_loopback = _named(host) if len(host) <= _LONGEST_HOST else (None, False)
        return is_loopback or name in self.names

    def allows_origin(self, origin: str) -> bool:
        """Tells whether a page of this origin may call."""
        if origin in self.origins or "*" in self.origins:
            return True
        name = _host_name(origin)
        return not self.loopback_only or "*" in self.names or (name is not None and self.allows(name))


@functools.lru_cache(maxsize=256)
def _named(host: str) -> tuple[str | None, bool]:
    """Gives the name in a Host header, and whether it is one of the loopback's; callers send the same ones again."""
    name = _host_name(f"//{host}")
    return name, name is not None and is_loopback_host(name)


def _host_name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
