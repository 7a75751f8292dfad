"""What a bridge has done, in numbers for Prometheus.

Every label has a bounded set of values, none of which a caller can make up. Nothing here knows HTTP or the backends;
`scrape` makes the page.

The numbers are counted by plain additions in the event loop and become Prometheus' families when they are asked for:
the library's own counters take a lock for each addition, and five of them are a hundredth of a whole call.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from prometheus_client.core import Metric

    from papermesh_bridge.errors import CallError

UNKNOWN: Final = "unknown"
"""The method of calls that name none the bridge knows, and of what is no call."""
OTHER: Final = "other"
"""The method of those beyond the most that are told apart."""
_MAX_METHODS: Final = 1000
_PREFIX: Final = "papermesh_bridge_"
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ITEMS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics(Collector):
    """The numbers of one bridge, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self.backends: dict[str, bool] = {}
        """Whether each backend served when it was asked last."""
        self._endpoints: list[EndpointMetrics] = []

    def endpoint(self, name: str) -> EndpointMetrics:
        """Gives the observer of one endpoint; the one with every backend is named ""."""
        made = EndpointMetrics(f"/{name}")
        self._endpoints.append(made)
        return made

    def collect(self) -> Iterator[Metric]:
        """Gives every number there is now, from any thread."""
        yield self._counter("request_bytes", "Bytes of messages that came.", lambda each: each.received_bytes)
        yield self._counter("answer_bytes", "Bytes of answers to messages.", lambda each: each.answered_bytes)
        yield self._in_flight()
        yield self._batches()
        yield from self._methods()
        up = GaugeMetricFamily(f"{_PREFIX}backend_up", "Whether a backend serves, asked just now.", labels=["backend"])
        for backend, serves in list(self.backends.items()):
            up.add_metric([backend], serves)
        yield up

    def _counter(self, name: str, told: str, value: Callable[[EndpointMetrics], int]) -> Metric:
        family = CounterMetricFamily(_PREFIX + name, told, labels=["endpoint"])
        for each in self._endpoints:
            family.add_metric([each.name], value(each))
        return family

    def _in_flight(self) -> Metric:
        told = "Calls that have begun and not ended."
        family = GaugeMetricFamily(f"{_PREFIX}calls_in_flight", told, labels=["endpoint"])
        for each in self._endpoints:
            family.add_metric([each.name], each.in_flight)
        return family

    def _batches(self) -> Metric:
        told = "Items of the batches that came."
        family = HistogramMetricFamily(f"{_PREFIX}batch_items", told, labels=["endpoint"])
        for each in self._endpoints:
            family.add_metric([each.name], each.batches.buckets(), each.batches.total)
        return family

    def _methods(self) -> Iterable[Metric]:
        labels = ["endpoint", "method"]
        calls = CounterMetricFamily(f"{_PREFIX}calls", "Calls that have ended, whatever came of them.", labels=labels)
        seconds = HistogramMetricFamily(f"{_PREFIX}call_seconds", "How long calls took.", labels=labels)
        told = "Calls that failed, and messages that were none."
        errors = CounterMetricFamily(f"{_PREFIX}call_errors", told, labels=[*labels, "code"])
        for endpoint in self._endpoints:
            for name, method in list(endpoint.methods.items()):
                where = [endpoint.name, name]
                calls.add_metric(where, method.calls)
                seconds.add_metric(where, method.seconds.buckets(), method.seconds.total)
                for code, count in list(method.errors.items()):
                    errors.add_metric([*where, str(code)], count)
        return calls, seconds, errors


class EndpointMetrics:
    """Counts what one endpoint does. Implements `watching.Observer`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.received_bytes = 0
        self.answered_bytes = 0
        self.in_flight = 0
        self.batches = Distribution(_ITEMS)
        self.methods: dict[str, MethodMetrics] = {}

    def received(self, size: int) -> None:
        """Counts a message of this many bytes."""
        self.received_bytes += size

    def batch(self, items: int) -> None:
        """Counts a batch of this many items."""
        self.batches.add(items)

    def answered(self, size: int) -> None:
        """Counts an answer of this many bytes."""
        self.answered_bytes += size

    def refused(self, code: int) -> None:
        """Counts something that was no call."""
        self._of(UNKNOWN).errors[code] += 1

    def begin(self, method: str | None) -> Running:
        """Counts a call in flight."""
        self.in_flight += 1
        return Running(self, self._of(method or UNKNOWN))

    def _of(self, method: str) -> MethodMetrics:
        found = self.methods.get(method)
        if found is None:
            name = method if len(self.methods) < _MAX_METHODS else OTHER
            found = self.methods.setdefault(name, MethodMetrics())
        return found


class MethodMetrics:
    """The numbers of one method of an endpoint."""

    __slots__ = ("calls", "errors", "seconds")

    def __init__(self) -> None:
        self.calls = 0
        self.errors: Counter[int] = Counter()
        self.seconds = Distribution(_SECONDS)


class Distribution:
    """How many values there were up to each bound, and their sum."""

    __slots__ = ("_bounds", "_counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self.total = 0.0

    def add(self, value: float) -> None:
        """Counts a value."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self.total += value

    def buckets(self) -> list[tuple[str, float]]:
        """Gives how many values there were up to each bound, the last of which has no end."""
        bounds = [*map(floatToGoString, self._bounds), "+Inf"]
        return list(zip(bounds, accumulate(self._counts), strict=True))


class Running:
    """One call in flight. Implements `watching.Watch`."""

    __slots__ = ("_began", "_endpoint", "_method")

    def __init__(self, endpoint: EndpointMetrics, method: MethodMetrics) -> None:
        self._endpoint = endpoint
        self._method = method
        self._began = time.perf_counter()

    def end(self, fault: CallError | None) -> None:
        """Counts the call, how long it took, and its error if it has failed."""
        self._endpoint.in_flight -= 1
        self._method.calls += 1
        self._method.seconds.add(time.perf_counter() - self._began)
        if fault is not None:
            self._method.errors[fault.code] += 1

    def forget(self) -> None:
        """Counts the call no longer."""
        self._endpoint.in_flight -= 1
