"""The client for code without an event loop."""

import inspect
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import papermesh
from papermesh import Client, Document, SyncClient


def public(kind):
    return {name: value for name, value in inspect.getmembers(kind, inspect.isfunction) if not name.startswith("_")}


def test_it_has_the_methods_and_signatures_of_the_async_client():
    expected = {name: inspect.signature(method) for name, method in public(Client).items()}
    found = {name: inspect.signature(method) for name, method in public(SyncClient).items()}
    assert found == expected
    assert inspect.signature(SyncClient) == inspect.signature(Client)
    assert all(
        method.__doc__ == getattr(Client, name).__doc__
        for name, method in public(SyncClient).items()
        if name != "close"
    )


def test_calls_are_answered(mesh):
    with SyncClient(mesh.classification, mesh.quality) as client:
        assert client.classify(text="x").category == "invoice"
        assert client.analyze(text="x").overall_score == 71.25
        assert client.health("quality").status == 1
        assert isinstance(client.classify_batch([Document(text="FAIL NOT_FOUND X")])[0], papermesh.NotFound)


@pytest.mark.parametrize("method", ["classify_batch", "analyze_batch"])
def test_a_file_that_cannot_be_read_does_not_end_its_batch(mesh, tmp_path, method):
    with SyncClient(mesh.classification, mesh.quality) as client:
        outcomes = getattr(client, method)([Document(text="x"), tmp_path / "gone", Document(text="y")])
    assert [isinstance(each, papermesh.DocumentNotFound) for each in outcomes] == [False, True, False]


def test_parts_come_one_by_one(mesh):
    with SyncClient(mesh.classification) as client, client.extract_pages(text="hello") as parts:
        assert next(parts).text == "he"
        assert [part.text for part in parts] == ["llo"]
        assert (parts.head.language, parts.end.text_length) == ("en", 5)


def test_errors_are_raised_in_the_thread_that_called(mesh):
    with SyncClient(mesh.classification) as client, pytest.raises(papermesh.DocumentEmpty):
        client.classify(text="FAIL INVALID_ARGUMENT DOCUMENT_EMPTY")


def test_several_threads_share_one_client(mesh):
    with SyncClient(mesh.classification) as client, ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda number: client.classify(text="x", request_id=str(number)), range(40)))
    assert [answer.request_id for answer in answers] == [str(number) for number in range(40)]


async def test_it_works_where_a_loop_is_running(mesh):
    with SyncClient(mesh.classification) as client:
        assert client.categories().total_count == 2


def test_closing_ends_the_thread_and_may_be_done_twice(mesh):
    client = SyncClient(mesh.classification)
    client.categories()
    client.close()
    client.close()
    assert "papermesh-client" not in {thread.name for thread in threading.enumerate()}
    with pytest.raises(RuntimeError, match="closed"):
        client.categories()
