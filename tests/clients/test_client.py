"""The client against real servers."""

import asyncio
import inspect
from pathlib import Path

import pytest
from google.rpc import error_details_pb2

import papermesh
from papermesh import Client, Document, batches, rpcs
from papermesh.calling import ChannelCaller
from papermesh.classification.v1 import classification_pb2
from papermesh.documents import STREAM_FROM_BYTES
from papermesh.quality.v1 import quality_pb2


@pytest.fixture
async def client(mesh):
    async with Client(mesh.classification, mesh.quality, timeout=10) as client:
        yield client


async def all_of(parts):
    return [part async for part in parts]


CALLS = [
    ("ClassifyDocument", "category", lambda client: client.classify(text="x")),
    ("ExtractText", "text_content", lambda client: client.extract(text="x")),
    ("GetCategories", "categories", lambda client: client.categories()),
    ("UpdateModel", "live", lambda client: client.update_model([(Document(text="x"), "memo")])),
    ("GetStatistics", "total_requests", lambda client: client.statistics()),
    ("GetServerInfo", "server_name", lambda client: client.classification_info()),
    ("AnalyzeQuality", "overall_score", lambda client: client.analyze(text="x")),
    ("CheckReadability", "readability_score", lambda client: client.check_readability(text="x")),
    ("ValidateStructure", "valid", lambda client: client.validate_structure(text="x")),
    ("DetectIssues", "total_findings", lambda client: client.detect_issues(text="x")),
    ("GenerateRecommendations", "recommendations", lambda client: client.recommend(text="x")),
    ("GetQualityMetrics", "statistics", lambda client: client.quality_metrics(text="x")),
    ("GetServerInfo", "server_name", lambda client: client.quality_info()),
    ("BatchClassifyDocument", None, lambda client: client.classify_batch([Document(text="x")])),
    ("BatchAnalyzeQuality", None, lambda client: client.analyze_batch([Document(text="x")])),
    ("ExtractPages", None, lambda client: all_of(client.extract_pages(text="x"))),
]
IN_PIECES = [
    ("ClassifyDocumentStream", lambda client, path: client.classify(path, max_keywords=3)),
    ("AnalyzeQualityStream", lambda client, path: client.analyze(path, max_findings=3)),
    ("ExtractTextStream", lambda client, path: client.extract(path, blocks=True)),
]


@pytest.mark.parametrize(("rpc", "field", "call"), CALLS)
async def test_every_rpc_is_reached_and_answered(client, mesh, rpc, field, call):
    answer = await call(client)
    assert list(mesh.requests) == [rpc]
    assert answer if field is None else getattr(answer, field)


def test_every_rpc_is_tried_above():
    tried = {rpc for rpc, *_ in [*CALLS, *IN_PIECES]}
    assert tried == {rpc.name.partition("/")[2] for rpc in rpcs.ALL}


@pytest.fixture
def large(tmp_path):
    """A file that is just large enough to be sent in pieces."""
    path = tmp_path / "large.txt"
    path.write_bytes(b"ab \n" * (STREAM_FROM_BYTES // 4))
    return path


@pytest.mark.parametrize(("rpc", "call"), IN_PIECES)
async def test_a_large_file_is_sent_in_pieces_and_described(client, mesh, large, rpc, call):
    await call(client, Document(large, request_id="7"))
    (request,) = mesh.requests[rpc]
    assert list(mesh.requests) == [rpc]
    assert (request.request_id, request.filename, len(request.content)) == ("7", "large.txt", STREAM_FROM_BYTES)
    assert request.content == large.read_bytes()
    assert request.HasField("options")


async def test_a_large_file_gives_the_answer_a_small_one_gives(client, large):
    answer = await client.extract(large)
    assert answer.text_content == large.read_text()
    assert (answer.text_length, answer.language) == (STREAM_FROM_BYTES, "en")


async def test_a_large_file_that_is_gone_is_told_as_open_tells_it(client, tmp_path):
    with pytest.raises(FileNotFoundError):
        await client.classify(tmp_path / "nothing")


async def test_a_server_that_refuses_a_large_file_is_heard(client, tmp_path):
    path = tmp_path / "refused.txt"
    path.write_bytes(b"FAIL RESOURCE_EXHAUSTED DOCUMENT_TOO_LARGE" + b" " * STREAM_FROM_BYTES)
    with pytest.raises(papermesh.DocumentTooLarge):
        await client.classify(path)
    with pytest.raises(papermesh.DocumentTooLarge):
        await client.extract(path)


async def test_parts_come_with_what_is_known_before_and_after(client):
    parts = client.extract_pages(text="hello", request_id="7")
    assert (parts.head, parts.end) == (None, None)
    first = await anext(parts)
    head = parts.head
    assert (first.text, head and head.request_id, parts.end) == ("he", "7", None)
    assert [part.text async for part in parts] == ["llo"]
    end = parts.end
    assert end is not None
    assert end.text_length == 5


async def test_an_answer_that_breaks_off_is_an_error(client):
    with pytest.raises(papermesh.ServerError, match="not complete"):
        await all_of(client.extract_pages(text="BREAK here"))


async def test_parts_that_are_left_end_the_call(client):
    async with client.extract_pages(text="hello") as parts:
        await anext(parts)
    assert parts.end is None
    with pytest.raises(papermesh.ServerError, match="not complete"):
        await anext(parts)


async def test_errors_of_a_stream_are_ours(client):
    with pytest.raises(papermesh.DocumentEncrypted):
        await all_of(client.extract_pages(text="FAIL FAILED_PRECONDITION DOCUMENT_ENCRYPTED"))


@pytest.mark.parametrize(
    ("asked", "parts"),
    [({}, []), ({"blocks": True}, [1, 2, 3, 4]), ({"traits": True, "page_facts": True}, [1, 2, 3, 5, 6])],
)
async def test_an_extraction_asks_for_its_parts(client, mesh, asked, parts):
    await client.extract(text="x", **asked)
    (request,) = mesh.requests["ExtractText"]
    assert list(request.options.parts) == parts


async def test_a_classification_takes_its_options(client, mesh):
    await client.classify(
        content=b"x", filename="a.md", request_id="r", max_keywords=3, max_scores=2, categories=["invoice"]
    )
    (request,) = mesh.requests["ClassifyDocument"]
    assert (request.content, request.filename, request.request_id) == (b"x", "a.md", "r")
    options = request.options
    assert (options.max_keywords, options.max_scores, list(options.candidate_categories)) == (3, 2, ["invoice"])


QUALITY = {"max_findings": 5, "min_severity": "warning", "ignored_codes": ["passive_voice"]}


@pytest.mark.parametrize(
    ("method", "rpc"),
    [
        ("analyze", "AnalyzeQuality"),
        ("check_readability", "CheckReadability"),
        ("validate_structure", "ValidateStructure"),
        ("detect_issues", "DetectIssues"),
        ("recommend", "GenerateRecommendations"),
    ],
)
async def test_quality_calls_take_their_options(client, mesh, tmp_path, method, rpc):
    path = tmp_path / "a.txt"
    path.write_text("hello")
    await getattr(client, method)(path, request_id="r", **QUALITY)
    (request,) = mesh.requests[rpc]
    assert (request.content, request.filename, request.request_id) == (b"hello", "a.txt", "r")
    options = request.options
    assert (options.max_findings, options.min_severity, list(options.ignored_codes)) == (5, 2, ["passive_voice"])


async def test_an_analysis_can_look_at_one_part(client, mesh):
    await client.analyze(text="x", analysis_type="structure")
    assert mesh.requests["AnalyzeQuality"][0].analysis_type == 4


async def test_metrics_can_be_asked_for_without_a_document(client, mesh):
    answer = await client.quality_metrics(request_id="r")
    assert answer.statistics.total_requests == 4
    (request,) = mesh.requests["GetQualityMetrics"]
    assert (request.request_id, request.WhichOneof("source")) == ("r", None)


async def test_a_path_on_the_server_is_sent_as_it_is(client, mesh):
    await client.extract(file_path="in/a.pdf")
    assert mesh.requests["ExtractText"][0].file_path == "in/a.pdf"


async def test_labelled_documents_are_sent_with_their_category(client, mesh, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("hello")
    await client.update_model([(path, "memo"), (Document(text="t"), "letter")], request_id="u")
    (request,) = mesh.requests["UpdateModel"]
    sent = [(each.category, each.content, each.text, each.filename) for each in request.documents]
    assert sent == [("memo", b"hello", "", "a.txt"), ("letter", b"", "t", "")]
    assert request.request_id == "u"


@pytest.mark.parametrize("service", ["classification", "quality"])
async def test_health_is_asked_of_the_server_of_the_service(client, service):
    assert (await client.health(service)).status == 1


async def test_an_error_of_the_server_is_raised_with_all_that_it_says(client, mesh):
    with pytest.raises(papermesh.DocumentCorrupt, match=r"It failed\. Mend it\.") as caught:
        await client.classify(text="FAIL INVALID_ARGUMENT DOCUMENT_CORRUPT")
    error = caught.value
    assert error.reason == "DOCUMENT_CORRUPT"
    assert error.metadata == {"limit": "max_pages", "value": "9"}
    assert error.retry_after == 1.5
    assert [violation.field for violation in error.field_violations] == ["content"]
    assert error.rpc == "papermesh.classification.v1.ClassificationService/ClassifyDocument"
    assert error.address == mesh.classification
    assert any(isinstance(detail, error_details_pb2.ErrorInfo) for detail in error.details)


async def test_nobody_at_the_address_is_unavailable(nobody):
    async with Client(quality=nobody) as client:
        with pytest.raises(papermesh.Unavailable) as caught:
            await client.analyze(text="x")
    assert caught.value.address == nobody


@pytest.mark.parametrize("where", ["client", "call"])
async def test_every_call_has_a_deadline(mesh, where):
    async with Client(mesh.classification, timeout=0.1 if where == "client" else 30) as client:
        with pytest.raises(papermesh.DeadlineExceeded) as caught:
            await client.classify(text="WAIT", timeout=None if where == "client" else 0.1)
    told = f"{mesh.classification} did not answer ClassifyDocument in the 0.1 s it had; give it more by timeout, or "
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize("address", ["http://127.0.0.1:50051", "https://host/path", "GRPC://x:1", ""])
async def test_an_address_that_is_none_is_refused_at_once(address):
    with pytest.raises(ValueError, match="give HOST:PORT"):
        Client(quality=address)
    for target in ("dns:///localhost:50051", "unix:/tmp/x", "localhost", "[::1]:1"):
        await Client(quality=target).close()


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
async def test_a_timeout_that_is_no_time_is_refused(timeout):
    with pytest.raises(ValueError, match="timeout"):
        Client(timeout=timeout)
    async with Client() as client:
        with pytest.raises(ValueError, match="timeout"):
            await client.categories(timeout=timeout)


async def test_a_cancelled_task_is_cancelled_and_not_an_error(client, mesh):
    task = asyncio.create_task(client.classify(text="WAIT"))
    async with asyncio.timeout(10):
        while "ClassifyDocument" not in mesh.requests:
            await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_large_documents_fit_into_a_message(client, mesh):
    content = b"x" * (8 * 1024 * 1024)
    answer = await client.extract(content=content)
    assert answer.text_length == len(content)


async def test_a_message_over_the_limit_is_refused_before_it_is_sent(mesh):
    async with Client(mesh.classification, max_message_bytes=1000) as client:
        with pytest.raises(papermesh.ResourceExhausted, match="over this client's max_message_bytes of 1000"):
            await client.classify(content=b"x" * 1000)
    assert not mesh.requests


async def test_a_closed_client_makes_no_calls(mesh):
    async with Client(mesh.classification) as client:
        await client.categories()
    with pytest.raises(RuntimeError, match="closed"):
        await client.categories()


async def test_one_channel_per_service_serves_all_calls(mesh, monkeypatch):
    caller = ChannelCaller({rpcs.Service.CLASSIFICATION: mesh.classification})
    opened = []
    real = caller._open

    def counted(address):
        opened.append(address)
        return real(address)

    monkeypatch.setattr(caller, "_open", counted)
    async with Client(caller=caller) as client:
        await asyncio.gather(*(client.categories() for _ in range(10)))
    assert opened == [mesh.classification]


class Memory:
    """Calls that never leave the process."""

    def __init__(self):
        self.calls = []

    async def call(self, rpc, request, *, timeout):
        self.calls.append((rpc.name, timeout))
        return rpc.response()

    async def close(self):
        self.calls.append("closed")


async def test_calls_can_travel_another_way():
    memory = Memory()
    async with Client(timeout=3, caller=memory) as client:
        await client.categories()
    assert memory.calls == [("papermesh.classification.v1.ClassificationService/GetCategories", 3.0), "closed"]


def test_every_method_says_what_it_does():
    for name, method in inspect.getmembers(Client, inspect.isfunction):
        assert name.startswith("_") or method.__doc__


BATCHES = [
    ("classify_batch", "BatchClassifyDocument", classification_pb2.ClassifyDocumentResponse),
    ("analyze_batch", "BatchAnalyzeQuality", quality_pb2.AnalyzeQualityResponse),
]


@pytest.mark.parametrize(("method", "rpc", "kind"), BATCHES)
async def test_a_batch_gives_responses_and_exceptions_in_order(client, mesh, tmp_path, method, rpc, kind):
    path = tmp_path / "a.txt"
    path.write_text("hello")
    bad = Document(text="FAIL FAILED_PRECONDITION DOCUMENT_ENCRYPTED", request_id="2")
    results = await getattr(client, method)([path, bad, Document(text="ok", request_id="3")])
    assert [type(result) for result in results] == [kind, papermesh.DocumentEncrypted, kind]
    assert (results[1].metadata["limit"], results[2].request_id) == ("max_pages", "3")
    assert len(mesh.requests[rpc]) == 1


@pytest.mark.parametrize(("method", "rpc", "kind"), BATCHES)
async def test_a_long_batch_is_sent_in_parts_that_fit(client, mesh, monkeypatch, method, rpc, kind):
    monkeypatch.setattr(batches, "MAX_ITEMS", 3)
    monkeypatch.setattr(batches, "MAX_BYTES", 100)
    texts = ["a"] * 7 + ["b" * 60, "c" * 60, "d" * 200, "e"]
    documents = [Document(text=text, request_id=str(number)) for number, text in enumerate(texts)]
    results = await getattr(client, method)(documents)
    assert [result.request_id for result in results] == [str(number) for number in range(len(texts))]
    assert [len(request.batch_requests) for request in mesh.requests[rpc]] == [3, 3, 2, 1, 1, 1]


@pytest.mark.parametrize(("method", "rpc", "kind"), BATCHES)
async def test_a_file_that_cannot_be_read_is_an_exception_in_its_place(
    client, mesh, monkeypatch, tmp_path, method, rpc, kind
):
    monkeypatch.setattr(batches, "MAX_ITEMS", 2)
    gone, folder, texts = tmp_path / "gone", tmp_path, [Document(text=f"{n}", request_id=f"{n}") for n in range(4)]
    results = await getattr(client, method)([str(gone), texts[0], gone, Document(folder), *texts[1:], gone])
    missing = papermesh.DocumentNotFound
    assert [type(each) for each in results] == [missing, kind, missing, missing, kind, kind, kind, missing]
    assert [each.request_id for each in results if isinstance(each, kind)] == ["0", "1", "2", "3"]
    assert str(results[0]) == f"{gone}: There is no such file. Check the path."
    assert str(results[3]) == f"{folder}: The file cannot be read: Is a directory."
    assert isinstance(results[0].__cause__, FileNotFoundError)
    assert len(mesh.requests[rpc]) == 2


async def test_a_batch_of_nothing_that_can_be_read_asks_nobody(client, mesh, tmp_path):
    (outcome,) = await client.classify_batch([tmp_path / "gone"])
    assert (outcome.reason, mesh.requests) == ("DOCUMENT_NOT_FOUND", {})


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda c: c.analyze(text="x", min_severity="bad"), ValueError,
         "min_severity must be one of 'info', 'warning', 'error', not 'bad'"),
        (lambda c: c.analyze(text="x", analysis_type="spelling"), ValueError,
         "analysis_type must be one of 'automatic', "),
        (lambda c: c.health("foo"), ValueError, "service must be one of 'classification', 'quality', not 'foo'"),
        (lambda c: c.classify(text="x", max_keyword=3), TypeError,
         "classify() has no argument 'max_keyword'; did you mean max_keywords?"),
        (lambda c: c.quality_metrics(txt="x"), TypeError,
         "quality_metrics() has no argument 'txt'; did you mean text?"),
        (lambda c: c.extract(zzz=1), TypeError, "extract() has no argument 'zzz'; it takes blocks, traits, "),
        (lambda c: c.classify(text="x", categories="letter"), TypeError,
         "categories takes several, in a list: ['letter'], not 'letter'"),
        (lambda c: c.analyze(text="x", ignored_codes="a"), TypeError,
         "ignored_codes takes several, in a list: ['a'], "),
        (lambda c: c.classify_batch("text"), TypeError, "documents takes several, in a list: ['text'], not 'text'"),
        (lambda c: c.analyze_batch(Path("a.md")), TypeError,
         "documents takes several, in a list: [PosixPath('a.md')], "),
        (lambda c: c.classify(b"hello"), TypeError, "path cannot be b'hello'; give it as content="),
        (lambda c: c.classify(content="hello" * 99), TypeError, "; give it as text="),
        (lambda c: c.classify(text=b"hello"), TypeError, "text cannot be b'hello'; give it as content="),
        (lambda c: c.classify(7), TypeError, "path cannot be 7; path and file_path take a path, content bytes, "),
        (lambda c: c.classify_batch(["a.md", b"hello"]), TypeError, "path cannot be b'hello'; give it as content="),
    ],
)  # fmt: skip
async def test_arguments_that_are_none_are_told_with_what_to_give(client, mesh, call, error, told):
    with pytest.raises(error) as caught:
        await call(client)
    assert told in str(caught.value)
    assert len(str(caught.value)) < 200
    assert not mesh.requests


async def test_an_empty_batch_asks_nobody(client, mesh):
    assert await client.classify_batch([]) == []
    assert not mesh.requests
