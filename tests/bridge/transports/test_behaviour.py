"""The specification's examples and the rules around them, over every transport alike."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from papermesh_bridge import Limits

Exchange = Callable[[bytes], Awaitable[Any]]
# One server and one bridge for the whole file: what is sent here leaves nothing behind in them.
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(calc_files, serve_calc, run_bridge, tmp_path_factory) -> AsyncIterator[Any]:
    # One message after the other, so that on a connection that stays open the next answer shows that none came before.
    in_order, path = Limits(max_calls_per_connection=1), tmp_path_factory.mktemp("unix") / "bridge.sock"
    async with serve_calc(calc_files) as calc, run_bridge(calc.target, unix=path, limits=in_order) as caller:
        yield calc, caller


@pytest.fixture
def calc(served) -> Any:
    served[0].calls.clear()
    return served[0]


@pytest.fixture
def caller(served) -> Any:
    return served[1]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def child(served, run_child) -> AsyncIterator[Any]:
    async with run_child(served[0].target, max_calls_per_connection=1) as running:
        yield running.line


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def websocket(served, open_websocket) -> AsyncIterator[Any]:
    async with open_websocket(served[1]) as line:
        yield line


@pytest.fixture(params=["http", "tcp", "unix", "stdio", "websocket"])
def exchange_bytes(request) -> Exchange:
    """Sends bytes as one message and gives those of the answer, or None if nothing came back."""
    return request.getfixturevalue(f"over_{request.param}")


@pytest.fixture
def over_http(caller) -> Exchange:
    async def send(message: bytes) -> bytes | None:
        answer = await caller.post(message)
        if answer.status_code == 204:
            assert answer.content == b""
            return None
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        return answer.content

    return send


@pytest.fixture
def over_tcp(caller) -> Exchange:
    return lambda message: up_to_the_end(caller.connect(), message)


@pytest.fixture
def over_unix(caller, open_unix) -> Exchange:
    return lambda message: up_to_the_end(open_unix(caller.bridge.unix_path), message)


@pytest.fixture
def over_stdio(child) -> Exchange:
    return lambda message: up_to_the_mark(child, message + b"\n")


@pytest.fixture
def over_websocket(websocket) -> Exchange:
    return lambda message: up_to_the_mark(websocket, as_text(message))


async def up_to_the_end(opening: Any, message: bytes) -> bytes | None:
    async with opening as line, asyncio.timeout(10):
        await line.send(message + b"\n")
        line.writer.write_eof()
        answers = (await line.reader.read()).splitlines()
    assert len(answers) <= 1
    return answers[0] if answers else None


async def up_to_the_mark(line: Any, message: bytes | str) -> bytes | None:
    mark = b'{"jsonrpc": "2.0", "id": "mark", "method": "no.such.method"}'
    await line.send(message, mark + b"\n")
    answers = []
    while b'"id":"mark"' not in (answer := await line.raw()):
        answers.append(answer)
    assert len(answers) <= 1
    return answers[0] if answers else None


def as_text(message: bytes) -> bytes | str:
    """A message as WebSocket callers send it; what is no text can only go as bytes."""
    try:
        return message.decode()
    except UnicodeDecodeError:
        return message


@pytest.fixture
def exchange(exchange_bytes) -> Exchange:
    """Sends bytes as one message and gives the answer, or None if nothing came back."""

    async def send(message: bytes) -> Any:
        answer = await exchange_bytes(message)
        return None if answer is None else json.loads(answer)

    return send


def error(code: int, identity: Any = None) -> dict[str, Any]:
    messages = {-32700: "Parse error", -32600: "Invalid Request", -32601: "Method not found"}
    return {"jsonrpc": "2.0", "error": {"code": code, "message": messages[code]}, "id": identity}


def plain(answer: Any) -> Any:
    """An answer without the data of its error, which the specification leaves open."""
    if isinstance(answer, list):
        return [plain(each) for each in answer]
    if isinstance(answer, dict) and "error" in answer:
        return {**answer, "error": {key: answer["error"][key] for key in ("code", "message")}}
    return answer


SPECIFICATION = {
    "positional": (
        '{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}',
        {"jsonrpc": "2.0", "result": 19, "id": 1},
    ),
    "positional, the other way round": (
        '{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}',
        {"jsonrpc": "2.0", "result": -19, "id": 2},
    ),
    "named": (
        '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
        {"jsonrpc": "2.0", "result": 19, "id": 3},
    ),
    "named, the other way round": (
        '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
        {"jsonrpc": "2.0", "result": 19, "id": 4},
    ),
    "notification": ('{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}', None),
    "notification of an unknown method": ('{"jsonrpc": "2.0", "method": "foobar"}', None),
    "unknown method": ('{"jsonrpc": "2.0", "method": "foobar", "id": "1"}', error(-32601, "1")),
    "no JSON": ('{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]', error(-32700)),
    "no request": ('{"jsonrpc": "2.0", "method": 1, "params": "bar"}', error(-32600)),
    "batch that is no JSON": (
        '[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"}, {"jsonrpc": "2.0", "method"]',
        error(-32700),
    ),
    "empty batch": ("[]", error(-32600)),
    "batch of one that is no request": ("[1]", [error(-32600)]),
    "batch of three that are no requests": ("[1,2,3]", [error(-32600)] * 3),
    "batch": (
        """[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
            {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
            {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
            {"foo": "boo"},
            {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
            {"jsonrpc": "2.0", "method": "get_data", "id": "9"}]""",
        [
            {"jsonrpc": "2.0", "result": 7, "id": "1"},
            {"jsonrpc": "2.0", "result": 19, "id": "2"},
            error(-32600),
            error(-32601, "5"),
            {"jsonrpc": "2.0", "result": ["hello", 5], "id": "9"},
        ],
    ),
    "batch of notifications": (
        """[{"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
            {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}]""",
        None,
    ),
}


@pytest.mark.parametrize("name", SPECIFICATION)
async def test_the_examples_of_section_7_are_answered_as_the_specification_says(exchange, name):
    request, expected = SPECIFICATION[name]
    assert plain(await exchange(request.encode())) == expected


async def test_notifications_are_executed(exchange, calc):
    await exchange(b'{"jsonrpc": "2.0", "method": "update", "params": [1, 2]}')
    await exchange(b'[{"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}]')
    assert calc.names() == ["Update", "NotifyHello"]
    assert list(calc.calls[0][1].values) == [1, 2]


@pytest.mark.parametrize(
    "identity",
    ['"1"', "1", "0", "-0", "1.0", "1.50", "1e3", "1E+400", "null", '""', '"\\ud800"', '"é"', "9" * 30, "9" * 6000,
     "-" + "9" * 30, "0.1000000000000000055511151231257827"],
)  # fmt: skip
async def test_an_id_comes_back_exactly_as_it_was_sent(exchange_bytes, identity):
    answer = await exchange_bytes(b'{"jsonrpc":"2.0","method":"subtract","params":[3,1],"id":%s}' % identity.encode())
    written = json.dumps(json.loads(identity)) if identity.startswith('"') else identity
    assert answer.decode() == f'{{"jsonrpc":"2.0","id":{written},"result":2}}'


@pytest.mark.parametrize("identity", ["true", "false", "[]", "[1]", "{}", '{"a":1}'])
async def test_other_ids_are_refused(exchange, calc, identity):
    answer = await exchange(b'{"jsonrpc":"2.0","method":"subtract","params":[3,1],"id":%s}' % identity.encode())
    assert plain(answer) == error(-32600)
    assert calc.calls == []


@pytest.mark.parametrize(
    "text",
    [
        '{"jsonrpc":"2.0","method":"subtract","params":[NaN,1],"id":1}',
        '{"jsonrpc":"2.0","method":"subtract","params":[Infinity,1],"id":1}',
        '{"jsonrpc":"2.0","method":"subtract","params":[-Infinity,1],"id":1}',
        '{"jsonrpc":"2.0","method":"subtract","params":' + "[" * 101 + "]" * 101 + ',"id":1}',
        '{"jsonrpc":"2.0","method":"subtract","params":' + "[" * 50_000 + "]" * 50_000 + ',"id":1}',
        '{"a":' * 50_000 + "1" + "}" * 50_000,
        '{"jsonrpc":"2.0","method":"subtract","params":[01],"id":1}',
        "{'jsonrpc':'2.0'}",
        '{"jsonrpc":"2.0"',
        "nonsense",
    ],
)
async def test_what_is_no_json_gets_a_parse_error(exchange, text):
    assert plain(await exchange(text.encode())) == error(-32700)


async def test_bytes_that_are_no_utf_8_get_a_parse_error(exchange):
    assert plain(await exchange(b'{"jsonrpc":"2.0","method":"\xff","id":1}')) == error(-32700)


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ('"id":1,"method":"subtract"', -32600),
        ('"jsonrpc":"1.0","id":1,"method":"subtract"', -32600),
        ('"jsonrpc":2.0,"id":1,"method":"subtract"', -32600),
        ('"jsonrpc":"2.0","id":1,"method":null', -32600),
        ('"jsonrpc":"2.0","id":1', -32600),
        ('"jsonrpc":"2.0","id":1,"method":"subtract","params":7', -32600),
        ('"jsonrpc":"2.0","id":1,"method":"subtract","params":"x"', -32600),
        ('"jsonrpc":"2.0","id":1,"method":"rpc.nothing"', -32601),
        ('"jsonrpc":"2.0","id":1,"method":""', -32601),
    ],
)
async def test_a_bad_envelope_keeps_its_id(exchange, members, code):
    assert plain(await exchange(f"{{{members}}}".encode())) == error(code, 1)


@pytest.mark.parametrize(
    "members",
    [
        '"method":"subtract","params":null',
        '"method":"subtract"',
        '"method":"subtract","params":{}',
        '"method":"subtract","params":[]',
        '"method":"subtract","params":[null,null]',
        '"method":"subtract","extra":{"deep":[1]},"params":[4,4]',
        '"method":"nothing","method":"subtract"',
        '"method":"subtract","params":{"minuend":9,"minuend":1,"subtrahend":1}',
    ],
)
async def test_what_the_rules_leave_open_is_taken(exchange, members):
    assert await exchange(f'{{"jsonrpc":"2.0","id":1,{members}}}'.encode()) == {"jsonrpc": "2.0", "id": 1, "result": 0}


async def test_a_batch_is_executed_in_parallel_up_to_a_bound_and_answered_in_order(serve_calc, run_bridge, limits):
    bound = limits(max_parallel_per_batch=3)
    async with serve_calc() as calc, run_bridge(calc.target, limits=bound) as caller:
        batch = [{"jsonrpc": "2.0", "id": n, "method": "wait", "params": {"name": str(n)}} for n in range(7)]
        answer = asyncio.create_task(caller.post(batch))
        await calc.seen(3)
        for n in (2, 1, 0, 6, 5, 4, 3):
            calc.let_go(str(n))
        answers = (await answer).json()
    assert [each["id"] for each in answers] == list(range(7))
    assert [each["result"]["name"] for each in answers] == [str(n) for n in range(7)]
    assert calc.most_running == 3


async def test_a_batch_over_the_limit_is_refused_whole(calc, run_bridge, limits):
    async with run_bridge(calc.target, limits=limits(max_batch_items=2)) as caller:
        answer = (await caller.post([{"jsonrpc": "2.0", "id": 1, "method": "sum"}] * 3)).json()
    assert plain(answer) == error(-32600)
    assert answer["error"]["data"]["status"] == "RESOURCE_EXHAUSTED"
    assert calc.calls == []


async def test_a_batch_whose_answers_are_too_large_gets_an_error_for_each_that_does_not_fit(
    serve_calc, run_bridge, limits
):
    bound = limits(max_batch_answer_bytes=5000, max_parallel_per_batch=1)
    item = {"jsonrpc": "2.0", "method": "wait", "params": {"name": "x" * 1000}}
    batch = [*({**item, "id": n} for n in range(9)), {**item, "method": "sum", "params": []}, {"id": "bad"}]
    async with serve_calc() as calc, run_bridge(calc.target, limits=bound) as caller:
        calc.let_go("x" * 1000)
        answers = (await caller.post(batch)).json()
        assert [each["id"] for each in answers] == [*range(9), "bad"]
        assert [bool(each.get("result")) for each in answers] == [True] * 4 + [False] * 6
        refused = answers[4]["error"]
        assert (refused["code"], refused["data"]["status"]) == (-32008, "RESOURCE_EXHAUSTED")
        assert refused["data"]["details"][0]["reason"] == "BATCH_ANSWER_TOO_LARGE"
        assert calc.names().count("Wait") == 5, "what would not fit is not called"
        assert calc.names().count("Sum") == 1, "notifications are executed"
        assert (await caller.call("sum", [1]))["result"] == 1
