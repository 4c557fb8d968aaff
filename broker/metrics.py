"""What operators can watch, in Prometheus' format."""

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from broker.mail import Mail
from broker.waits import Record

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """One per broker, with a registry of its own."""

    def __init__(
        self,
        count_links: Callable[[], float],
        records: Callable[[], Mapping[str, Record]],
        mail: Mail,
    ) -> None:
        self._mail = mail
        self._records = records
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
        self._mails = Gauge(
            "deskside_mails_handled",
            "Mails since the start by what came of a try: sent, deferred or failed",
            ["outcome"],
            registry=self._registry,
        )
        waiting = Gauge("deskside_mails_waiting", "Mails not sent yet", registry=self._registry)
        waiting.set_function(lambda: mail.waiting)
        oldest = Gauge(
            "deskside_mail_oldest_seconds", "Age of the oldest of them", registry=self._registry
        )
        oldest.set_function(lambda: mail.oldest_seconds)
        self._error = self._of_waits("error_seconds", "How far off half within was, on average")
        self._coverage = self._of_waits(
            "kept_ratio", "Share of waits that stayed under what nine of ten should, 0 to 1"
        )
        self._outcomes = self._of_waits("outcomes", "Waits of which we know whether they did")

    def _of_waits(self, name: str, says: str) -> Gauge:
        return Gauge(f"deskside_wait_{name}", says, ["team"], registry=self._registry)

    def called(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one call. `route` is the table's path, so that there are few of them."""
        self._calls.labels(method, route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """Return everything counted so far."""
        for outcome, count in self._mail.outcomes.items():
            self._mails.labels(outcome).set(count)
        for team, record in self._records().items():
            self._outcomes.labels(team).set(record.outcomes)
            # A team without outcomes is neither exact nor unreliable.
            if record.outcomes:
                self._coverage.labels(team).set(record.coverage)
            if record.accepted:
                self._error.labels(team).set(record.error_seconds)
        return generate_latest(self._registry)
