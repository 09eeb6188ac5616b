"""What one kind of reader measured, over all its streams."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.bench import usage
from tests.bench.deltas import Seen
from tests.bench.plan import Plan

SETTLE = 1.0  # seconds
Run = Callable[[Plan], Awaitable[list[Seen]]]


@dataclass(frozen=True)
class Figures:
    """Times in microseconds, sizes in KiB.

    lost: deltas that never came, or came out of order; repeated: those that came again.
    cpu_per_delta: all of the process's work over the deltas, what an answer costs included.
    cpu_per_answer: the same for answers of one delta.
    """

    deltas: int
    lost: int
    repeated: int
    unfinished: int
    latency_p50: int
    latency_p99: int
    latency_max: int
    first_delta_p50: int
    first_delta_p99: int
    cpu_per_delta: float
    cpu_per_answer: float
    deltas_per_frame: float
    memory: int
    memory_growth: int


async def measure(pid: int, plan: Plan, run: Run) -> Figures:
    """Have ``run`` read streams, and watch the process that does the work."""
    await _run_to_its_end(run, plan.warm_up())
    start = usage.cpu(pid)
    await _run_to_its_end(run, plan.of_one_delta())
    short, memory = usage.cpu(pid), usage.memory(pid)
    seen = await _run_to_its_end(run, plan)
    spent, peak = usage.cpu(pid) - short, usage.peak_memory(pid)
    return _sum_up(
        seen,
        plan,
        cpu=spent,
        cpu_per_answer=(short - start) / plan.streams,
        memory=peak,
        memory_growth=peak - memory,
    )


async def _run_to_its_end(run: Run, plan: Plan) -> list[Seen]:
    """What follows an answer, such as the making of a title, is part of its cost."""
    seen = await run(plan)
    await asyncio.sleep(SETTLE)
    return seen


def _sum_up(
    seen: Sequence[Seen],
    plan: Plan,
    *,
    cpu: float,
    cpu_per_answer: float,
    memory: int,
    memory_growth: int,
) -> Figures:
    latencies = sorted(latency for stream in seen for latency in stream.latencies)
    firsts = sorted(stream.first_after for stream in seen)
    frames = sum(stream.frames for stream in seen)
    return Figures(
        deltas=len(latencies),
        lost=sum(stream.lost + plan.deltas - stream.last for stream in seen),
        repeated=sum(stream.repeated for stream in seen),
        unfinished=sum(stream.ended != "response.completed" for stream in seen),
        latency_p50=percentile(latencies, 50),
        latency_p99=percentile(latencies, 99),
        latency_max=latencies[-1] if latencies else 0,
        first_delta_p50=percentile(firsts, 50),
        first_delta_p99=percentile(firsts, 99),
        cpu_per_delta=cpu / max(len(latencies), 1),
        cpu_per_answer=cpu_per_answer,
        deltas_per_frame=len(latencies) / max(frames, 1),
        memory=memory,
        memory_growth=memory_growth,
    )


def percentile(ordered: Sequence[int], percent: int) -> int:
    """The nearest rank of an ascending sequence; 0 of an empty one."""
    if not ordered:
        return 0
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
