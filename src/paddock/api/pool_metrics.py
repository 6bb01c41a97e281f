"""The figures of several workers as one page: every figure of each with a label that says whose it is.

It knows no figure by name, so whatever a worker counts is on the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from paddock.supervisor.control_messages import WorkerMetrics

LABEL: Final = "worker"


class PoolCollector(Collector):
    """What the workers said, merged."""

    def __init__(self, workers: Sequence[WorkerMetrics]) -> None:
        self._workers = workers

    def collect(self) -> Iterator[Metric]:
        """Give every family once, with the samples of all workers."""
        up = GaugeMetricFamily("paddock_worker_up", "1 while the worker takes players.", labels=[LABEL])
        restarts = CounterMetricFamily("paddock_worker_restarts", "How often it was replaced.", labels=[LABEL])
        for worker in self._workers:
            up.add_metric([str(worker.worker)], worker.up)
            restarts.add_metric([str(worker.worker)], worker.restarts)
        yield up
        yield restarts
        yield from self._families()

    def _families(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for worker in self._workers:
            for family in text_string_to_metric_families(worker.text):
                merged = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                merged.samples.extend(_labelled(sample, str(worker.worker)) for sample in family.samples)
        yield from families.values()


def _labelled(sample: Sample, worker: str) -> Sample:
    return sample._replace(labels={LABEL: worker, **sample.labels})
