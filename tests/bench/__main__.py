"""The cost of a delta: ``make bench ARGS="--streams 50 --rate 50 --deltas 500"``.

A fake provider streams to the app, and real websockets read from the app; before that the bare SDK
reads the same provider. After it scripts read from the app's `/v1/responses`, and the websockets
once more with a Redis, where there is one, to which the app brings every event for other processes
to read. All of them are processes of this machine, on loopback, and end with this one. Exit status
1 says that a delta was lost or repeated, or that an answer was not finished.
"""

import argparse
import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from tests.bench import bare_sdk, load, script
from tests.bench.figures import Figures
from tests.bench.plan import Plan
from tests.bench.report import table
from tests.support.redis_server import NoRedis, redis_server
from tests.support.server import (
    add_people,
    connected_to,
    fake_provider,
    prepare,
    running_server,
)

APPS = ("app", "api", "app_redis")


def main() -> int:
    options = _options()
    plan = Plan(options.streams, options.deltas, options.rate, options.size, options.ramp)
    load_before = os.getloadavg()[0]
    with fake_provider() as provider:
        measured = {kind: bare_sdk.measure(kind, provider.base_url, plan) for kind in options.sdk}
        measured["app"] = _measure_app(plan, connected_to(provider))
        measured["api"] = _measure_api(plan, connected_to(provider))
        with suppress(NoRedis), redis_server(os.environ.get("REDIS_URL", "")) as redis:
            settings = connected_to(provider) | {"REDIS_URL": redis.url}
            measured["app_redis"] = _measure_app(plan, settings)
    if options.json:
        figures = {kind: asdict(found) for kind, found in measured.items()}
        sys.stdout.write(json.dumps({"plan": asdict(plan), "measured": figures}) + "\n")
    else:
        sys.stdout.write(table(plan, measured, load_before))
    apps = [figures for kind, figures in measured.items() if kind in APPS]
    return int(any(app.lost or app.repeated or app.unfinished for app in apps))


def _measure_app(plan: Plan, settings: Mapping[str, str]) -> Figures:
    """Start the app with these settings on a data folder of its own and measure it."""
    with tempfile.TemporaryDirectory(prefix="chatapp-bench-") as folder:
        data_dir = Path(folder)
        prepare(data_dir)
        people = [f"person{number}" for number in range(max(plan.streams, 2))]
        sessions = list(add_people(data_dir, people).values())
        with running_server(data_dir, settings) as app:
            return asyncio.run(load.measure(app.url, app.pid, sessions, plan))


def _measure_api(plan: Plan, settings: Mapping[str, str]) -> Figures:
    """The same, read by scripts."""
    with tempfile.TemporaryDirectory(prefix="chatapp-bench-") as folder:
        data_dir = Path(folder)
        prepare(data_dir)
        add_people(data_dir, ["person"])
        with running_server(data_dir, settings) as app:
            key = app.manage("create_key", "person", "Bench").strip()
            return asyncio.run(script.measure(app.url, app.pid, key, plan))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure the cost of a delta.")
    parser.add_argument("--streams", type=int, default=50, help="answers at once")
    parser.add_argument("--rate", type=int, default=50, help="deltas a second of each; 0: no limit")
    parser.add_argument("--deltas", type=int, default=500, help="deltas of each answer")
    parser.add_argument("--size", type=int, default=0, help="least characters of a delta")
    parser.add_argument("--ramp", type=float, default=1.0, help="seconds in which they start")
    parser.add_argument("--sdk", nargs="*", choices=["raw", "typed"], default=["raw", "typed"])
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
