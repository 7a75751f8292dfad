"""python-lsp-jsonrpc, over TCP with Content-Length: python over_python_lsp_jsonrpc.py HOST PORT."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading

from driver import drive, told
from pylsp_jsonrpc.endpoint import Endpoint
from pylsp_jsonrpc.exceptions import JsonRpcException
from pylsp_jsonrpc.streams import JsonRpcStreamReader, JsonRpcStreamWriter


async def main(host, port):
    connection = socket.create_connection((host, int(port)))
    reader = JsonRpcStreamReader(connection.makefile("rb"))
    writer = JsonRpcStreamWriter(connection.makefile("wb"), ensure_ascii=False)
    endpoint = Endpoint({}, writer.write)
    listening = threading.Thread(target=reader.listen, args=(endpoint.consume,))
    listening.start()

    async def call(method, params):
        try:
            return {"value": await asyncio.wrap_future(endpoint.request(method, params))}
        except JsonRpcException as error:
            return told(error)

    async def notify(method, params):
        return {"value": endpoint.notify(method, params)}

    await drive(call=call, notify=notify)
    connection.shutdown(socket.SHUT_WR)
    listening.join(timeout=10)
    endpoint.shutdown()
    reader.close()
    writer.close()
    connection.close()


asyncio.run(main(*sys.argv[1:]))
