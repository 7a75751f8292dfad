from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papermesh_bridge import jsonrpc
from papermesh_bridge.errors import ErrorObject
from papermesh_bridge.jsonrpc import Batch, Call, ExactNumber, Failure, Invalid, Success


def parse(text: str | bytes, max_depth: int = 20, max_batch_items: int = 5):
    data = text.encode() if isinstance(text, str) else text
    return jsonrpc.parse(data, max_depth=max_depth, max_batch_items=max_batch_items)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"jsonrpc":"2.0","method":"m","id":1}', Call("m", None, 1)),
        ('{"jsonrpc":"2.0","method":"m","id":"x","params":[1]}', Call("m", [1], "x")),
        ('{"jsonrpc":"2.0","method":"m","id":null,"params":{"a":1}}', Call("m", {"a": 1}, None)),
        ('{"jsonrpc":"2.0","method":"m"}', Call("m", notification=True)),
        ('{"jsonrpc":"2.0","method":"m","id":1.50}', Call("m", None, ExactNumber("1.50"))),
        ('{"jsonrpc":"2.0","method":"m","id":-0}', Call("m", None, ExactNumber("-0"))),
        ('[{"jsonrpc":"2.0","method":"m"}]', Batch((Call("m", notification=True),))),
        ('\ufeff{"jsonrpc":"2.0","method":"m","id":1}', Call("m", None, 1)),
    ],
)
def test_messages_are_read(text, message):
    assert parse(text) == message


def test_only_the_ids_of_a_batch_keep_their_spelling():
    batch = parse('[{"jsonrpc":"2.0","method":"m","id":1.0,"params":[1.0]},{"jsonrpc":"2.0","method":"m","id":2}]')
    assert [call.id for call in batch.items] == [ExactNumber("1.0"), ExactNumber("2")]
    assert batch.items[0].params == [1.0]


def test_an_integer_too_long_for_python_is_kept_as_text():
    call = parse('{"jsonrpc":"2.0","method":"m","id":1,"params":[%s]}' % ("7" * 5000))
    assert call.params == [ExactNumber("7" * 5000)]


def described(invalid: Invalid) -> str:
    return invalid.error.data["details"][1]["fieldViolations"][0]["description"]


@pytest.mark.parametrize(
    ("text", "code", "description"),
    [
        ("", -32700, "not JSON: Expecting value at line 1 column 1"),
        ('{"a":}', -32700, "not JSON: Expecting value at line 1 column 6"),
        ("[NaN]", -32700, "not JSON: NaN is no JSON value"),
        (b"\xff", -32700, "not UTF-8 at byte 0"),
        ("[" * 21 + "]" * 21, -32700, "nested deeper than 20 levels"),
        ("[]", -32600, "the batch is empty"),
        ("[1,2,3,4,5,6]", -32600, "the batch has 6 items, at most 5 are taken; send it in parts"),
        ("7", -32600, "a request must be an object"),
        ("{}", -32600, '"jsonrpc" must be exactly "2.0"'),
        ('{"jsonrpc":"2.0","id":[]}', -32600, "an id must be a string, a number or null"),
        ('{"jsonrpc":"2.0"}', -32600, "the method must be a string"),
        ('{"jsonrpc":"2.0","method":"m","params":1}', -32600, "params must be an object or an array"),
    ],
)
def test_what_is_wrong_is_said(text, code, description):
    invalid = parse(text)
    assert isinstance(invalid, Invalid)
    assert (invalid.error.code, described(invalid)) == (code, description)


@pytest.mark.parametrize("depth", [19, 20, 21, 22])
@pytest.mark.parametrize("pattern", ["[{}]", '{{"a":{}}}'])
def test_the_depth_limit_is_exact(depth, pattern):
    text = "[]" if "[" in pattern else "{}"
    for _ in range(depth - 1):
        text = pattern.format(text)
    invalid = parse(text, max_batch_items=100)
    is_deep = isinstance(invalid, Invalid) and invalid.error.code == -32700
    assert is_deep == (depth > 20)


def test_brackets_in_strings_are_not_depth():
    assert isinstance(parse(json.dumps({"jsonrpc": "2.0", "method": "[" * 100, "id": 1})), Call)


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Success(1, {"a": [1.5, "é"]}), '{"jsonrpc":"2.0","id":1,"result":{"a":[1.5,"é"]}}'),
        (Success(None, None), '{"jsonrpc":"2.0","id":null,"result":null}'),
        (Success(ExactNumber("1.0"), 1), '{"jsonrpc":"2.0","id":1.0,"result":1}'),
        (Success("\ud800", "\ud800"), '{"jsonrpc":"2.0","id":"\\ud800","result":"\\ud800"}'),
        (Failure(2, ErrorObject(-1, "m")), '{"jsonrpc":"2.0","id":2,"error":{"code":-1,"message":"m"}}'),
        (
            Failure("x", ErrorObject(-1, "m", {"code": 5})),
            '{"jsonrpc":"2.0","id":"x","error":{"code":-1,"message":"m","data":{"code":5}}}',
        ),
    ],
)
def test_answers_are_written(answer, text):
    assert jsonrpc.encode(answer).decode() == text


def test_answers_join_to_an_array_and_none_to_nothing():
    assert jsonrpc.join([b"1", b"2"]) == b"[1,2]"
    assert jsonrpc.join([]) is None


@given(st.binary(max_size=100) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_are_too_much(data):
    message = parse(data)
    assert isinstance(message, Call | Invalid | Batch)


@given(
    st.dictionaries(
        st.sampled_from(["jsonrpc", "method", "id", "params", "x"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()) | st.just("2.0"),
    )
)
def test_any_object_is_a_call_or_an_answer_that_can_be_written(item):
    message = parse(json.dumps(item))
    if isinstance(message, Invalid):
        json.loads(jsonrpc.encode(Failure(message.id, message.error)))
    else:
        json.loads(jsonrpc.encode(Success(message.id, None)))
