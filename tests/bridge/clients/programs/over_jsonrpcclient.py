"""jsonrpcclient, which makes and reads messages and leaves carrying them to others: over HTTP or TCP.

python over_jsonrpcclient.py http|tcp HOST PORT
"""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request

import jsonrpcclient
from driver import drive, told
from jsonrpcclient import Ok, parse_json


class Http:
    """Posts each message."""

    def __init__(self, host, port):
        self.url = f"http://{host}:{port}/rpc"

    async def send(self, message, owed):
        text = await asyncio.to_thread(self.post, json.dumps(message).encode())
        assert bool(text) == owed, text
        return text

    def post(self, body):
        with urllib.request.urlopen(
            urllib.request.Request(self.url, body, {"Content-Type": "application/json"}), timeout=10
        ) as answer:
            return answer.read()


class Tcp:
    """Writes every message to one connection, and gives each answer to whoever waits for its id."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.waiting = {}

    async def send(self, message, owed):
        self.writer.write(json.dumps(message).encode() + b"\n")
        if not owed:
            return await self.writer.drain()
        answer = self.waiting[key(message)] = asyncio.get_running_loop().create_future()
        return await answer

    async def listen(self):
        async for line in self.reader:
            self.waiting.pop(key(json.loads(line))).set_result(line)


def key(message):
    """Gives the id of a message, or the ids of a batch."""
    return tuple(each["id"] for each in message if "id" in each) if isinstance(message, list) else message["id"]


def make(method, params, *, notification=False):
    return jsonrpcclient.notification(method, params) if notification else jsonrpcclient.request(method, params)


def outcome(parsed):
    return {"value": parsed.result} if isinstance(parsed, Ok) else told(parsed)


async def serve(carrier):
    async def call(method, params):
        return outcome(parse_json(await carrier.send(make(method, params), owed=True)))

    async def notify(method, params):
        await carrier.send(make(method, params, notification=True), owed=False)
        return {"value": None}

    async def batch(items):
        made = [make(**each) for each in items]
        return {"value": [outcome(each) for each in parse_json(await carrier.send(made, owed=True))]}

    await drive(call=call, notify=notify, batch=batch)


async def main(transport, host, port):
    if transport == "http":
        return await serve(Http(host, port))
    carrier = Tcp(*await asyncio.open_connection(host, int(port), limit=2**24))
    listening = asyncio.create_task(carrier.listen())
    await serve(carrier)
    carrier.writer.write_eof()
    await listening
    carrier.writer.close()
    return await carrier.writer.wait_closed()


asyncio.run(main(*sys.argv[1:]))
