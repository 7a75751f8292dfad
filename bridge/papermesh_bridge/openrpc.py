"""The OpenRPC document of an endpoint: its methods, what they take and give, and how they fail.

Pure: a method table in, a JSON value out. Documents follow OpenRPC 1.4.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final, TypeVar

from papermesh_bridge.comments import comments_of
from papermesh_bridge.errors import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    METHOD_NOT_FOUND,
    STATUS_NAMES,
    grpc_status,
    jsonrpc_code,
)
from papermesh_bridge.json_schema import Components, Room
from papermesh_bridge.openrpc_methods import MethodEntries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from papermesh_bridge.json_schema import Json
    from papermesh_bridge.schema import MethodTable, Route, Schema
    from papermesh_bridge.transcode import JsonPolicy

OPENRPC: Final = "1.4.0"
_TITLED: Final = 4
OwnerT = TypeVar("OwnerT")

_MESSAGES: Final = {
    INVALID_PARAMS: ("InvalidParams", "Invalid params"),
    METHOD_NOT_FOUND: ("MethodNotFound", "Method not found"),
    INTERNAL_ERROR: ("InternalError", "Internal error"),
}
_INT64: Final = {
    "string": "strings",
    "number": "numbers",
    "number_when_exact": "numbers where a double holds them exactly, and as strings where it does not",
}


def listed(table: MethodTable[OwnerT]) -> dict[str, Route[OwnerT]]:
    """Gives the names that people should use, in the order in which the methods are declared.

    A method has its aliases and the name of its option; where it has neither, its snake_case name; and where another
    has that one, its full name. What streams both ways cannot be called, and machinery is not meant to be.
    """
    found: dict[tuple[OwnerT, str], dict[str, int]] = {}
    for name, route in sorted(table.routes.items(), key=lambda item: item[0] != item[1].method.rpc):
        method = route.method
        if method.snake_name is not None and not (method.client_streaming and method.server_streaming):
            found.setdefault((route.owner, method.rpc), {})[name] = _rank(name, route, table)
    chosen: dict[str, Route[OwnerT]] = {}
    for ranks in found.values():
        best = min(ranks.values())
        chosen.update({name: table.routes[name] for name, rank in ranks.items() if rank == best})
    return chosen


def listed_names(table: MethodTable[Any], builtins: Sequence[Json]) -> list[str]:
    """Gives the names of the methods of a document, in its order."""
    return [*listed(table), *(each["name"] for each in _unclaimed(builtins, table))]


def build_document(
    table: MethodTable[OwnerT],
    schemas: Mapping[OwnerT, Schema],
    policy: JsonPolicy,
    *,
    version: str,
    max_bytes: int,
    missing: Sequence[str] = (),
    builtins: Sequence[Json] = (),
) -> Json:
    """Builds the document of a table, with method entries of the bridge's own where no backend has their names.

    `missing` names backends whose methods are not known yet. It may take long for large schemas. Raises
    AnswerTooLarge.
    """
    routes = listed(table)
    draft = _Draft(policy, Room(max_bytes))
    for number, (owner, schema) in enumerate(schemas.items(), 1):
        own = {name: route for name, route in routes.items() if route.owner == owner}
        draft.add(number, own, comments_of(schema.commented))
    body = {
        "methods": [*(draft.entries[name] for name in routes), *_unclaimed(builtins, table)],
        "components": {"schemas": dict(sorted(draft.schemas.items())), "errors": draft.errors, "tags": draft.tags},
    }
    info = {
        "title": _title(list(draft.tags)),
        "description": _told(policy, missing),
        "version": f"{version}+{_digest(body)}",
    }
    return {"openrpc": OPENRPC, "info": info, **body}


def _unclaimed(builtins: Sequence[Json], table: MethodTable[Any]) -> list[Json]:
    return [each for each in builtins if each["name"] not in table.routes]


def _rank(name: str, route: Route[Any], table: MethodTable[Any]) -> int:
    """Says which names of a method go first. Names that are not aliases lead to the same route as its full name."""
    if name == route.method.rpc:
        return 2
    own = route is table.routes.get(route.method.rpc)
    return 1 if own and name != route.method.option_name else 0


class _Draft:
    """The method entries of all backends, and the components they refer to."""

    def __init__(self, policy: JsonPolicy, room: Room) -> None:
        self._policy = policy
        self._room = room
        self.entries: dict[str, Json] = {}
        self.schemas: dict[str, Json] = {}
        self.errors = _errors()
        self.tags: dict[str, Json] = {}

    def add(self, number: int, routes: Mapping[str, Route[Any]], comments: Mapping[str, str]) -> None:
        """Adds one backend. Its schemas are numbered where another has messages of the same names that differ."""
        for suffix in ("", f"-{number}"):
            components = Components(self._room, suffix)
            make = MethodEntries(self._policy, comments, components, self.errors)
            entries = {name: self._room.take(make.entry(name, route)) for name, route in routes.items()}
            schemas = components.finished()
            if all(self.schemas.get(name, schema) == schema for name, schema in schemas.items()):
                break
        self.entries.update(entries)
        self.schemas.update(schemas)
        self.tags.update(make.tags)


def _errors() -> dict[str, Json]:
    """Gives the errors that a method may answer, one for each code, by name."""
    found: dict[str, Json] = {}
    for code in dict.fromkeys(jsonrpc_code(status) for status in range(1, len(STATUS_NAMES))):
        status = grpc_status(code)
        words = STATUS_NAMES[status].split("_")
        name, message = _MESSAGES.get(code, ("".join(map(str.title, words)), " ".join(words).capitalize()))
        data = {"code": status, "status": STATUS_NAMES[status], "details": []}
        found[name] = {"code": code, "message": message, "data": data}
    return found


def _title(services: Sequence[str]) -> str:
    more = f" and {len(services) - _TITLED} more" if len(services) > _TITLED else ""
    return ", ".join(services[:_TITLED]) + more or "JSON-RPC"


def _told(policy: JsonPolicy, missing: Sequence[str]) -> str:
    unknown = "refused" if policy.unknown_members == "error" else "passed over"
    told = [
        "The gRPC services behind this endpoint, as JSON-RPC 2.0 methods. Values follow the JSON mapping of protobuf. "
        f"Fields are read by their names in snake_case and in lowerCamelCase; unknown members are {unknown}. "
        f"A member that is null counts as left out. 64-bit integers are written as {_INT64[policy.int64]}. "
        "An error has the gRPC status and its details in `data`."
    ]
    if missing:
        told.append(f"Not reached yet, and missing here: {', '.join(missing)}.")
    return "\n\n".join(told)


def _digest(body: Json) -> str:
    """Gives what tells two versions of a document apart."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:12]
