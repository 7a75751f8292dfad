"""Lets a test tell a client what to do: a JSON command a line on standard input, an outcome a line on its output."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Action = Callable[..., Awaitable[dict[str, Any]]]


async def drive(**actions: Action) -> None:
    """Runs commands side by side until standard input ends; an action gives {"value": ...} or {"error": ...}."""
    commands = asyncio.StreamReader(limit=2**24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    async with asyncio.TaskGroup() as running:
        async for line in commands:
            running.create_task(run(actions, **json.loads(line)))


async def run(actions: dict[str, Action], *, n: int, action: str, **details: Any) -> None:
    outcome = await actions[action](**details)
    print(json.dumps({"n": n, **outcome}), flush=True)


def told(error: Any) -> dict[str, Any]:
    """Says what a client made of an error."""
    members = {name: getattr(error, name, None) for name in ("code", "message", "data")}
    return {"error": {"type": type(error).__name__, **members}}
