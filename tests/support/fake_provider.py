"""A provider of the Responses API over real sockets, for tests and for the bench.

``python -m tests.support.fake_provider --port 0`` prints its base URL and serves until it is ended.
It speaks POST /v1/responses (streamed or whole), GET /v1/responses/ID and GET /v1/models, and
keeps what it answered, so that ``previous_response_id`` works. GET /_requests tells what it was
asked: ``{"requests": [{"path", "headers", "body", "response_id", "deltas", "outcome"}]}``, the
outcome being null (running), "completed", "refused", "cut" or "left" (the client went away).
See fake_answer for the words that control an answer.
"""

import argparse
import asyncio
import heapq
import itertools
import json
import sys
import time
from typing import Any

from tests.support.fake_answer import Answer
from tests.support.fake_http import Connection, Request

MODELS = ("fake-model", "fake-model-large")
BURST = 64  # deltas in one write when they go out as fast as they can


class Provider:
    """What the provider knows: the answers it gave, and the requests it got."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[dict[str, Any]] = []
        self.wheel = Wheel()

    def handle(self, connection: Connection, request: Request) -> None:
        match request.method, request.path.rstrip("/").split("/")[1:]:
            case "POST", ["v1", "responses"]:
                self._create(connection, request)
            case "GET", ["v1", "responses", response_id]:
                self._retrieve(connection, response_id)
            case "GET", ["v1", "models"]:
                connection.send_json({"object": "list", "data": [_model(name) for name in MODELS]})
            case "GET", ["_requests"]:
                connection.send_json({"requests": self.requests})
            case _:
                connection.send_json(_error("not_found", f"No {request.path} here."), 404)

    def _create(self, connection: Connection, request: Request) -> None:
        body = json.loads(request.body)
        record = _record(request, body)
        self.requests.append(record)
        previous = body.get("previous_response_id")
        if previous and previous not in self.answers:
            record["outcome"] = "refused"
            connection.send_json(_previous_response_not_found(previous), 400)
            return
        answer = Answer(body)
        record["response_id"] = answer.id
        if body.get("store", True):
            self.answers[answer.id] = answer
        if body.get("stream"):
            Stream(connection, answer, record, self.wheel).start()
        else:
            _answer_whole(connection, answer, record)

    def _retrieve(self, connection: Connection, response_id: str) -> None:
        answer = self.answers.get(response_id)
        if answer:
            connection.send_json(answer.response())
        else:
            message = f"Response with id '{response_id}' not found."
            connection.send_json(_error("not_found", message), 404)


class Stream:
    """One answer on its way to one client, moved on by the wheel."""

    def __init__(
        self, connection: Connection, answer: Answer, record: dict[str, Any], wheel: "Wheel"
    ) -> None:
        self._connection = connection
        self._answer = answer
        self._record = record
        self._wheel = wheel
        self._burst = 1 if answer.controls.rate else BURST
        self._interval = 1 / answer.controls.rate if answer.controls.rate else 0.0
        self._due = time.monotonic()

    def start(self) -> None:
        self._connection.on_lost = self._left
        self._connection.start_stream()
        self._connection.send_chunk(self._answer.opening())
        self._wheel.add(self._due, self)

    def move_on(self) -> None:
        """Send what is due, and come back for the next; wait while the client takes nothing."""
        if self._record["outcome"]:
            return
        if not self._connection.writable:
            self._connection.on_writable = self._resume
            return
        if self._cut_is_due():
            self._record["outcome"] = "cut"
            self._connection.cut()
        elif chunk := self._next_deltas():
            self._record["deltas"] = len(self._answer.said)
            self._connection.send_chunk(chunk)
            self._due += self._interval
            self._wheel.add(self._due, self)
        else:
            self._end()

    def _resume(self) -> None:
        self._connection.on_writable = None
        self.move_on()

    def _next_deltas(self) -> bytes:
        deltas = (self._answer.next_delta() for _ in range(self._burst))
        return b"".join(delta for delta in deltas if delta)

    def _cut_is_due(self) -> bool:
        cut = self._answer.controls.cut
        return 0 < cut <= len(self._answer.said)

    def _end(self) -> None:
        self._record["outcome"] = "completed"
        self._connection.send_chunk(self._answer.closing())
        self._connection.end_stream()

    def _left(self) -> None:
        self._record["outcome"] = self._record["outcome"] or "left"


class Wheel:
    """One timer for all streams: thousands of timers of the loop's own would cost more."""

    def __init__(self) -> None:
        self._streams: list[tuple[float, int, Stream]] = []
        self._order = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, due: float, stream: Stream) -> None:
        """Have ``stream.move_on`` called at ``due`` (seconds of the monotonic clock)."""
        heapq.heappush(self._streams, (due, next(self._order), stream))
        if self._timer is None or self._timer.when() > due:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None
        if self._streams:
            self._timer = asyncio.get_running_loop().call_at(self._streams[0][0], self._turn)

    def _turn(self) -> None:
        # Streams that come back at once wait for the next turn, so that the loop can read too.
        now, due = time.monotonic(), []
        while self._streams and self._streams[0][0] <= now:
            due.append(heapq.heappop(self._streams)[2])
        for stream in due:
            stream.move_on()
        self._set_timer()


def _answer_whole(connection: Connection, answer: Answer, record: dict[str, Any]) -> None:
    answer.say_all()
    record.update(outcome="completed", deltas=len(answer.said))
    connection.send_json(answer.response())


def _record(request: Request, body: dict[str, Any]) -> dict[str, Any]:
    return {
        "path": request.path,
        "headers": request.headers,
        "body": body,
        "response_id": None,
        "deltas": 0,
        "outcome": None,
    }


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "tests"}


def _error(code: str, message: str, param: str | None = None) -> dict[str, Any]:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return {"error": error}


def _previous_response_not_found(response_id: str) -> dict[str, Any]:
    message = f"Previous response with id '{response_id}' not found."
    return _error("previous_response_not_found", message, "previous_response_id")


async def serve(host: str, port: int) -> None:
    """Serve until cancelled; the first line of standard output is the base URL."""
    provider = Provider()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(provider.handle), host, port)
    bound = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"http://{host}:{bound}/v1\n")
    sys.stdout.flush()
    async with server:
        await server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(description="A provider of the Responses API for tests.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    options = parser.parse_args()
    asyncio.run(serve(options.host, options.port))


if __name__ == "__main__":
    main()
