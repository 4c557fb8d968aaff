"""What operators can watch, in Prometheus' format."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """One per broker, with a registry of its own."""

    def __init__(self, count_links: Callable[[], float]) -> None:
        self._registry = CollectorRegistry()
        self._calls = Counter(
            "deskside_http_calls",
            "HTTP calls answered",
            ["method", "route", "status"],
            registry=self._registry,
        )
        self._seconds = Histogram(
            "deskside_http_seconds",
            "Time to answer an HTTP call",
            ["route"],
            registry=self._registry,
        )
        links = Gauge("deskside_links", "Open links", registry=self._registry)
        links.set_function(count_links)

    def called(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one call. `route` is the table's path, so that there are few of them."""
        self._calls.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Return everything counted so far."""
        return generate_latest(self._registry)
