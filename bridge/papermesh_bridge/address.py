"""Where a listener listens: a host and a port, as people write them.

Values only.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from papermesh_bridge.errors import ConfigError

_URL_SCHEMES = frozenset({"http", "https", "ws", "wss", "grpc", "grpcs", "tcp"})


@dataclass(frozen=True, slots=True)
class Address:
    """A host and a port; port 0 stands for any free one."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> Address:
        """Reads HOST:PORT; an IPv6 host stands in brackets. Raises ConfigError."""
        if url := url_place(text):
            raise ConfigError(f"{text!r} is a URL; write HOST:PORT alone, for example {url}")
        host, colon, port = text.rpartition(":")
        bare = host.removeprefix("[").removesuffix("]")
        if not colon or not bare or (":" in bare and not host.startswith("[")):
            raise ConfigError(f"{text!r} is no address; write HOST:PORT, for example 127.0.0.1:8000")
        if not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise ConfigError(f"{text!r} has no port between 0 and 65535; write HOST:PORT")
        return cls(bare, int(port))

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback_host(self.host)

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def url_place(text: str) -> str:
    """The host and the port of a URL that stands where an address should; "" where it is none."""
    scheme, rest, place = text.partition("://")
    if not rest or scheme.lower() not in _URL_SCHEMES:
        return ""
    place = place.partition("/")[0]
    return place if ":" in place else f"{place or '127.0.0.1'}:8000"


def is_loopback_host(host: str) -> bool:
    """Tells whether a host name or address means this machine itself."""
    if host.lower().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False
