"""The import arrows between the parts of the house, held over the source itself."""

from __future__ import annotations

import ast
import functools
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {
    "papermesh": ROOT / "clients" / "python" / "papermesh",
    "papermesh_services": ROOT / "services" / "papermesh_services",
    "papermesh_bridge": ROOT / "bridge" / "papermesh_bridge",
}
STUBS = ("papermesh.classification", "papermesh.quality", "papermesh.jsonrpc")
BRIDGE_PURE = (
    "comments",
    "content_length",
    "context",
    "description",
    "errors",
    "framing",
    "headers",
    "job",
    "json_schema",
    "jsonrpc",
    "metrics",
    "openrpc",
    "openrpc_methods",
    "schema",
    "session",
    "together",
    "tracing",
    "transcode",
    "watching",
    "forms",
    "upload_shape",
    "wire",
    "expose.config",
    "expose.contract",
    "expose.faults",
    "expose.messages",
    "expose.status",
    "expose.translate",
)
WAITING = ("asyncio", "socket", "grpc", "aiohttp", "uvicorn", "starlette", "threading")


def modules(room):
    folder = ROOMS[room]
    for path in sorted(folder.rglob("*.py")):
        if not path.stem.endswith(("_pb2", "_pb2_grpc")):
            parts = (room, *path.relative_to(folder).with_suffix("").parts)
            yield ".".join(part for part in parts if part != "__init__"), path


def imports(path, package):
    """The absolute names a file imports, those for type checking only and those inside functions too."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*package.split(".")[: -node.level or None], *filter(None, [base])])
            names.add(base)
            names.update(f"{base}.{alias.name}" for alias in node.names)
    return names


@functools.cache
def imported_by(room):
    return {name: imports(path, name) for name, path in modules(room)}


def below(name, *prefixes):
    return any(name == prefix or name.startswith(prefix + ".") for prefix in prefixes)


def offenders(room, allowed=lambda name: False, *, forbidden):
    return {
        (name, imported)
        for name, names in imported_by(room).items()
        if not allowed(name)
        for imported in names
        if forbidden(imported)
    }


def beyond_the_stubs(imported):
    return below(imported, "papermesh") and not below(imported, *STUBS) and imported != "papermesh"


@pytest.mark.parametrize(
    ("room", "other"), [("papermesh_services", "papermesh_bridge"), ("papermesh_bridge", "papermesh_services")]
)
def test_services_and_bridge_know_only_the_stubs(room, other):
    assert not offenders(room, forbidden=lambda imported: below(imported, other) or beyond_the_stubs(imported))


def test_only_the_command_line_starts_services_and_bridge():
    assert not offenders(
        "papermesh",
        allowed=lambda name: below(name, "papermesh.cli"),
        forbidden=lambda imported: below(imported, "papermesh_services", "papermesh_bridge"),
    )


@pytest.mark.parametrize("package", ["documents", "classification", "quality"])
def test_only_a_servicer_knows_grpc(package):
    room = f"papermesh_services.{package}"
    assert not {
        (name, imported)
        for name, names in imported_by("papermesh_services").items()
        if below(name, room) and not name.endswith(".servicer")
        for imported in names
        if imported.split(".")[0] in {"grpc", "grpc_status", "grpc_health", "grpc_reflection"}
    }


def test_documents_know_nothing_else_of_ours():
    documents = "papermesh_services.documents"
    assert not {
        (name, imported)
        for name, names in imported_by("papermesh_services").items()
        if below(name, documents)
        for imported in names
        if below(imported, "papermesh", "papermesh_services") and not below(imported, documents)
        if imported != "papermesh_services"
    }


def test_classification_and_quality_do_not_know_each_other():
    found = imported_by("papermesh_services")
    for one, other in (("classification", "quality"), ("quality", "classification")):
        assert not {
            (name, imported)
            for name, names in found.items()
            if below(name, f"papermesh_services.{one}")
            for imported in names
            if below(imported, f"papermesh_services.{other}")
        }


@pytest.mark.parametrize("module", BRIDGE_PURE)
def test_the_pure_modules_of_the_bridge_wait_for_nothing(module):
    found = {
        name: names
        for name, names in imported_by("papermesh_bridge").items()
        if below(name, f"papermesh_bridge.{module}")
    }
    assert found, f"there is no papermesh_bridge.{module}"
    assert not {
        (name, imported) for name, names in found.items() for imported in names if imported.split(".")[0] in WAITING
    }


# What each part of the bridge may import, besides what stands in its own line.
BRIDGE_LAYERS = (
    {"errors", "framing", "limits", "wire"},
    {"address", "content_length", "context", "forms", "jsonrpc", "metrics", "schema", "tables", "upload_shape"},
    {"comments", "description", "headers", "session", "tracing", "transcode", "watching"},
    {"config", "handler", "json_schema", "reflection", "together"},
    {"credentials", "learning", "openrpc_methods"},
    {"upstream"},
    {"invoke", "openrpc", "places"},
    {"gate", "health", "job", "scrape"},
    {"builtin"},
    {"execution", "uploads"},
    {"batch"},
    {"dispatch"},
    {"app"},
)
TRANSPORTS_MAY = {
    "address",
    "content_length",
    "errors",
    "framing",
    "handler",
    "jsonrpc",
    "limits",
    "session",
    "transports",
}

EXPOSE_MAY = {
    "address",
    "content_length",
    "errors",
    "expose",
    "framing",
    "jsonrpc",
    "limits",
    "schema",
    "tables",
    "transcode",
}
# The parts of the other direction, likewise.
EXPOSE_LAYERS = (
    {"config", "faults", "health", "messages"},
    {"child", "contract", "legacy", "link", "status"},
    {"http", "reflection", "stream", "translate"},
    {"calls"},
    {"server"},
    {"app"},
)


def bridge_imports():
    """Each part of the bridge with the other parts it imports."""
    reached = {}
    for name, names in imported_by("papermesh_bridge").items():
        part = name.partition(".")[2].partition(".")[0]
        parts = {imported.split(".")[1] for imported in names if imported.startswith("papermesh_bridge.")}
        reached.setdefault(part, set()).update(parts)
    return reached


def test_imports_of_the_bridge_point_one_way():
    reached = bridge_imports()
    assert reached.pop("transports") <= TRANSPORTS_MAY
    assert reached.pop("expose") <= EXPOSE_MAY
    reached.pop("")  # The package itself, which re-exports.
    below_this = set()
    for layer in BRIDGE_LAYERS:
        for part in layer:
            upper = {"transports"} if part == "app" else set()
            assert reached.pop(part) <= below_this | upper | {part}, part
        below_this |= layer
    assert not reached, "a part without a layer"


def test_imports_of_the_other_direction_point_one_way():
    expose = "papermesh_bridge.expose."
    reached = {
        name.removeprefix(expose): {
            each.removeprefix(expose).split(".")[0] for each in names if each.startswith(expose)
        }
        for name, names in imported_by("papermesh_bridge").items()
        if name.startswith(expose)
    }
    below_this = set()
    for layer in EXPOSE_LAYERS:
        for part in layer:
            assert reached.pop(part) <= below_this, part
        below_this |= layer
    assert not reached, "a part without a layer"


WORKER_SIDE = (".sources", ".worker", ".config", ".paths", ".asking", ".turns")


def test_work_stays_off_the_event_loop_side():
    """The server runtime, which runs on the event loop, never imports what computes.

    .paths only opens files, and .turns has the values that workers and the server both speak of.
    """
    assert not {
        (name, imported)
        for name, names in imported_by("papermesh_services").items()
        if below(name, "papermesh_services.server") and not name.endswith(WORKER_SIDE)
        for imported in names
        if imported.split(".")[0] in {"sklearn", "numpy", "pypdf", "lxml"}
        or below(imported, "papermesh_services.documents")
    }
