"""The fake provider's websocket: answers that can be steered.

One connection gives one answer at a time, each event a message. What is said into it ends it with
the reason "steered", and a successor answers that.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from websockets.frames import Frame, Opcode
from websockets.http11 import Request as Handshake
from websockets.protocol import State
from websockets.server import ServerProtocol

from tests.support.fake_answer import Answer, Step
from tests.support.fake_http import Connection, Request
from tests.support.fake_records import Records
from tests.support.fake_refusals import Refusal
from tests.support.fake_streams import Wheel, taken

Accept = Callable[[Answer, dict[str, Any]], None]


class WebSocket:
    """One client's websocket; `check` refuses an answer, `accept` notes it."""

    def __init__(
        self,
        connection: Connection,
        request: Request,
        records: Records,
        wheel: Wheel,
        check: Accept,
        accept: Accept,
    ) -> None:
        self._connection = connection
        self._request = request
        self._records = records
        self._wheel = wheel
        self._check = check
        self._accept = accept
        self._protocol = ServerProtocol()
        self._speech: Speech | None = None

    def start(self) -> None:
        """Answer the handshake, and take over what the client sends."""
        self._connection.on_lost = self._lost
        self._connection.upgrade(self._received)
        self._received(self._request.head)

    def _received(self, data: bytes) -> None:
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Handshake):
                self._protocol.send_response(self._protocol.accept(event))
            elif isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._take(json.loads(bytes(event.data)))
        self._flush()

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("type") == "response.steer":
            self._steer(message)
            return
        body = {name: value for name, value in message.items() if name != "type"}
        answer = Answer({**body, "stream": True})
        record = self._records.add("create", self._request, answer)
        try:
            self._check(answer, record)
        except Refusal as refusal:
            self.send({"type": "error", "status": refusal.status, **refusal.body})
            return
        self.speak(answer, record)

    def speak(self, answer: Answer, record: dict[str, Any]) -> None:
        """Begin an answer."""
        self._accept(answer, record)
        self._speech = Speech(self, answer, record, self._wheel)
        self._wheel.add(time.monotonic(), self._speech)

    def _steer(self, message: dict[str, Any]) -> None:
        speech, previous = self._speech, message["previous_response_id"]
        steer = {"previous_response_id": previous}
        if speech is None or speech.answer.id != previous:
            self._refuse("response_not_found", steer, message)
        elif speech.answer.is_over:
            self._refuse("response_already_completed", steer, message)
        elif speech.answer.controls.nosteer:
            self._refuse("steering_not_supported", steer, message)
        else:
            speech.said_into += message["input"]
            accepted = {**steer, "id": f"steer_{uuid.uuid4().hex}"}
            self.send({"type": "response.steer.accepted", "sequence_number": 0, "steer": accepted})

    def _refuse(self, code: str, steer: dict[str, Any], message: dict[str, Any]) -> None:
        error = {"type": "invalid_request_error", "code": code, "message": f"No: {code}."}
        steer = {**steer, "input": message["input"]}
        event = {"type": "response.steer.failed", "sequence_number": 0}
        self.send({**event, "error": error, "steer": steer})

    def succeed(self, speech: "Speech") -> None:
        """Answer what was said into an answer that has ended."""
        previous = speech.answer
        body = {**previous.request, "input": speech.said_into, "previous_response_id": previous.id}
        answer = Answer(body)
        self.speak(answer, self._records.add("steer", self._request, answer))

    def send(self, event: dict[str, Any]) -> None:
        self.send_text(json.dumps(event).encode())

    def send_text(self, data: bytes) -> None:
        if self._protocol.state is not State.OPEN:
            return  # the client has said goodbye, and its connection is about to be lost
        self._protocol.send_text(data)
        self._flush()

    def cut(self) -> None:
        self._connection.cut()

    def _flush(self) -> None:
        for data in self._protocol.data_to_send():
            if data:
                self._connection.send_raw(data)
            else:
                self._connection.close()

    def _lost(self) -> None:
        if self._speech:
            self._speech.left()


class Speech:
    """One answer on its way through a websocket, moved on by the wheel."""

    def __init__(
        self, socket: WebSocket, answer: Answer, record: dict[str, Any], wheel: Wheel
    ) -> None:
        self.answer = answer
        self.said_into: list[dict[str, Any]] = []
        self._socket = socket
        self._record = record
        self._wheel = wheel
        self._steps: Iterator[Step] = answer.steps()
        self._due = time.monotonic()

    def move_on(self) -> None:
        """Send what is due; what was said into the answer ends it."""
        if self._record["outcome"]:
            return
        if 0 < self.answer.controls.cut <= len(self.answer.said):
            self._record["outcome"] = "cut"
            self._socket.cut()
            return
        if self.said_into:
            self._steps = self.answer.ending("incomplete", "steered")
        events, pause = taken(self._steps)
        self._record["deltas"] = len(self.answer.said)
        for event in events:
            self._socket.send_text(event.partition(b"\ndata: ")[2].rstrip())
        if pause is not None:
            self._due += pause
            self._wheel.add(self._due, self)
            return
        self._record["outcome"] = self.answer.status
        if self.said_into:
            self._socket.succeed(self)

    def left(self) -> None:
        self._record["outcome"] = self._record["outcome"] or "left"
