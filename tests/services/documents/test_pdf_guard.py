from __future__ import annotations

import zlib

import pytest

from papermesh_services.documents.errors import DocumentTooLarge
from papermesh_services.documents.limits import Limits
from papermesh_services.documents.pdf_guard import check
from papermesh_services.documents.watch import UNWATCHED, Watch

LIMITS = Limits(max_pdf_stream_bytes=1_000_000)
ZEROS = zlib.compress(bytes(1_100_000), 9)


def stream(data, entries):
    return b"9 0 obj\n<< %s >>\nstream\n%s\nendstream\nendobj\n" % (entries, data)


@pytest.mark.parametrize(
    ("data", "entries"),
    [
        (ZEROS, b"/Filter /FlateDecode"),
        (ZEROS, b"/Filter /Fl"),
        (zlib.compress(ZEROS), b"/Filter [/FlateDecode /FlateDecode]"),
        (ZEROS[:-10], b"/Filter /FlateDecode"),
    ],
    ids=["packed", "short name", "packed twice", "cut off"],
)
def test_a_stream_that_unpacks_to_too_much_is_refused(data, entries):
    with pytest.raises(DocumentTooLarge) as caught:
        check(b"7 0 upstream\n" + stream(b"small", b"") + stream(data, entries), LIMITS, UNWATCHED)
    assert caught.value.metadata == {"limit": "max_pdf_stream_bytes", "value": "1000000"}


@pytest.mark.parametrize(
    ("data", "entries"),
    [
        (zlib.compress(bytes(999_999), 9), b"/Filter /FlateDecode"),
        (ZEROS, b"/Subtype /Image /Filter /FlateDecode"),
        (b"no zlib" * 1000, b"/Filter /FlateDecode"),
        (bytes(2_000_000), b""),
    ],
    ids=["within the limit", "a picture", "broken", "not packed"],
)
def test_other_streams_pass(data, entries):
    check(stream(data, entries), LIMITS, UNWATCHED)


def test_it_leaves_off_when_time_runs_out():
    check(stream(ZEROS, b"/Filter /FlateDecode"), LIMITS, Watch(deadline=0.0))
