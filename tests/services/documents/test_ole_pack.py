from __future__ import annotations

import pytest

from papermesh_services.documents.ole_pack import packed
from papermesh_services.documents.ole_stream import Container


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, 4097, 1021 * 4096, 1022 * 4096, 3000 * 4096 + 5])
def test_a_packed_stream_is_found_again(size):
    content = bytes(number % 251 for number in range(min(size, 9000))).ljust(size, b"x")
    container = packed("Workbook", content)
    stream = Container(container).find("Workbook")
    assert stream.read(container)[:size] == content
    assert len(container) % 4096 == 0
