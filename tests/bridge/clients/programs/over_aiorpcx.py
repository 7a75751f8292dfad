"""aiorpcX, over TCP: python over_aiorpcx.py HOST PORT."""

from __future__ import annotations

import asyncio
import sys

from aiorpcx import NewlineFramer, RPCError, connect_rs
from driver import drive, told


async def main(host, port):
    # Its own limit of a message is 1,000,000 bytes.
    async with connect_rs(host, int(port), framer=NewlineFramer(2**24)) as session:

        async def call(method, params):
            try:
                return {"value": await session.send_request(method, params or ())}
            except RPCError as error:
                return told(error)

        async def notify(method, params):
            return {"value": await session.send_notification(method, params or ())}

        async def batch(items):
            async with session.send_batch() as sent:
                for item in items:
                    add = sent.add_notification if item.get("notification") else sent.add_request
                    add(item["method"], item["params"])
            return {"value": [told(each) if isinstance(each, RPCError) else {"value": each} for each in sent.results]}

        await drive(call=call, notify=notify, batch=batch)


asyncio.run(main(*sys.argv[1:]))
