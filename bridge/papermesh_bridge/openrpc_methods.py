"""The entries of an OpenRPC document for the methods of one backend. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from papermesh_bridge.json_schema import Components, Json, RequestSchemas, ResultSchemas, paragraphs
from papermesh_bridge.transcode.known import LIST, VALUE, is_map, is_wrapper, known_name
from papermesh_bridge.transcode.members import members_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from google.protobuf.descriptor import Descriptor, FieldDescriptor

    from papermesh_bridge.schema import Route
    from papermesh_bridge.transcode import JsonPolicy

_STREAMED: Final = (
    "The answer is a stream. Over HTTP, the result is an array of all of it. Over other connections, each part is a "
    "notification `{}.next`, and the result is the count of them."
)
_COUNT: Final[Json] = {"type": "object", "required": ["count"], "properties": {"count": {"type": "integer"}}}

_WHOLE: Final = {VALUE: "either", LIST: "by-position"}
"""How params are given that are no members; it is by name for all other types."""


class MethodEntries:
    """Makes method entries under one policy. What they refer to is in the components and in `tags`."""

    def __init__(
        self, policy: JsonPolicy, comments: Mapping[str, str], components: Components, errors: Iterable[str]
    ) -> None:
        self._comments = comments
        self._requests = RequestSchemas(policy, comments, components)
        self._results = ResultSchemas(policy, comments, components)
        self._errors = [{"$ref": f"#/components/errors/{each}"} for each in errors]
        self.tags: dict[str, Json] = {}

    def entry(self, name: str, route: Route[Any]) -> Json:
        """Makes the entry of a method under one of its names."""
        method = route.method
        service = method.rpc.partition("/")[0]
        self.tags.setdefault(service, {"name": service, **_given(description=self._comments.get(service))})
        request = self._requests.message(method.input)
        taken = _taken_many(method.input) if method.client_streaming else self._taken(method.input)
        comment = self._comments.get(method.rpc.replace("/", "."), "")
        streamed = _STREAMED.format(name) if method.server_streaming else ""
        return {
            "name": name,
            **_texts(comment, taken.pop("told", ""), streamed),
            "tags": [{"$ref": f"#/components/tags/{service}"}],
            **_given(deprecated=_is_deprecated(route)),
            **taken,
            "result": self._result(route),
            "errors": self._errors,
            "x-grpc": {"rpc": method.rpc, "request": _many(request) if method.client_streaming else request},
        }

    def _result(self, route: Route[Any]) -> Json:
        output = route.method.output
        name = output.fields[0].name if route.unwrap else output.name
        schema = self._results.only(output) if route.unwrap else self._results.message(output)
        return {"name": name, "schema": {"anyOf": [_many(schema), _COUNT]} if route.method.server_streaming else schema}

    def _taken(self, request: Descriptor) -> Json:
        """Gives the params, how they may be given, and in `told` what cannot be said otherwise."""
        if is_wrapper(request):
            param = {"name": "value", "required": True, "schema": self._requests.message(request)}
            return {"paramStructure": "either", "params": [param]}
        if known_name(request):
            told = f"The params as a whole are a {request.full_name}."
            return {"told": told, "paramStructure": _WHOLE.get(known_name(request), "by-name"), "params": []}
        members = members_of(request)
        fields = members.fields
        names = [self._requests.spellings(members, place)[0] for place in range(len(fields))]
        params = [self._param(field, name) for field, name in zip(fields, names, strict=True)]
        if len(fields) == 1 and fields[0].is_repeated and not is_map(fields[0]):
            told = f"By position, the params themselves are the {params[0]['name']}."
            return {"told": told, "paramStructure": "by-name", "params": params}
        in_order = sorted(params, key=lambda each: "required" not in each)
        return {"paramStructure": "either" if in_order == params else "by-name", "params": in_order}

    def _param(self, field: FieldDescriptor, name: str) -> Json:
        return {
            "name": name,
            **_given(description=self._requests.told(field), deprecated=field.GetOptions().deprecated),
            **_given(required=field.is_required),
            "schema": self._requests.member(field),
        }


def _given(**members: Any) -> Json:
    """Gives the members that say something."""
    return {name: value for name, value in members.items() if value}


def _many(schema: Json) -> Json:
    return {"type": "array", "items": schema}


def _taken_many(request: Descriptor) -> Json:
    told = f"The params are an array of {request.full_name}, one for each message of the stream."
    return {"told": told, "paramStructure": "by-position", "params": []}


def _texts(comment: str, *told: str) -> Json:
    """Gives the first paragraph of a comment as the summary, and the description where that says more."""
    first = comment.partition("\n\n")[0]
    whole = paragraphs(comment, *told)
    return _given(summary=" ".join(first.split()), description=whole if whole != first else "")


def _is_deprecated(route: Route[Any]) -> bool:
    method = route.method.input.file.pool.FindMethodByName(route.method.rpc.replace("/", "."))
    return bool(method.GetOptions().deprecated)
