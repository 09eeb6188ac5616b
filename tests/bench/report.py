"""The bench's figures as a table for people."""

import os
from collections.abc import Mapping

from tests.bench.figures import Figures
from tests.bench.plan import Plan

ROWS = (
    ("latency p50", "latency_p50", "ms"),
    ("latency p99", "latency_p99", "ms"),
    ("latency max", "latency_max", "ms"),
    ("first delta p50", "first_delta_p50", "ms"),
    ("first delta p99", "first_delta_p99", "ms"),
    ("CPU per delta", "cpu_per_delta", "µs"),
    ("CPU per answer", "cpu_per_answer", "ms CPU"),
    ("deltas per frame", "deltas_per_frame", ""),
    ("memory at most", "memory", "MiB"),
    ("memory growth", "memory_growth", "MiB"),
    ("deltas", "deltas", "#"),
    ("lost", "lost", "#"),
    ("repeated", "repeated", "#"),
    ("unfinished streams", "unfinished", "#"),
)
SCALE = {"ms": 1000, "µs": 1, "ms CPU": 1000, "MiB": 1024, "": 1, "#": 1}
ADDED = {"app adds": ("raw", "app"), "/v1 adds": ("raw", "api"), "Redis adds": ("app", "app_redis")}
RATIOS = ("µs", "ms CPU")
NAMES = {
    "raw": "SDK, raw",
    "typed": "SDK, typed",
    "app": "app",
    "api": "/v1",
    "app_redis": "app, Redis",
}


def table(plan: Plan, measured: Mapping[str, Figures], load_before: float) -> str:
    """A column for each kind of reader, then what the app adds to the raw SDK, for its page and
    for a script, and what Redis adds to the app.

    load_before: the machine's load average before the run. On one that is busy with other things,
    the times say more about those.
    """
    pace = f"{plan.rate} deltas a second" if plan.rate else "as many deltas as can be"
    title = f"{plan.streams} streams of {pace}, {plan.deltas} each"
    busy = f"load average before: {load_before:.1f} on {os.cpu_count()} processors"
    head = f"{'':20}" + "".join(f"{NAMES[kind]:>12}" for kind in measured)
    head += "".join(f"{name:>12}" for name, (_, by) in ADDED.items() if by in measured)
    return "\n".join([title, busy, "", head, *(_row(*row, measured) for row in ROWS), ""])


def _row(label: str, name: str, unit: str, measured: Mapping[str, Figures]) -> str:
    values = {kind: getattr(figures, name) for kind, figures in measured.items()}
    shown = "".join(f"{_shown(value, unit):>12}" for value in values.values())
    added = "".join(f"{_added(values, unit, *pair):>12}" for pair in ADDED.values())
    return f"{label:20}{shown}{added}".rstrip()


def _shown(value: float, unit: str) -> str:
    if unit == "#":
        return f"{value:,}"
    return f"{value / SCALE[unit]:.1f} {unit.removesuffix(' CPU')}".rstrip()


def _added(values: Mapping[str, float], unit: str, to: str, by: str) -> str:
    """A difference of times; a ratio of processor time, since the app reads as the SDK does."""
    if to not in values or by not in values:
        return ""
    if unit == "ms":
        return f"{(values[by] - values[to]) / SCALE[unit]:+.1f} ms"
    return f"x {values[by] / values[to]:.2f}" if unit in RATIOS and values[to] else ""
