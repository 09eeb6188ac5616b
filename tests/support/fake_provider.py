"""A provider of the Responses API over real sockets, for tests and for the bench.

``python -m tests.support.fake_provider --port 0`` prints its base URL and serves until it is ended.
It speaks POST /v1/responses (streamed, whole, or in the background), GET /v1/responses/ID (also as
a stream, ``starting_after`` a number), POST /v1/responses/ID/cancel, POST /v1/responses/compact and
/v1/responses/input_tokens and /v1/audio/transcriptions, GET /v1/models and the file in a container
that it cites, and the websocket at /v1/responses, and keeps what it answered, so that
``previous_response_id`` works. See fake_controls for the words that control an answer.

GET /_requests tells what it was asked, oldest first: ``{"requests": [{"kind", "path", "headers",
"body", "response_id", "duplicate_of", "starting_after", "deltas", "outcome"}]}``.
kind: "create", "resume", "retrieve", "cancel", "compact", or "steer" for the successor of a
steered answer.
body: that of the request that created the answer.
duplicate_of: the response that the same question had before, if it was accepted before: a second
bill. deltas: how many were sent over this connection. outcome: null (running), "completed",
"incomplete" (steered), "cancelled", "refused", "cut" or "left" (the client went away).

GET /_responses/ID tells how an answer goes, whoever reads it: ``{"id", "status", "text",
"created"}``, the text being all deltas so far, created how many responses the question had.
"""

import argparse
import asyncio
import json
import sys
from typing import Any

from tests.support import fake_making as making
from tests.support.fake_answer import Answer
from tests.support.fake_http import Connection, Request
from tests.support.fake_records import Records
from tests.support.fake_refusals import (
    Refusal,
    cannot_cancel,
    no_such_path,
    not_found,
    not_resumable,
    previous_response_not_found,
    too_long,
    too_many,
    unsupported,
)
from tests.support.fake_streams import Reader, Run, Stream, Wheel
from tests.support.fake_websocket import WebSocket

MODELS = ("fake-model", "fake-model-large")


class Provider:
    """What the provider knows: the answers it gave, and the requests it got."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.runs: dict[str, Run] = {}
        self.wheel = Wheel()
        self.records = Records()

    def handle(self, connection: Connection, request: Request) -> None:
        try:
            self._route(connection, request)
        except Refusal as refusal:
            connection.send_json(refusal.body, refusal.status, refusal.headers)

    def _route(self, connection: Connection, request: Request) -> None:
        match request.method, request.path.rstrip("/").split("/")[1:]:
            case "POST", ["v1", "responses"]:
                self._create(connection, request)
            case "GET", ["v1", "responses"] if request.headers.get("upgrade") == "websocket":
                self._upgrade(connection, request)
            case "GET", ["v1", "responses", response_id] if request.query.get("stream") == "true":
                self._resume(connection, request, response_id)
            case "GET", ["v1", "responses", response_id]:
                self._retrieve(connection, request, response_id)
            case "POST", ["v1", "responses", response_id, "cancel"]:
                self._cancel(connection, request, response_id)
            case "POST", ["v1", "responses", "compact"]:
                self._compact(connection, request)
            case "POST", ["v1", "responses", "input_tokens"]:
                tokens = len(request.body) // 4
                counted = {"object": "response.input_tokens", "input_tokens": tokens}
                connection.send_json(counted)
            case "POST", ["v1", "audio", "transcriptions"]:
                connection.send_json({"text": f"I heard {_sound_in(request)}."})
            case "GET", ["v1", "containers", making.CONTAINER, "files", making.FILE, "content"]:
                connection.send_bytes(making.CONTENT)
            case "GET", ["v1", "models"]:
                connection.send_json({"object": "list", "data": [_model(name) for name in MODELS]})
            case "GET", ["_requests"]:
                connection.send_json({"requests": self.records.requests})
            case "GET", ["_responses", response_id]:
                connection.send_json(self._told(response_id))
            case _:
                raise no_such_path(request.path)

    def _create(self, connection: Connection, request: Request) -> None:
        body = json.loads(request.body)
        answer = Answer(body, self.answers.get(body.get("previous_response_id")))
        record = self.records.add("create", request, answer)
        self._check(answer, record)
        self._accept(answer, record)
        if answer.is_background:
            self._begin_in_background(connection, answer, record)
        elif answer.request.get("stream"):
            Stream(connection, answer, record, self.wheel).start()
        else:
            answer.say_all()
            record.update(outcome="completed", deltas=len(answer.said))
            connection.send_json(answer.response())

    def _compact(self, connection: Connection, request: Request) -> None:
        answer = Answer(json.loads(request.body))
        record = self.records.add("compact", request, answer)
        self._check(answer, record)
        record["outcome"] = "completed"
        connection.send_json(answer.compacted())

    def _upgrade(self, connection: Connection, request: Request) -> None:
        WebSocket(connection, request, self.records, self.wheel, self._check, self._accept).start()

    def _accept(self, answer: Answer, record: dict[str, Any]) -> None:
        self.records.accepted(answer, record)
        self.answers[answer.id] = answer

    def _begin_in_background(
        self, connection: Connection, answer: Answer, record: dict[str, Any]
    ) -> None:
        run = self.runs[answer.id] = Run(answer, self.wheel)
        run.start()
        if answer.request.get("stream"):
            Reader(connection, run, record, 0, answer.controls.cut).start()
        else:
            record["outcome"] = "completed"
            connection.send_json(answer.response())

    def _resume(self, connection: Connection, request: Request, response_id: str) -> None:
        answer, record = self._asked_for("resume", request, response_id)
        run = self.runs.get(response_id)
        if run is None or answer.controls.noresume or not answer.request.get("stream"):
            raise _refused(record, not_resumable())
        if "starting_after" in request.query:
            record["starting_after"] = int(request.query["starting_after"])
        position = 0 if record["starting_after"] is None else record["starting_after"] + 1
        Reader(connection, run, record, position).start()

    def _retrieve(self, connection: Connection, request: Request, response_id: str) -> None:
        answer, record = self._asked_for("retrieve", request, response_id)
        record["outcome"] = "completed"
        connection.send_json(answer.response())

    def _cancel(self, connection: Connection, request: Request, response_id: str) -> None:
        answer, record = self._asked_for("cancel", request, response_id)
        run = self.runs.get(response_id)
        if run is None:
            raise _refused(record, cannot_cancel())
        run.cancel()
        record["outcome"] = "completed"
        connection.send_json(answer.response())

    def _asked_for(
        self, kind: str, request: Request, response_id: str
    ) -> tuple[Answer, dict[str, Any]]:
        answer = self.answers.get(response_id)
        record = self.records.add(kind, request, answer)
        record["response_id"] = response_id
        if answer is None or not answer.request.get("store", True) or answer.controls.forget:
            raise _refused(record, not_found(response_id))
        return answer, record

    def _check(self, answer: Answer, record: dict[str, Any]) -> None:
        previous = answer.request.get("previous_response_id")
        if previous and not self._is_stored(previous):
            raise _refused(record, previous_response_not_found(previous))
        if answer.is_background and answer.controls.nobackground:
            raise _refused(record, unsupported("background"))
        for parameter in ("temperature", "top_p"):
            if answer.controls.nosampling and parameter in answer.request:
                raise _refused(record, unsupported(parameter))
        tries = self.records.count_try(answer)
        if tries <= answer.controls.busy:
            raise _refused(record, too_many())
        if tries <= answer.controls.full:
            raise _refused(record, too_long())

    def _is_stored(self, response_id: str) -> bool:
        answer = self.answers.get(response_id)
        return answer is not None and bool(answer.request.get("store", True))

    def _told(self, response_id: str) -> dict[str, Any]:
        answer = self.answers.get(response_id)
        if answer is None:
            raise not_found(response_id)
        created = len(self.records.created(answer))
        return {"id": answer.id, "status": answer.status, "text": answer.text, "created": created}


def _refused(record: dict[str, Any], refusal: Refusal) -> Refusal:
    record["outcome"] = "refused"
    return refusal


def _sound_in(request: Request) -> str:
    """What a recording is, by the beginning of its bytes."""
    return "a recording" if b"\x1aE\xdf\xa3" in request.body else "noise"


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "tests"}


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
