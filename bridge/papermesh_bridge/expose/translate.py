"""Request messages to JSON-RPC params, and results to response messages, by the contract and the JSON policy.

Pure: values in, values out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from papermesh_bridge.errors import InvalidParams, SchemaError
from papermesh_bridge.expose.faults import RequestMalformed, ResultMisfit
from papermesh_bridge.transcode import JsonPolicy, Transcoder

if TYPE_CHECKING:
    from google.protobuf.descriptor import Descriptor
    from google.protobuf.descriptor_pool import DescriptorPool

    from papermesh_bridge.expose.contract import Exposed
    from papermesh_bridge.jsonrpc import Params


# Messages with a JSON form of their own, which is their value already.
_WELL_KNOWN: Final = "google.protobuf."
_STRUCT: Final = _WELL_KNOWN + "Struct"
_VALUE: Final = _WELL_KNOWN + "Value"


class Translator:
    """Translates for one contract under one policy. Safe to use from several threads."""

    def __init__(self, policy: JsonPolicy, pool: DescriptorPool) -> None:
        self._policy = policy
        self._named = Transcoder(policy, pool)
        # A field that is left out would move the ones behind it.
        self._positional = Transcoder(replace(policy, defaults="always"), pool)

    def params(self, request: bytes, rpc: Exposed) -> Params:
        """Gives the params for a serialized request; None for a message without fields. Raises RequestMalformed."""
        kind = rpc.method.input
        positional = rpc.legacy.params == "positional"
        try:
            value = (self._positional if positional else self._named).encode(request, kind)
        except SchemaError:
            told = f"the request is no {kind.full_name}, or holds something that has no JSON form"
            raise RequestMalformed(told) from None
        if not kind.fields:
            return None
        if not isinstance(value, dict):  # a message with a JSON form of its own, as a wrapper or a list
            return value if isinstance(value, list) else [value] if positional else {"value": value}
        return self._arranged(value, kind) if positional and kind.full_name != _STRUCT else value

    def response(self, result: Any, rpc: Exposed) -> bytes:
        """Gives the serialized response for a result. Raises ResultMisfit."""
        kind = rpc.method.output
        own_form = kind.full_name.startswith(_WELL_KNOWN)
        if rpc.legacy.wrap and not own_form:
            result = {kind.fields[0].name: result}
        elif result is None and own_form and kind.full_name != _VALUE:
            return b""
        elif result is None or (not kind.fields and self._policy.unknown_members == "ignore"):
            # Servers whose methods give nothing answer with null, true or "OK".
            result = None if kind.full_name == _VALUE else {}
        try:
            return self._named.read(result, kind)
        except InvalidParams as misfit:
            first = misfit.violations[0]
            raise ResultMisfit(rpc.method.rpc, first.field, first.description) from None

    def _arranged(self, value: dict[str, Any], kind: Descriptor) -> list[Any]:
        """Puts members into the order of the fields: null for one that is not set, nothing behind the last that is."""
        camel = self._policy.spelling == "camel"
        params = [value.get(field.json_name if camel else field.name) for field in kind.fields]
        if len(params) == 1 and isinstance(params[0], list):
            return params[0]  # a bridge reads the array of an only field so
        while params and params[-1] is None:
            params.pop()
        return params
