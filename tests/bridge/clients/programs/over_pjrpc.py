"""pjrpc with its httpx backend, over HTTP: python over_pjrpc.py HOST PORT."""

from __future__ import annotations

import asyncio
import sys

from driver import drive, told
from pjrpc.client.backend.httpx import AsyncClient
from pjrpc.client.exceptions import JsonRpcError


def arguments(params):
    """Gives params as the positional and keyword arguments that pjrpc takes."""
    return ((), params) if isinstance(params, dict) else (params or (), {})


async def main(host, port):
    async with AsyncClient(f"http://{host}:{port}/rpc", error_cls=JsonRpcError) as client:

        async def call(method, params):
            positional, named = arguments(params)
            try:
                return {"value": await client.call(method, *positional, **named)}
            except JsonRpcError as error:
                return told(error)

        async def notify(method, params):
            positional, named = arguments(params)
            return {"value": await client.notify(method, *positional, **named)}

        async def batch(items):
            async with client.batch() as sent:
                for item in items:
                    positional, named = arguments(item["params"])
                    add = sent.notify if item.get("notification") else sent.call
                    add(item["method"], *positional, **named)
            answers = sent.get_response()
            return {"value": [told(each.error) if each.is_error else {"value": each.result} for each in answers]}

        await drive(call=call, notify=notify, batch=batch)


asyncio.run(main(*sys.argv[1:]))
