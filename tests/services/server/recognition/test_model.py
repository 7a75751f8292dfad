from __future__ import annotations

import pytest

from papermesh_services.server.recognition.model import NoPicture, Picture

PIXELS = bytes(range(6))


def test_a_picture_arrives_as_it_was_sent():
    sent = Picture(3, 2, memoryview(PIXELS), 300, "de-AT", 2.5)
    assert Picture.from_bytes(sent.to_bytes(), 6) == sent
    assert b"".join(sent.pgm()) == b"P5 3 2 255\n" + PIXELS


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        PIXELS,
        b"[3, 2, 300, 'de', 1]\n" + PIXELS,
        b'[3, 3, 300, "de", 1]\n' + PIXELS,
        b'[-3, -2, 300, "de", 1]\n' + PIXELS,
        b'[0, 0, 300, "de", 1]\n',
        b'[3.0, 2, 300, "de", 1]\n' + PIXELS,
        b'[3, 2, 99999, "de", 1]\n' + PIXELS,
        b'[3, 2, 300, "de", 0]\n' + PIXELS,
        b'[3, 2, 300, "de", NaN]\n' + PIXELS,
        b'[3, 2, 300, "de"]\n' + PIXELS,
        b"[" * 900 + b"\n",
        b'[7, 1, 300, "de", 1]\n' + bytes(7),  # one pixel too many
    ],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(NoPicture):
        Picture.from_bytes(data, 6)
