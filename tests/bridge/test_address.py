from __future__ import annotations

import pytest

from papermesh_bridge import Address, ConfigError


@pytest.mark.parametrize(
    ("text", "host", "port", "loopback"),
    [
        ("127.0.0.1:8000", "127.0.0.1", 8000, True),
        ("localhost:0", "localhost", 0, True),
        ("[::1]:80", "::1", 80, True),
        ("0.0.0.0:65535", "0.0.0.0", 65535, False),
        ("example.org:1", "example.org", 1, False),
    ],
)
def test_addresses_are_read_and_written(text, host, port, loopback):
    address = Address.parse(text)
    assert (address.host, address.port, address.is_loopback) == (host, port, loopback)
    assert str(address) == text


@pytest.mark.parametrize(
    "text", ["", "8000", ":8000", "localhost", "localhost:", "localhost:x", "a:65536", "::1:80", "a:-1", "a:²"]
)
def test_what_is_no_address_is_said(text):
    with pytest.raises(ConfigError, match="write HOST:PORT"):
        Address.parse(text)
