"""What every client must be able to do, over the same bridge; each is the real one in a process of its own."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import pytest

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class ThirdParty:
    """A client, how it is run, and what its errors are called: for an unknown method, bad params, and a gRPC status."""

    name: str
    interpreter: str
    command: tuple[str, ...]
    transport: str
    errors: tuple[str, str, str]
    tells_data: bool = True
    batches: bool = True


CLIENTS = (
    ThirdParty("jayson-http", "node", ("jayson.js", "http"), "http", ("Object",) * 3),
    ThirdParty("jayson-tcp", "node", ("jayson.js", "tcp"), "tcp", ("Object",) * 3),
    ThirdParty(
        "vscode-jsonrpc-tcp", "node", ("vscode-jsonrpc.js", "tcp"), "tcp", ("ResponseError",) * 3, batches=False
    ),
    ThirdParty(
        "vscode-jsonrpc-stdio", "node", ("vscode-jsonrpc.js", "stdio"), "stdio", ("ResponseError",) * 3, batches=False
    ),
    ThirdParty(
        "python-lsp-jsonrpc",
        "python",
        ("over_python_lsp_jsonrpc.py",),
        "tcp",
        ("JsonRpcMethodNotFound", "JsonRpcInvalidParams", "JsonRpcServerError"),
        batches=False,
    ),
    ThirdParty("aiorpcX", "python", ("over_aiorpcx.py",), "tcp", ("RPCError",) * 3, tells_data=False),
    ThirdParty(
        "pjrpc",
        "python",
        ("over_pjrpc.py",),
        "http",
        ("MethodNotFoundError", "InvalidParamsError", "JsonRpcError"),
    ),
    ThirdParty("jsonrpcclient-http", "python", ("over_jsonrpcclient.py", "http"), "http", ("Error",) * 3),
    ThirdParty("jsonrpcclient-tcp", "python", ("over_jsonrpcclient.py", "tcp"), "tcp", ("Error",) * 3),
)
BATCHING = tuple(each for each in CLIENTS if each.batches)


@pytest.fixture
def stdio_bridge(calc, bridge_toml, tmp_path):
    """The command that a client starts a bridge with."""
    (tmp_path / "bridge.toml").write_text(bridge_toml(calc.target))
    program = f"import sys; sys.path[:0] = {sys.path!r}; from papermesh.cli import main; main()"
    return (sys.executable, "-c", program, "bridge", "--config", str(tmp_path / "bridge.toml"), "--stdio")


@pytest.fixture(params=CLIENTS, ids=lambda each: each.name)
def third_party(request):
    return request.param


@pytest.fixture
async def client(third_party, request, caller, run_client):
    interpreter = request.getfixturevalue(third_party.interpreter)
    if third_party.transport == "stdio":
        place = request.getfixturevalue("stdio_bridge")
    else:
        address = caller.bridge.http_address if third_party.transport == "http" else caller.bridge.tcp_address
        place = (address.host, str(address.port))
    async with run_client(interpreter, *third_party.command, *place) as running:
        yield running


async def test_calls_by_name_by_position_and_without_params(client):
    assert await client.call("subtract", {"minuend": 42, "subtrahend": 23}) == {"value": 19}
    assert await client.call("subtract", [42, 23]) == {"value": 19}
    assert await client.call("get_data") == {"value": ["hello", 5]}


@pytest.mark.parametrize(
    ("which", "method", "params", "code", "message", "status"),
    [
        (0, "no_such_method", {"a": 1}, -32601, "Method not found", "UNIMPLEMENTED"),
        (1, "subtract", {"minuend": "many"}, -32602, "minuend", "INVALID_ARGUMENT"),
        (2, "fail", {"code": 5, "message": "no document 42"}, -32005, "no document 42", "NOT_FOUND"),
    ],
)
async def test_errors_arrive_as_the_clients_own_with_code_message_and_data(
    client, third_party, which, method, params, code, message, status
):
    error = (await client.call(method, params))["error"]
    assert (error["type"], error["code"]) == (third_party.errors[which], code)
    assert message in error["message"]
    if third_party.tells_data:
        assert error["data"]["status"] == status
    assert await client.call("sum", [1, 2]) == {"value": 3}, "the client goes on after an error"


async def test_notifications_are_executed_and_nothing_comes_back(client, calc):
    assert "error" not in await client.do("notify", method="update", params=[1, 2, 3])
    assert "error" not in await client.do("notify", method="no_such_method", params=[1])
    await calc.seen(1)
    assert await client.call("sum", [1, 2]) == {"value": 3}, "no answer was taken for another's"
    assert calc.names() == ["Update", "Sum"]


async def test_calls_are_answered_as_they_finish(client, calc, outcome):
    slow = [client.start("call", method="wait", params={"name": name}) for name in "ab"]
    await calc.seen(2)
    assert await client.call("sum", [1, 2]) == {"value": 3}
    for name, started in reversed([*zip("ab", slow, strict=True)]):
        assert not started.done()
        calc.let_go(name)
        assert await outcome(started) == {"value": {"name": name}}


async def test_many_calls_at_once_get_their_own_answers(client, outcome):
    started = [client.start("call", method="sum", params=[number, 1000]) for number in range(100)]
    assert [await outcome(each) for each in started] == [{"value": number + 1000} for number in range(100)]


async def test_a_megabyte_goes_there_and_back(client):
    text = "a line of text\n" * 70_000
    answer = await client.call("echo", {"a_string": text})
    assert answer["value"]["a_string"] == text


TEXTS = {"astral": "𝄞😀", "mixed": "é 漢字 \u2028 \ufeff", "escaped": '"\\ \x00\x7f', "many": "𝄞" * 50_000}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_characters_of_every_width_go_there_and_back(client, text):
    answer = await client.call("echo", {"a_string": text, "many_strings": [text[::-1]]})
    assert (answer["value"]["a_string"], answer["value"]["many_strings"]) == (text, [text[::-1]])


@pytest.mark.parametrize("third_party", BATCHING, ids=lambda each: each.name, indirect=True)
async def test_a_batch_is_answered_without_its_notifications(client, third_party, calc):
    items = [
        {"method": "sum", "params": [1, 2]},
        {"method": "update", "params": [1], "notification": True},
        {"method": "no_such_method", "params": [1]},
        {"method": "subtract", "params": {"minuend": 42, "subtrahend": 23}},
    ]
    first, second, third = (await client.do("batch", items=items))["value"]
    assert (first, third) == ({"value": 3}, {"value": 19})
    assert second["error"]["code"] == -32601
    await calc.seen(3)
    assert sorted(calc.names()) == ["Subtract", "Sum", "Update"]
