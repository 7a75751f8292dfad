"""The page at /metrics: the numbers of a bridge, with how its backends are at that moment."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from prometheus_client.exposition import choose_encoder

from papermesh_bridge.handler import Page
from papermesh_bridge.upstream import Backend, CallFailed

if TYPE_CHECKING:
    from collections.abc import Collection

    from papermesh_bridge.limits import Limits
    from papermesh_bridge.metrics import Metrics


class Scrape:
    """Makes the page. Implements `handler.MetricsPage`."""

    def __init__(self, metrics: Metrics, backends: Collection[Backend], limits: Limits) -> None:
        self._metrics = metrics
        self._backends = backends
        self._limits = limits
        self._one_at_a_time = asyncio.Lock()

    async def page(self, accept: str) -> Page:
        """Gives the page in the format an Accept header asks for: Prometheus' own text, or OpenMetrics."""
        encode, media_type = choose_encoder(accept)
        async with self._one_at_a_time:
            await asyncio.gather(*(self._ask(backend) for backend in self._backends))
            # Written in a thread: a bridge with many methods has thousands of lines.
            return Page(await asyncio.to_thread(encode, self._metrics.registry), media_type)

    async def _ask(self, backend: Backend) -> None:
        self._metrics.backends[backend.name] = await self._serves(backend)

    async def _serves(self, backend: Backend) -> bool:
        try:
            return backend.schema is not None and await backend.is_serving(self._limits.health_timeout_seconds)
        except CallFailed:
            return False
