"""What a service's descriptor says of it: its RPCs and their JSON-RPC names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from papermesh.jsonrpc.v1 import options_pb2

if TYPE_CHECKING:
    from google.protobuf.descriptor import ServiceDescriptor


def rpc_names(service: ServiceDescriptor) -> list[str]:
    """Every RPC as package.Service/Method, in the order of the proto."""
    return [f"{service.full_name}/{method.name}" for method in service.methods]


def method_names(service: ServiceDescriptor, without: frozenset[str] = frozenset()) -> list[str]:
    """The JSON-RPC names of the RPCs, in alphabetical order, without those that are not served."""
    option: Any = options_pb2.method  # The generated stub calls it a bare descriptor.
    names = {method.GetOptions().Extensions[option].name for method in service.methods}
    return sorted(name for name in names - without if name)
