"""``make bench`` finds benchmarks that it can call."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import benchmarks


def test_what_is_run_as_a_benchmark_needs_nothing() -> None:
    modules = [found.name for found in pkgutil.iter_modules(benchmarks.__path__) if found.name != "__main__"]
    named = {
        (module, name): getattr(importlib.import_module(f"benchmarks.{module}"), name, None)
        for module in modules
        for name in ("run", "run_large")
    }
    found = {key: made for key, made in named.items() if made is not None}
    assert {("reading", "run"), ("reporting", "run_large")} <= found.keys()
    assert [key for key, made in found.items() if inspect.signature(made).parameters] == []
