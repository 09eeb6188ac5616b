"""Answers while processes die: ``make chaos ARGS="--rounds 100 --mode kill --provider resumable"``.

A real browser has a few tabs in which long answers are written, and does nothing after asking. In
each round the process that runs one of them is killed at a random moment (or ended by SIGTERM, or
Redis or PostgreSQL is restarted), and started again. In the end what the tabs show and what the
database holds is compared with what the provider sent, byte for byte. Everything is a process of
this machine, on loopback, and ends with this one. Exit status 1 says that something was lost,
doubled, or asked of the provider twice; 3 that something lacks here that it needs.
"""

import argparse
import os
import random
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.chaos.faults import FAULTS
from tests.chaos.plan import Plan
from tests.chaos.report import passed, table
from tests.chaos.run import Run
from tests.chaos.tabs import browser
from tests.support.browser import chromium
from tests.support.many import installation
from tests.support.postgres_server import NoPostgres, postgres_server
from tests.support.redis_server import NoRedis, redis_server
from tests.support.server import fake_provider

LACKING = 3


def main() -> int:
    plan = _plan()
    if chromium() is None:
        return _lacks("There is no Chromium here: install it, or name it in CHROMIUM.")
    try:
        return _run(plan)
    except (NoPostgres, NoRedis) as error:
        return _lacks(str(error))


def _run(plan: Plan) -> int:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="chatapp-chaos-")))
        postgres = stack.enter_context(postgres_server(os.environ.get("DATABASE_URL", "")))
        redis = stack.enter_context(redis_server(os.environ.get("REDIS_URL", "")))
        provider = stack.enter_context(fake_provider())
        name = f"chatapp_chaos_{os.getpid()}"
        url = postgres.create_database(name)
        stack.callback(postgres.drop_database, name)
        app = stack.enter_context(installation(folder, url, redis.url, provider))
        app.offer_first(plan.provider)
        context = stack.enter_context(browser(app.url, app.people("ada")["ada"]))
        fault = FAULTS[plan.mode](app, postgres, redis)
        run = Run(plan, app, context, fault, random.Random(plan.seed), _say)
        outcomes = run.run()
        is_well = passed(plan, outcomes, run.strikes) and not context.errors.unexpected()
        if not is_well:
            _say("\n".join([app.log_text()[-10_000:], *context.errors.unexpected()]))
    _say(table(plan, outcomes, run.strikes))
    return 0 if is_well else 1


def _plan() -> Plan:
    parser = argparse.ArgumentParser(prog="make chaos", description="Answers while processes die.")
    parser.add_argument("--rounds", type=int, default=10, help="how often something dies")
    parser.add_argument("--mode", choices=list(FAULTS), default="kill")
    parser.add_argument("--provider", choices=["resumable", "plain"], default="resumable")
    parser.add_argument("--tabs", type=int, default=4, help="answers that are written at a time")
    parser.add_argument("--deltas", type=int, default=5000, help="deltas of each answer")
    parser.add_argument("--rate", type=int, default=250, help="deltas a second of each")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    return Plan(**vars(parser.parse_args()))


def _lacks(what: str) -> int:
    sys.stderr.write(f"{what}\n")
    return LACKING


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
