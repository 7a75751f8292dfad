"""Finds a service to work with: the one that runs, or one started for this command alone and stopped after it."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from grpc_health.v1 import health_pb2

from papermesh.cli.exits import CommandFailed, Exit
from papermesh.cli.options import DEFAULTS
from papermesh.cli.serve import server_of, services
from papermesh.client import Client
from papermesh.errors import DeadlineExceeded, PapermeshError, Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from papermesh.cli.options import WorkOptions
    from papermesh.client import ServiceName

LOOK_SECONDS: Final = 0.5
"""How long a service at a default address may take to say that it is there."""
NAMED_SECONDS: Final = 5.0
"""The same for an address the user named, which may be far away."""
DRAIN_SECONDS: Final = 1.0
"""How long calls that were given up may take to end, when a server of our own is stopped."""
NOBODY: Final = "nobody answers"
"""The trouble with an address at which no gRPC service answers."""
LARGEST_MESSAGE: Final = 2**31 - 1
"""What gRPC can carry; documents are checked against the server's own limit, which may be above the default."""


@asynccontextmanager
async def connected(service: ServiceName, options: WorkOptions) -> AsyncIterator[Client]:
    """A client of a service that answers. Raises CommandFailed where there is none and none can be started."""
    named = options.classification if service == "classification" else options.quality
    address = named or DEFAULTS[service]
    async with _client(service, address, options) as client:
        trouble = await _trouble(client, service, address, NAMED_SECONDS if named else LOOK_SECONDS)
        if not trouble:
            yield client
            return
    if named:
        raise CommandFailed(await _nobody(service, address) if trouble is NOBODY else trouble, Exit.UNREACHABLE)
    async with embedded(service, options) as address, _client(service, address, options) as client:
        yield client


@asynccontextmanager
async def embedded(service: ServiceName, options: WorkOptions) -> AsyncIterator[str]:
    """The address of a server of our own, which lives as long as the context."""
    app = services()
    logging.getLogger("papermesh_services").setLevel(logging.ERROR)  # what it warns of, the command says itself
    config = app.ServerConfig(
        address="127.0.0.1:0",
        workers=options.jobs,
        max_processing_seconds=options.timeout,
        max_cpu_seconds=options.timeout,
        drain_seconds=DRAIN_SECONDS,
    )
    server = server_of(service, config)
    await asyncio.sleep(0)  # lets an interrupt that came during the imports end the command before anything is started
    starting = asyncio.ensure_future(server.start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        await starting  # a half-started server does not stop cleanly
        await server.stop()
        raise
    except (app.CannotListen, app.WorkerDied) as error:
        raise CommandFailed(f"The {service} service did not start: {error}", Exit.UNREACHABLE) from error
    try:
        yield server.address
    finally:
        await server.stop()


def _client(service: ServiceName, address: str, options: WorkOptions) -> Client:
    where: dict[str, Any] = {service: address}
    return Client(**where, timeout=options.timeout, max_message_bytes=LARGEST_MESSAGE)


async def _trouble(client: Client, service: ServiceName, address: str, seconds: float) -> str:
    """What is wrong with the service at an address; "" if it serves."""
    try:
        answer = await client.health(service, timeout=seconds)
    except (Unavailable, DeadlineExceeded):
        return NOBODY
    except PapermeshError as error:
        return f"What answers at {address} is not a {service} service ({error.code.name}); check the address."
    if answer.status != health_pb2.HealthCheckResponse.SERVING:
        return f"The {service} service at {address} is not serving; it starts or stops just now, try again."
    return ""


async def _nobody(service: ServiceName, address: str) -> str:
    """What to say of an address at which no gRPC service answers: there may be something else, or no such host."""
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(NAMED_SECONDS):
            if address.startswith("unix:"):
                _, writer = await asyncio.open_unix_connection(address.removeprefix("unix:"))
            else:
                _, writer = await asyncio.open_connection(host.strip("[]"), int(port))
            writer.close()
    except (socket.gaierror, UnicodeError):  # the latter for a name that no host can have
        return f"The host of {address} is not known; check the address."
    except (OSError, ValueError):
        return f"Nothing answers at {address}; start it with: papermesh serve {service} --address {address}"
    return f"Something listens at {address}, but no gRPC service answers there; check the address."
