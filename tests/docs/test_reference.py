"""The reference cannot drift: every setting, method, finding, reason and error code has its row."""

from __future__ import annotations

import ast
import dataclasses
import re
from pathlib import Path

import pytest

from papermesh.classification.v1 import classification_pb2
from papermesh.jsonrpc.v1 import options_pb2
from papermesh.quality.v1 import quality_pb2
from papermesh_bridge import errors as bridge_errors
from papermesh_bridge.builtin import ENTRIES
from papermesh_bridge.config import BackendConfig, BridgeConfig
from papermesh_bridge.expose import ExposeConfig, ExposeLimits, LegacyMethod, faults
from papermesh_bridge.limits import Limits as BridgeLimits
from papermesh_bridge.transcode import JsonPolicy
from papermesh_bridge.transports import upload
from papermesh_services.documents import Limits as DocumentLimits
from papermesh_services.quality.rules import RULES
from papermesh_services.server.config import ServerConfig
from papermesh_services.server.errors import CODE_BY_REASON

DOCS = Path(__file__).resolve().parents[2] / "docs"


def section(page, title):
    """The text below a heading that starts with these words, up to the next one of its level."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.split(r"^## ", text.split(f"## {title}", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text):
    """The names in the first column of the tables in a text."""
    return {
        name
        for line in text.splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([^`]+)`", line.split("|")[1])
    }


def fields(kind):
    return {field.name for field in dataclasses.fields(kind)}


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("A server", [ServerConfig]),
        ("One document", [DocumentLimits]),
        ("A bridge", [BridgeConfig, BackendConfig, JsonPolicy, BridgeLimits]),
        ("An exposed service", [ExposeConfig, LegacyMethod, ExposeLimits]),
    ],
)
def test_every_setting_is_documented_and_no_other(title, kinds):
    documented = {name for name in rows(section("settings.md", title)) if not name.startswith("[[")}
    assert documented == set().union(*map(fields, kinds))


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("A server", ServerConfig),
        ("One document", DocumentLimits),
        ("A bridge", BridgeLimits),
        ("An exposed service", ExposeLimits),
    ],
)
def test_documented_defaults_are_the_defaults(title, kind):
    lines = section("settings.md", title).splitlines()
    documented = {
        line.split("|")[1].strip().strip("`"): line.split("|")[2].strip() for line in lines if line.startswith("| `")
    }
    for field in dataclasses.fields(kind):
        if isinstance(field.default, int | float):
            words = documented[field.name].replace(",", "")
            units = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
            number, _, unit = words.partition(" ")
            assert float(number) * units.get(unit, 1) == field.default, field.name


def test_every_method_is_documented_and_no_other():
    services = [
        classification_pb2.DESCRIPTOR.services_by_name["ClassificationService"],
        quality_pb2.DESCRIPTOR.services_by_name["QualityService"],
    ]
    text = (DOCS / "methods.md").read_text(encoding="utf-8")
    named = {
        method.GetOptions().Extensions[options_pb2.method].name for service in services for method in service.methods
    }
    assert rows(section("methods.md", "Endpoints")) == {
        name for name in rows(section("methods.md", "Endpoints")) if ":" in name or "/" in name
    }
    assert rows(text.split("## What", 1)[0]) == named | {entry["name"] for entry in ENTRIES}
    for service in services:
        for method in service.methods:
            assert f"`{service.full_name}/{method.name}`" in text


def test_every_reason_is_documented_with_its_status():
    documented = dict(re.findall(r"^\| `([A-Z_]+)` \| ([A-Z_]+) \|", section("errors.md", "Over gRPC"), re.MULTILINE))
    from google.rpc import code_pb2

    assert documented == {reason: code_pb2.Code.Name(code) for reason, code in CODE_BY_REASON.items()}


CODES = {
    "ParseFault": -32700,
    "InvalidRequest": -32600,
    "BodyRefused": -32600,
    "MethodNotFound": -32601,
    "InvalidParams": -32602,
    "BadAnswer": -32603,
    "InternalFault": -32603,
    "CallCancelled": -32001,
    "CallTimeout": -32004,
    "AnswerTooLarge": -32008,
    "BackendDown": -32014,
    "ShuttingDown": -32014,
}
"""The code of each kind of error that has one; a BackendError has that of its status."""


def reasons_of(tree, kind=None):
    """Each text like a reason that is an argument or a default, and the kind of error that it is given to."""
    for node in ast.iter_child_nodes(tree):
        given, name = [], kind
        if isinstance(node, ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.Call):
            given = [*node.args, *(each.value for each in node.keywords)]
            name = node.func.id if isinstance(node.func, ast.Name) and node.func.id in CODES else kind
        elif isinstance(node, ast.arguments):
            given = [*node.defaults, *node.kw_defaults]
        for each in given:
            if isinstance(each, ast.Constant) and re.fullmatch(r"[A-Z]{3,}(_[A-Z]+)*", str(each.value)):
                yield each.value, name
        yield from reasons_of(node, name)


def test_every_reason_of_the_bridge_is_documented_with_its_code():
    lines = section("errors.md", "Over JSON-RPC").splitlines()
    pattern = re.compile(r"\| `([A-Z_]+)` \| (-\d+) \|")
    documented = {found[1]: int(found[2]) for found in map(pattern.match, lines) if found}
    sources = [each for each in Path(bridge_errors.__file__).parent.rglob("*.py") if "expose" not in each.parts]
    found = [reason for each in sources for reason in reasons_of(ast.parse(each.read_text(encoding="utf-8")))]
    assert documented.keys() == {reason for reason, _ in found}
    for reason, kind in found:
        assert documented[reason] == CODES.get(kind, documented[reason]), reason
    assert sum(kind in CODES for _, kind in found) > len(documented) / 2


def test_every_reason_of_an_exposed_service_is_documented_with_its_status():
    documented = dict(
        re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", section("errors.md", "From an exposed"), re.MULTILINE)
    )
    error = bridge_errors.ErrorObject(-32005, "gone", {})
    made = {
        faults.LegacyError: (error,),
        faults.RequestMalformed: ("",),
        faults.StreamingMethod: ("",),
        faults.TooManyCalls: (1,),
        faults.CallTimeout: ("", 1.0),
        faults.LegacyUnreachable: (),
        faults.LegacyLost: (),
        faults.LegacyHttpStatus: (500,),
        faults.BadAnswer: ("",),
        faults.AnswerTooLarge: (1,),
        faults.ResultMisfit: ("", "", ""),
        bridge_errors.ShuttingDown: (),
        bridge_errors.InternalFault: (),
    }
    own = {each for each in vars(faults).values() if isinstance(each, type) and each.__module__ == faults.__name__}
    fault_types = {each for each in own if issubclass(each, bridge_errors.CallError)} - {faults.Refused, faults._Fault}
    assert fault_types <= made.keys()
    sent = {}
    for kind, arguments in made.items():
        fault = kind(*arguments)
        sent[fault.details[0]["reason"]] = bridge_errors.STATUS_NAMES[fault.status]
    assert documented.keys() == sent.keys()
    assert {reason: status for reason, status in documented.items() if not status.startswith("by the")}.items() <= (
        sent.items()
    )


def test_every_json_rpc_code_is_documented():
    documented = {
        int(code) for code in re.findall(r"^\| (-32\d+) \|", section("errors.md", "Over JSON-RPC"), re.MULTILINE)
    }
    sent = {bridge_errors.jsonrpc_code(status) for status in range(1, 17)}
    assert documented == sent | {bridge_errors.PARSE_ERROR, bridge_errors.INVALID_REQUEST}


def test_every_http_status_of_an_upload_is_documented():
    documented = {
        name: int(line.split("|")[1])
        for line in section("errors.md", "Over HTTP").splitlines()
        if re.match(r"\| \d", line)
        for name in re.findall(r"[A-Z]+(?:_[A-Z]+)*", line.split("|")[2])
    }
    sent = {**upload.HTTP_OF_STATUS, **upload.HTTP_OF_REASON}
    assert {"OK": 200, **{name: status for name, status in documented.items() if name in sent}} == sent


def test_every_finding_is_documented_and_no_other():
    assert rows((DOCS / "findings.md").read_text(encoding="utf-8")) == set(RULES)
