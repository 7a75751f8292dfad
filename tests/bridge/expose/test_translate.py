"""Requests to params and results to responses, as tables, also for messages with a JSON form of their own."""

from __future__ import annotations

import pytest
from google.protobuf import descriptor_pb2, empty_pb2, struct_pb2, timestamp_pb2, wrappers_pb2
from google.protobuf.json_format import ParseDict
from google.protobuf.message_factory import GetMessageClass

from papermesh_bridge.expose import EXPOSE_POLICY, LegacyMethod
from papermesh_bridge.expose.contract import read_contract
from papermesh_bridge.expose.faults import RequestMalformed, ResultMisfit
from papermesh_bridge.expose.translate import Translator
from papermesh_bridge.transcode import JsonPolicy

OWN = {"Int64Value", "Struct", "ListValue", "Value", "Timestamp", "Empty"}
FIELDS = {
    "None": "",
    "Two": "int32 first_one; optional string second_one; int32 third_one",
    "Many": "repeated int32 values",
    "One": "int32 value",
}


@pytest.fixture(scope="module")
def contract():
    """One service with an RPC for each kind of message, which it takes and gives."""
    found = descriptor_pb2.FileDescriptorSet()
    modules = (empty_pb2, struct_pb2, timestamp_pb2, wrappers_pb2)
    for module in modules:
        module.DESCRIPTOR.CopyToProto(found.file.add())
    file = found.file.add(name="t.proto", package="t", syntax="proto3")
    file.dependency.extend(module.DESCRIPTOR.name for module in modules)
    for name, fields in FIELDS.items():
        message = file.message_type.add(name=name)
        for number, text in enumerate(filter(None, fields.split("; ")), 1):
            *words, kind, field = text.split()
            made = message.field.add(number=number, name=field, label=3 if "repeated" in words else 1)
            made.type = {"int32": 5, "string": 9}[kind]
            if "optional" in words:
                made.proto3_optional = True
                made.oneof_index = len(message.oneof_decl)
                message.oneof_decl.add(name=f"_{field}")
    service = file.service.add(name="S")
    for name in [*FIELDS, *sorted(OWN)]:
        kind = f".google.protobuf.{name}" if name in OWN else f".t.{name}"
        service.method.add(name=name, input_type=kind, output_type=kind)
    return found.SerializeToString()


@pytest.fixture(scope="module")
def translator_for(contract):
    def make(rpc, policy=EXPOSE_POLICY, **legacy):
        made = read_contract(contract, (), [LegacyMethod(f"t.S/{rpc}", **legacy)])
        return Translator(policy, made.pool), made.rpcs[f"/t.S/{rpc}"]

    return make


def message(rpc, value):
    return ParseDict(value, GetMessageClass(rpc.method.input)())


@pytest.mark.parametrize(
    ("rpc", "value", "named", "positional"),
    [
        ("None", {}, None, None),
        ("Empty", {}, None, None),
        ("Two", {}, {"first_one": 0, "third_one": 0}, [0, None, 0]),
        ("Two", {"second_one": ""}, {"first_one": 0, "second_one": "", "third_one": 0}, [0, "", 0]),
        ("Many", {"values": [1, 2]}, {"values": [1, 2]}, [1, 2]),
        ("Many", {}, {"values": []}, []),
        ("One", {"value": 3}, {"value": 3}, [3]),
        ("Int64Value", 5, {"value": 5}, [5]),
        ("Struct", {"a": [1]}, {"a": [1]}, {"a": [1]}),
        ("ListValue", [1, "x"], [1, "x"], [1, "x"]),
        ("Timestamp", "1970-01-01T00:00:00Z", {"value": "1970-01-01T00:00:00Z"}, ["1970-01-01T00:00:00Z"]),
    ],
)
def test_params(translator_for, rpc, value, named, positional):
    for params, expected in (("named", named), ("positional", positional)):
        translator, exposed = translator_for(rpc, params=params)
        assert translator.params(message(exposed, value).SerializeToString(), exposed) == expected


def test_params_of_other_policies(translator_for):
    translator, exposed = translator_for("Two", JsonPolicy(spelling="camel", defaults="omitted"))
    assert translator.params(message(exposed, {"thirdOne": 3}).SerializeToString(), exposed) == {"thirdOne": 3}
    translator, exposed = translator_for("Two", JsonPolicy(spelling="camel", defaults="omitted"), params="positional")
    assert translator.params(message(exposed, {"thirdOne": 3}).SerializeToString(), exposed) == [0, None, 3]


@pytest.mark.parametrize(
    ("rpc", "wrap", "result", "value"),
    [
        ("None", False, None, {}),
        ("None", False, "OK", {}),
        ("Empty", False, True, {}),
        ("Two", False, None, {}),
        ("Two", False, {"firstOne": 1, "third_one": "2", "more": 0}, {"firstOne": 1, "thirdOne": 2}),
        ("One", True, 3, {"value": 3}),
        ("One", True, None, {}),
        ("Many", True, [1, 2], {"values": [1, 2]}),
        ("Int64Value", False, "5", "5"),
        ("Int64Value", True, 5, "5"),
        ("Int64Value", False, None, "0"),
        ("Struct", False, {"a": 1}, {"a": 1}),
        ("ListValue", False, [None], [None]),
        ("Value", False, None, None),
        ("Value", False, "x", "x"),
    ],
)
def test_results(translator_for, rpc, wrap, result, value):
    translator, exposed = translator_for(rpc, wrap=wrap)
    found = GetMessageClass(exposed.method.output).FromString(translator.response(result, exposed))
    assert found == message(exposed, value)


@pytest.mark.parametrize(
    ("rpc", "wrap", "result", "told"),
    [
        ("One", False, 3, "the response of t.S/One: expected an object, got a number"),
        ("One", False, [3], "the response of t.S/One: expected an object, got an array"),
        ("One", True, "x", "the response of t.S/One at value: "),
        ("Many", True, [1, "x"], "the response of t.S/Many at values[1]: "),
        ("Int64Value", False, {}, "the response of t.S/Int64Value: "),
    ],
)
def test_results_that_do_not_fit(translator_for, rpc, wrap, result, told):
    translator, exposed = translator_for(rpc, wrap=wrap)
    with pytest.raises(ResultMisfit) as caught:
        translator.response(result, exposed)
    assert told in str(caught.value)


def test_a_strict_policy_refuses_members_that_the_response_does_not_have(translator_for):
    translator, exposed = translator_for("None", JsonPolicy())
    assert translator.response(None, exposed) == b""
    with pytest.raises(ResultMisfit):
        translator.response({"more": 1}, exposed)


@pytest.mark.parametrize("data", [b"\xff", struct_pb2.Value(number_value=float("nan")).SerializeToString()])
def test_requests_that_have_no_json_form(translator_for, data):
    translator, exposed = translator_for("Value")
    with pytest.raises(RequestMalformed):
        translator.params(data, exposed)
