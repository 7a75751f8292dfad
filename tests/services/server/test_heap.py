"""What is free is given back once calls have ended: to the real system, by the real allocator."""

from __future__ import annotations

import asyncio
import ctypes
import subprocess
import sys

import psutil
import pytest

from papermesh_services.server import heap

MIB = 1 << 20
PIECE = 64 << 10
MANY = 64 * MIB // PIECE
SECONDS = 10.0

pytestmark = pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="the C library is not glibc")


def resident():
    return psutil.Process().memory_info().rss


@pytest.fixture
async def grown():
    """The heap of a process that counts as grown, however large it is."""
    made = heap.Heap(kept_bytes=-1024 * MIB, pause_seconds=0.0)
    yield made
    await made.close()


async def until_over(made):
    async with asyncio.timeout(SECONDS):
        await made._following


async def test_what_is_free_between_what_is_not_is_given_back_when_a_call_has_ended(grown):
    pieces = [b"x" * PIECE for _ in range(MANY)]
    kept = pieces[::16]
    del pieces
    before = resident()
    grown.call_ended()
    await until_over(grown)
    assert before - resident() > 48 * MIB
    assert all(piece == b"x" * PIECE for piece in kept)


async def test_calls_that_end_together_are_followed_once(grown):
    emptied = []
    grown._empty = emptied.append
    for _ in range(100):
        grown.call_ended()
    await until_over(grown)
    assert emptied == [0]


async def test_a_call_that_ends_while_the_heap_is_emptied_is_followed_too(grown):
    emptied, loop = [], asyncio.get_running_loop()

    def empty(kept):
        emptied.append(kept)
        if len(emptied) == 1:
            asyncio.run_coroutine_threadsafe(ended(), loop).result(SECONDS)

    async def ended():
        grown.call_ended()

    grown._empty = empty
    grown.call_ended()
    await until_over(grown)
    assert emptied == [0, 0]


async def test_a_process_that_has_not_grown_is_left_alone():
    emptied = []
    made = heap.Heap(kept_bytes=1024 * MIB, pause_seconds=0.0)
    made._empty = emptied.append
    made.call_ended()
    await until_over(made)
    assert emptied == []


async def test_nothing_is_followed_once_it_is_closed():
    made = heap.Heap(pause_seconds=SECONDS)
    made.call_ended()
    await made.close()
    assert made._following.cancelled()


async def test_another_c_library_is_left_alone(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    heap.share_one_heap()
    made = heap.Heap(pause_seconds=0.0)
    made.call_ended()
    assert made._following is None
    await made.close()


SHARING = """
import ctypes, sys, threading
from papermesh_services.server.heap import share_one_heap

if sys.argv[2] == "shared":
    share_one_heap()
libc = ctypes.CDLL(None)
libc.fopen.restype = libc.malloc.restype = ctypes.c_void_p
threads = [threading.Thread(target=libc.malloc, args=(100_000,)) for _ in range(4)]
for each in threads:
    each.start()
for each in threads:
    each.join()
file = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


@pytest.mark.parametrize(("how", "one"), [("shared", True), ("as they are", False)])
def test_threads_share_one_heap(tmp_path, how, one):
    told = tmp_path / "heaps.xml"
    subprocess.run([sys.executable, "-c", SHARING, told, how], check=True, timeout=6 * SECONDS)
    assert (told.read_text().count("<heap nr=") == 1) is one
