"""nginx and Caddy, as deploy/ sets them up, before two processes."""

import asyncio
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlencode, urlsplit

import pytest

from tests.many.page import page_at
from tests.support.many import BehindProxy, behind_proxy, question, text_of
from tests.support.postgres_server import Postgres
from tests.support.processes import ROOT
from tests.support.proxies import proxy
from tests.support.redis_server import Redis
from tests.support.server import FakeProvider, free_port

SIGN_IN = "/accounts/sign-in/"
SCRIPT = "vendor/katex/katex.js"
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="(\w+)"')
FORM = "application/x-www-form-urlencoded"
FAULT = re.compile("Traceback| CRITICAL ")
NOBODY: Mapping[str, str] = {}


@pytest.fixture(scope="module")
def processes(
    postgres: Postgres,
    redis: Redis,
    provider: FakeProvider,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BehindProxy]:
    """They know the address of a proxy, which has to be started there."""
    name = f"chatapp_proxied_{os.getpid()}"
    folder = tmp_path_factory.mktemp("proxied")
    url = f"http://127.0.0.1:{free_port()}"
    with behind_proxy(folder, postgres.create_database(name), redis.url, provider, url) as made:
        yield made
    postgres.drop_database(name)


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def app(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BehindProxy]:
    """The processes with this proxy before them."""
    if shutil.which(request.param) is None:
        pytest.skip(f"There is no {request.param} here to try its file in deploy/ with.")
    made: BehindProxy = request.getfixturevalue("processes")
    made.start()
    before = len(made.log_text())
    port = urlsplit(made.url).port
    assert port
    upstreams = [upstream.address for upstream in made.upstreams]
    with proxy(request.param, tmp_path_factory.mktemp(request.param), port, upstreams):
        yield made
    reported = made.log_text()[before:]
    assert not FAULT.search(reported), reported


@dataclass
class Reply:
    status: int
    headers: Message
    body: bytes


def ask(
    app: BehindProxy,
    path: str,
    headers: Mapping[str, str] = NOBODY,
    form: Mapping[str, str] | None = None,
    source: str = "127.0.0.1",
) -> Reply:
    """Ask the proxy from this address; a form is sent if there is one."""
    host = urlsplit(app.url).netloc
    connection = HTTPConnection(host, timeout=30, source_address=(source, 0))
    try:
        method, body = ("GET", None) if form is None else ("POST", urlencode(form))
        connection.request(method, path, body, dict(headers))
        reply = connection.getresponse()
        return Reply(reply.status, reply.headers, reply.read())
    finally:
        connection.close()


@contextmanager
def asked_all_along(app: BehindProxy, path: str) -> Iterator[None]:
    """While the block runs this is asked for again and again, and has to be there each time."""
    found: list[object] = []
    over = threading.Event()

    def again_and_again() -> None:
        while not over.wait(0.02):
            try:
                found.append(ask(app, path).status)
            except (OSError, HTTPException) as error:
                found.append(repr(error))

    asking = threading.Thread(target=again_and_again)
    asking.start()
    try:
        yield
    finally:
        over.set()
        asking.join()
    assert set(found) == {200}, found


async def test_a_rolling_restart_is_seen_by_nobody(app: BehindProxy) -> None:
    person = f"person{os.urandom(4).hex()}"  # nobody who was here with the other proxy
    session = app.people(person)[person]
    async with page_at(app.url, session) as asking, page_at(app.url, session) as reading:
        ids = [
            await asking.ask(question([person], deltas=deltas, rate=200), model=app.models[kind])
            for kind, deltas in {"resumable": 1200, "plain": 400}.items()
        ]
        for response_id in ids:
            reading.follow(response_id)
            await reading.words_of(response_id, 50)
        with asked_all_along(app, "/healthz"), asked_all_along(app, SIGN_IN):
            for number, worker in enumerate(app.workers):
                assert await asyncio.to_thread(worker.terminate) == 0
                ids.append(await asking.ask(question([person, str(number)], deltas=50)))
                reading.follow(ids[-1])
                await asyncio.to_thread(worker.start)
        for response_id in ids:
            answers = [await page.end_of(response_id) for page in (asking, reading)]
            row = app.row(response_id)
            told = app.provider.told(row["upstream_id"])
            assert row["status"] == told["status"] == "completed"
            assert len(app.provider.answers_to(row["input"][0]["content"][0]["text"])) == 1
            for answer in answers:
                assert answer.text == text_of(row) == told["text"]
                assert answer.faults == []


def test_both_processes_are_asked_for_whether_they_are_well(app: BehindProxy) -> None:
    assert json.loads(ask(app, "/healthz").body) == {"status": "ok"}
    assert json.loads(ask(app, "/readyz").body)["database"] == "ok"


def test_what_a_client_claims_of_its_address_and_its_connection_does_not_count(
    app: BehindProxy,
) -> None:
    page = ask(app, SIGN_IN)
    token = TOKEN.search(page.body)
    assert token
    claims = {
        "X-Forwarded-For": "198.51.100.7, 198.51.100.8",
        "X-Forwarded-Proto": "https",  # where Django would want a Referer
        "Cookie": str(page.headers["Set-Cookie"]).partition(";")[0],
        "Content-Type": FORM,
    }
    wrong = {"csrfmiddlewaretoken": token[1].decode(), "username": "nobody", "password": "wrong"}
    assert ask(app, SIGN_IN, claims, wrong, source="127.0.0.2").status == 200
    with app.database() as database:
        query = "SELECT address FROM accounts_signin ORDER BY id DESC LIMIT 1"
        assert database.execute(query).fetchall() == [{"address": "127.0.0.2"}]


def test_scripts_are_compressed_and_pages_are_not(app: BehindProxy) -> None:
    # A page holds secrets beside what others wrote: its compressed length would tell of them.
    paths = json.loads((ROOT / "staticfiles" / "staticfiles.json").read_text())["paths"]
    path = f"/static/{paths[SCRIPT]}"
    accepted = {"Accept-Encoding": "gzip"}
    plain, packed, page = ask(app, path), ask(app, path, accepted), ask(app, SIGN_IN, accepted)
    assert plain.headers["Content-Encoding"] is None
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert "immutable" in packed.headers["Cache-Control"]
    assert len(packed.body) < len(plain.body) / 2
    assert page.headers["Content-Encoding"] is None
