"""The table of RPCs against the contract."""

from papermesh import rpcs
from papermesh.classification.v1 import classification_pb2
from papermesh.quality.v1 import quality_pb2


def test_the_table_has_every_rpc_of_the_contract():
    contract = {
        f"{service.full_name}/{method.name}": (
            service.full_name,
            (method.client_streaming, method.input_type),
            (method.server_streaming, method.output_type),
        )
        for file in (classification_pb2, quality_pb2)
        for service in file.DESCRIPTOR.services_by_name.values()
        for method in service.methods
    }
    table = {
        rpc.name: (
            rpc.server.value,
            (rpc.takes_stream, rpc.request.DESCRIPTOR),
            (rpc.gives_stream, rpc.response.DESCRIPTOR),
        )
        for rpc in rpcs.ALL
    }
    assert table == contract
