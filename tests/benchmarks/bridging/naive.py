"""The bridge one writes in an afternoon: a yardstick, and so left as it is. Tells on standard output where it is."""

import functools
import socket
import sys

import grpc.aio
from aiohttp import web
from google.protobuf import json_format

from papermesh.classification.v1 import classification_pb2, classification_pb2_grpc


async def rpc(request: web.Request) -> web.Response:
    call = await request.json()
    try:
        message = json_format.ParseDict(call["params"], classification_pb2.ClassifyDocumentRequest())
        response = await request.app["stub"].ClassifyDocument(message, timeout=60)
        answer = {
            "result": json_format.MessageToDict(
                response, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
            )
        }
    except json_format.ParseError as fault:
        answer = {"error": {"code": -32602, "message": str(fault)}}
    except grpc.aio.AioRpcError as fault:
        answer = {"error": {"code": -32000, "message": fault.details()}}
    return web.json_response({"jsonrpc": "2.0", "id": call["id"], **answer})


async def connected(app: web.Application) -> None:
    channel = grpc.aio.insecure_channel(sys.argv[1])
    app["stub"] = classification_pb2_grpc.ClassificationServiceStub(channel)


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/rpc", rpc)
    app.on_startup.append(connected)
    web.run_app(app, sock=socket.create_server(("127.0.0.1", 0)), print=functools.partial(print, flush=True))
