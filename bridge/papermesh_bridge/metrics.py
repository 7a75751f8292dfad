"""What a bridge has done, in numbers for Prometheus.

Every label has a bounded set of values, none of which a caller can make up. Nothing here knows HTTP or the backends;
`scrape` makes the page.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

if TYPE_CHECKING:
    from papermesh_bridge.errors import CallError

UNKNOWN: Final = "unknown"
"""The method of calls that name none the bridge knows, and of what is no call."""
OTHER: Final = "other"
"""The method of those beyond the most that are told apart."""
_MAX_METHODS: Final = 1000
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ITEMS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)


class Metrics:
    """The numbers of one bridge, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls = self._counter("calls", "Calls that have ended, whatever came of them.", "method")
        self.errors = self._counter("call_errors", "Calls that failed, and messages that were none.", "method", "code")
        self.seconds = self._histogram("call_seconds", "How long calls took.", _SECONDS, "method")
        self.in_flight = self._gauge("calls_in_flight", "Calls that have begun and not ended.", "endpoint")
        self.received = self._counter("request_bytes", "Bytes of messages that came.")
        self.answered = self._counter("answer_bytes", "Bytes of answers to messages.")
        self.batches = self._histogram("batch_items", "Items of the batches that came.", _ITEMS)
        self.backends = self._gauge("backend_up", "Whether a backend serves, asked just now.", "backend")

    def endpoint(self, name: str) -> EndpointMetrics:
        """Gives the observer of one endpoint; the one with every backend is named ""."""
        return EndpointMetrics(self, f"/{name}")

    def _counter(self, name: str, told: str, *labels: str) -> Counter:
        return Counter(f"papermesh_bridge_{name}", told, ("endpoint", *labels), registry=self.registry)

    def _histogram(self, name: str, told: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        labels = ("endpoint", *labels)
        return Histogram(f"papermesh_bridge_{name}", told, labels, buckets=buckets, registry=self.registry)

    def _gauge(self, name: str, told: str, label: str) -> Gauge:
        return Gauge(f"papermesh_bridge_{name}", told, (label,), registry=self.registry)


class EndpointMetrics:
    """Counts what one endpoint does. Implements `watching.Observer`."""

    def __init__(self, metrics: Metrics, endpoint: str) -> None:
        self._metrics = metrics
        self._endpoint = endpoint
        self._in_flight = metrics.in_flight.labels(endpoint)
        self._received = metrics.received.labels(endpoint)
        self._answered = metrics.answered.labels(endpoint)
        self._batches = metrics.batches.labels(endpoint)
        self._methods: dict[str, MethodMetrics] = {}

    def received(self, size: int) -> None:
        """Counts a message of this many bytes."""
        self._received.inc(size)

    def batch(self, items: int) -> None:
        """Counts a batch of this many items."""
        self._batches.observe(items)

    def answered(self, size: int) -> None:
        """Counts an answer of this many bytes."""
        self._answered.inc(size)

    def refused(self, code: int) -> None:
        """Counts something that was no call."""
        self._of(UNKNOWN).error(code)

    def begin(self, method: str | None) -> Running:
        """Counts a call in flight."""
        self._in_flight.inc()
        return Running(self._of(method or UNKNOWN), self._in_flight)

    def _of(self, method: str) -> MethodMetrics:
        found = self._methods.get(method)
        if found is None:
            name = method if len(self._methods) < _MAX_METHODS else OTHER
            found = MethodMetrics(self._metrics, self._endpoint, name)
            if name == method:
                self._methods[method] = found
        return found


class MethodMetrics:
    """The numbers of one method of an endpoint, looked up once."""

    __slots__ = ("_errors", "_labels", "_metrics", "calls", "seconds")

    def __init__(self, metrics: Metrics, endpoint: str, method: str) -> None:
        self._metrics = metrics
        self._labels = (endpoint, method)
        self._errors: dict[int, Counter] = {}
        self.calls = metrics.calls.labels(endpoint, method)
        self.seconds = metrics.seconds.labels(endpoint, method)

    def error(self, code: int) -> None:
        """Counts an error with this JSON-RPC code."""
        counter = self._errors.get(code)
        if counter is None:
            counter = self._errors[code] = self._metrics.errors.labels(*self._labels, str(code))
        counter.inc()


class Running:
    """One call in flight. Implements `watching.Watch`."""

    __slots__ = ("_began", "_in_flight", "_method")

    def __init__(self, method: MethodMetrics, in_flight: Gauge) -> None:
        self._method = method
        self._in_flight = in_flight
        self._began = time.perf_counter()

    def end(self, fault: CallError | None) -> None:
        """Counts the call, how long it took, and its error if it has failed."""
        self._in_flight.dec()
        self._method.calls.inc()
        self._method.seconds.observe(time.perf_counter() - self._began)
        if fault is not None:
            self._method.error(fault.code)
