"""What is measured, in the text format of Prometheus."""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from bot.schema import Answer

MEDIA_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics:
    """Counts of one server. Labels are taken from short fixed lists, never from what a client says."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # times of first use, a line more for each
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.requests = Counter(
            "footnote_requests", "Requests done.", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "footnote_request_seconds", "Time from request to end of response.", ("route",),
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self.in_flight = Gauge("footnote_requests_in_flight", "Requests under way.", registry=self._registry)
        self._stages = Histogram(
            "footnote_stage_seconds", "Time of each stage of an answer.", ("stage",),
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._answers = Counter("footnote_answers", "Answers given.", ("answerer", "outcome"), registry=self._registry)
        self._open = Gauge(
            "footnote_questions_open", "Questions that are answered or wait.", ("pool",), registry=self._registry
        )

    def answered(self, answer: Answer) -> None:
        """Counts an answer and the time of its stages."""
        for stage, milliseconds in asdict(answer.timings_ms).items():
            if stage != "total":
                self._stages.labels(stage).observe(milliseconds / 1000)
        self._answers.labels(answer.answerer, "abstained" if answer.abstained else "answered").inc()

    def text(self, quoting: int, writing: int) -> bytes:
        """All of it; the numbers of questions that are open in either pool are given."""
        self._open.labels("quoting").set(quoting)
        self._open.labels("writing").set(writing)
        return generate_latest(self._registry)


@lru_cache(maxsize=1)
def metrics() -> Metrics:
    """Those of this process."""
    return Metrics()
