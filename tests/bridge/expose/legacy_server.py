"""A legacy JSON-RPC server of the tests' own, with all the bad habits such servers have. Standard library only.

    legacy_server.py stdio|tcp|http lines|content-length

Over TCP and HTTP it prints its port. What it misbehaves in is asked for by the name given to `wait`.
"""

import asyncio
import base64
import json
import os
import re
import signal
import sys

MODE, FRAMING = sys.argv[1:3]
seen = []
held = []
asked = {}


class Raw(bytes):
    """An answer that is sent as it stands."""


def result(value):
    return {"result": value}


def error(code, message, data=None):
    return {"error": {"code": code, "message": message, **({} if data is None else {"data": data})}}


SAME_ALWAYS = {
    "update": result("OK"),
    "notify_hello": {"result": None, "error": None},
    "get_server_info": result({"server_name": "legacy", "capabilities": seen, "members": "that nobody knows"}),
}


async def called(method, params, send):
    if method == "subtract":
        one, other = params if isinstance(params, list) else (params["minuend"], params["subtrahend"])
        return result(one - other)
    if method == "sum":
        return result(str(sum(params)))  # as a string, as some write 64-bit integers
    if method in SAME_ALWAYS:
        return SAME_ALWAYS[method]
    if method == "notify_sum":
        for each in reversed(held):
            each.set()
            await asyncio.sleep(0)
        return result(True)
    if method == "get_data":
        return result(["hello", 5] if params is None else "params were given")
    if method == "fail":
        data = json.loads(base64.b64decode(params["details"])) if params["details"] else None
        return error(params["code"], params["message"], data)
    if method == "wait":
        return await waited(params["name"], send)
    if method == "echo":
        return result(params)
    return error(-32601, "Method not found")


async def waited(name, send):
    if name == "die":
        os._exit(3)
    if name == "noise":
        await send(Raw(b"Traceback: this is no answer\n"))
    if name == "ask":
        await send({"method": "window/log", "params": {}})
        asked["q"] = asyncio.get_running_loop().create_future()
        await send({"id": "q", "method": "window/ask", "params": {}})
        return result({"name": str((await asked["q"])["error"]["code"])})
    if name in ("held", "let go first", "let go last"):
        held.append(asyncio.Event())
        await held[-1].wait()
    answers = {
        "broken": Raw(b'{"jsonrpc": "2.0", "id": 1, "result": oops}'),
        "array": Raw(b"[1, 2]"),
        "nothing": {},
        "wrong id": {"id": 4711, "result": {}},
        "string id": {"id": "1", "result": {}},
        "null id": {"id": None, **error(-32600, "what was that?")},
        "huge": result({"name": "x" * 3000}),
        "misfit": result({"name": 5}),
        "scalar": result("just a text"),
        "error text": {"error": "failed"},
    }
    return answers.get(name, result({"name": name}))


async def answered(message, send):
    method = message.get("method")
    if method is None:
        asked[message["id"]].set_result(message)
        return
    seen.append(f"{method} {json.dumps(message.get('params'))}" if method == "$/cancelRequest" else method)
    if "id" in message:
        outcome = await called(method, message.get("params"), send)
        envelope = {"jsonrpc": "2.0", "id": message["id"]}
        await send(outcome if isinstance(outcome, Raw) else {**envelope, **outcome})


def framed(message):
    body = message if isinstance(message, Raw) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body) if FRAMING == "content-length" else body + b"\n"


async def messages(reader):
    while FRAMING == "lines" and (line := await reader.readline()):
        yield json.loads(line)
    while FRAMING == "content-length" and (line := await reader.readline()):
        length = int(re.fullmatch(rb"Content-Length: (\d+)\r\n", line)[1])
        await reader.readexactly(2)
        yield json.loads(await reader.readexactly(length))


async def stream(reader, writer):
    async def send(message):
        writer.write(framed(message))

    running = set()
    async for message in messages(reader):
        task = asyncio.create_task(answered(message, send))
        running.add(task)
        task.add_done_callback(running.discard)
    writer.close()


async def http(reader, writer):
    while (head := await reader.readuntil(b"\r\n\r\n")).startswith(b"POST /rpc "):
        if token := re.search(rb"X-Token: (.+)\r\n", head):
            seen.append(token[1].decode())
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])
        message = json.loads(await reader.readexactly(length))
        name = (message.get("params") or {}).get("name", "") if isinstance(message.get("params"), dict) else ""
        status = re.match(r"status (\d+)( with an error)?", name)
        if status and not status[2]:
            body = b"<h1>no</h1>"
        elif status:
            body = json.dumps({"jsonrpc": "2.0", "id": message["id"], **error(-32005, "not found")}).encode()
        else:
            bodies = []

            async def send(answer, bodies=bodies):
                bodies.append(answer if isinstance(answer, Raw) else json.dumps(answer).encode())

            await answered(message, send)
            body = bodies[0] if bodies else b""
        code = status[1] if status else "200"
        writer.write(f"HTTP/1.1 {code} X\r\nRetry-After: 7\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)


async def serve_stdio():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, sys.stdout)
    print("the legacy server says hello", file=sys.stderr, flush=True)
    await stream(reader, asyncio.StreamWriter(transport, protocol, reader, loop))


async def serve_socket():
    async def quietly(reader, writer):
        try:
            await (http if MODE == "http" else stream)(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(quietly, "127.0.0.1", int(sys.argv[3]) if sys.argv[3:] else 0, limit=2**24)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if os.environ.get("STUBBORN"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
try:
    asyncio.run(serve_stdio() if MODE == "stdio" else serve_socket())
    if os.environ.get("STUBBORN"):
        signal.pause()
except KeyboardInterrupt:
    pass
