"""All metrics by their id: used by the report, ``scrapy figure`` and docs/reference/metrics.md."""

from __future__ import annotations

from reports.metrics import (
    asks,
    collection,
    content,
    engagement,
    followers,
    indices,
    names,
    sentiment,
    sources,
    viral,
    voice,
)
from reports.metrics.base import Metric

METRICS: dict[str, Metric] = {
    metric.id: metric
    for module in (voice, names, sentiment, followers, engagement, content, asks, indices, collection, sources, viral)
    for metric in module.ALL
}
