from __future__ import annotations

import grpc
import pytest
from google.protobuf import json_format
from google.rpc import status_pb2

from papermesh_bridge import errors

TABLE = {
    "CANCELLED": -32001,
    "UNKNOWN": -32603,
    "INVALID_ARGUMENT": -32602,
    "DEADLINE_EXCEEDED": -32004,
    "NOT_FOUND": -32005,
    "ALREADY_EXISTS": -32006,
    "PERMISSION_DENIED": -32007,
    "RESOURCE_EXHAUSTED": -32008,
    "FAILED_PRECONDITION": -32009,
    "ABORTED": -32010,
    "OUT_OF_RANGE": -32602,
    "UNIMPLEMENTED": -32601,
    "INTERNAL": -32603,
    "UNAVAILABLE": -32014,
    "DATA_LOSS": -32603,
    "UNAUTHENTICATED": -32016,
}


@pytest.mark.parametrize("name", TABLE)
def test_every_status_has_its_code(name):
    status = grpc.StatusCode[name].value[0]
    assert errors.STATUS_NAMES[status] == name
    assert errors.jsonrpc_code(status) == TABLE[name]
    assert errors.jsonrpc_code(status) not in range(-32099, -32019)


@pytest.mark.parametrize("name", [name for name, code in TABLE.items() if code > -32600])
def test_codes_of_their_own_lead_back_to_their_status(name):
    assert errors.STATUS_NAMES[errors.grpc_status(TABLE[name])] == name


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (-32700, "INVALID_ARGUMENT"),
        (-32600, "INVALID_ARGUMENT"),
        (-32601, "UNIMPLEMENTED"),
        (-32602, "INVALID_ARGUMENT"),
        (-32603, "INTERNAL"),
        (-32003, "UNKNOWN"),
        (-32000, "UNKNOWN"),
        (-32050, "UNKNOWN"),
        (17, "UNKNOWN"),
    ],
)
def test_other_codes_lead_to_the_nearest_status(code, name):
    assert errors.STATUS_NAMES[errors.grpc_status(code)] == name


@pytest.mark.parametrize("status", [0, 17, -1, 999])
def test_a_status_that_does_not_exist_is_an_internal_error(status):
    assert errors.jsonrpc_code(status) == errors.INTERNAL_ERROR
    assert errors.BackendError(status, "").to_object().data["status"] == "UNKNOWN"


@pytest.mark.parametrize(
    "fault",
    [
        errors.ParseFault("x"),
        errors.InvalidRequest("x", "id"),
        errors.MethodNotFound("m", "x"),
        errors.InvalidParams([errors.Violation("a.b", "x")]),
        errors.BackendDown("x", "a", "b"),
        errors.ShuttingDown(),
        errors.InternalFault(),
        errors.BackendError(5, "x"),
    ],
)
def test_the_data_of_every_fault_is_a_google_rpc_status_in_proto_json(fault):
    told = fault.to_object()
    assert errors.jsonrpc_code(errors.grpc_status(told.code)) == errors.jsonrpc_code(fault.status)
    assert set(told.data) == {"code", "status", "details"}
    status = json_format.ParseDict(
        {"code": told.data["code"], "message": told.message, "details": told.data["details"]}, status_pb2.Status()
    )
    assert errors.STATUS_NAMES[status.code] == told.data["status"]
    assert len(status.details) == len(told.data["details"])
