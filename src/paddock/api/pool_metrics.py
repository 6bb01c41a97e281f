"""The metrics of a worker pool as one page: every sample of each worker, with the label `worker`.

No metric is known by name, so the page has every metric of a worker.
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
    """Merges the metrics of all workers."""

    def __init__(self, workers: Sequence[WorkerMetrics]) -> None:
        self._workers = workers

    def collect(self) -> Iterator[Metric]:
        """Yield every metric family once, with the samples of all workers."""
        up = GaugeMetricFamily("paddock_worker_up", "1 while the worker accepts players.", labels=[LABEL])
        restarts = CounterMetricFamily("paddock_worker_restarts", "Restarts after the worker exited.", labels=[LABEL])
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
