"""What a message of a legacy server means, as a table."""

from __future__ import annotations

import json

import pytest

from papermesh_bridge.errors import ErrorObject
from papermesh_bridge.expose.messages import Unusable, framed, read, write_cancel, write_request
from papermesh_bridge.jsonrpc import Call, Failure, Success


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ('{"jsonrpc": "2.0", "id": 7, "result": null}', Success(7, None)),
        ('{"id": 7, "result": [1], "error": null}', Success(7, [1])),
        ('{"id": 7.0, "result": 1}', Success(7, 1)),
        ('{"id": true, "result": 1}', Success(None, 1)),
        ('{"id": 7.5, "result": 1}', Success(None, 1)),
        ('{"id": 7, "error": {"code": -1, "message": "no"}}', Failure(7, ErrorObject(-1, "no"))),
        ('{"id": null, "error": {"code": -1, "data": 0}}', Failure(None, ErrorObject(-1, "", 0))),
        ('{"id": 7, "method": "ask"}', Call("ask", None, 7)),
        ('{"method": "tell", "params": [1]}', Call("tell", notification=True)),
        ('{"id": 7, "error": {"code": "1"}}', Unusable("its error has no code that is an integer", 7)),
        ('{"id": 7, "error": {"code": true}}', Unusable("its error has no code that is an integer", 7)),
        ('{"id": 7, "error": "no"}', Unusable("its error has no code that is an integer", 7)),
        ('{"id": 7}', Unusable("it has no result and no error", 7)),
        ("[]", Unusable("it is JSON, but no object")),
        ("7", Unusable("it is JSON, but no object")),
        ("", Unusable("it is not JSON, or nested too deep", noise=True)),
        ("Listening on port 80", Unusable("it is not JSON, or nested too deep", noise=True)),
        (' {"id": NaN}', Unusable("it is not JSON, or nested too deep")),
        ("[" * 9 + "]" * 9, Unusable("it is not JSON, or nested too deep")),
    ],
)
def test_a_message_is_read(text, meaning):
    assert read(text.encode(), max_depth=8) == meaning


@pytest.mark.parametrize("params", [None, {}, [], {"a": "ä\u2028"}])
def test_a_request_is_written_on_one_line(params):
    data = write_request("do", params).with_id(12)
    given = {} if params is None else {"params": params}
    assert json.loads(data) == {"jsonrpc": "2.0", "id": 12, "method": "do", **given}
    assert b"\n" not in data


def test_messages_are_framed():
    message = write_cancel(3)
    assert json.loads(message) == {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 3}}
    assert framed(message, "lines") == message + b"\n"
    assert framed("ä".encode(), "content-length") == b"Content-Length: 2\r\n\r\n\xc3\xa4"
