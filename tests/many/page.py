"""What a tab of the chat does, without the drawing: it asks, follows, and comes back by itself."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

from django.conf import settings

from conversations.protocol.events import is_terminal
from conversations.protocol.items import output_text
from conversations.protocol.snapshot import Snapshot
from tests.bench.websocket import WebSocket
from tests.support.many import Installation, Worker

PATIENCE = 40.0  # seconds within which whatever a test waits for has to happen
PAUSE = 0.2  # seconds before a tab tries again


@asynccontextmanager
async def page_on(
    installation: Installation, worker: Worker, session_key: str
) -> AsyncIterator["Page"]:
    """A tab that is connected to this process, until one of the two is cut off."""
    page = Page(installation.url, session_key)
    with installation.only(worker):
        await page.open()
    async with _until_left(page):
        yield page


@asynccontextmanager
async def page_at(url: str, session_key: str) -> AsyncIterator["Page"]:
    """A tab that is connected to whichever process answers at this address."""
    page = Page(url, session_key)
    await page.open()
    async with _until_left(page):
        yield page


@asynccontextmanager
async def _until_left(page: "Page") -> AsyncIterator[None]:
    try:
        yield
    finally:
        await page.close()


class Answer:
    """What a tab knows of an answer, and what was wrong with the events it got."""

    def __init__(self) -> None:
        self.snapshot = Snapshot({"output": []})
        self.sequence_number = -1
        self.faults: list[str] = []
        self.text = ""
        self.has_ended = False

    def take(self, event: dict[str, Any]) -> None:
        """Fold an event; one that is not the next is a fault."""
        if event["type"] == "response.snapshot":
            self._replace(event["response"])
            return
        number = event["sequence_number"]
        if number != self.sequence_number + 1:
            self.faults.append(f"{number} came after {self.sequence_number}")
        self.sequence_number = number
        self.snapshot.apply(event)
        self.has_ended = self.has_ended or is_terminal(event)
        self.text = output_text(self.snapshot.response["output"])

    def _replace(self, response: dict[str, Any]) -> None:
        self.snapshot = Snapshot(response)
        number = response["sequence_number"]
        self.sequence_number = -1 if number is None else number
        self.has_ended = self.snapshot.has_ended
        self.text = output_text(response["output"])

    @property
    def status(self) -> str:
        return str(self.snapshot.response["status"])

    @property
    def items(self) -> list[str]:
        """The types of the items so far."""
        return [item["type"] for item in self.snapshot.response["output"]]


class Page:
    """One tab of the person who is signed in with this session."""

    def __init__(self, url: str, session_key: str) -> None:
        self._url, self._session_key = url, session_key
        self.answers: dict[str, Answer] = {}
        self.accepted: dict[str, str] = {}
        self.refused: dict[str, dict[str, Any]] = {}
        self.frames: list[dict[str, Any]] = []
        self.closes: list[int] = []
        self._unanswered: dict[str, dict[str, Any]] = {}
        self._news = asyncio.Event()
        self._socket: WebSocket | None = None
        self._staying: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, and stay connected."""
        self._staying = asyncio.create_task(self._stay())
        await self.until(lambda: self._socket is not None)

    async def close(self) -> None:
        assert self._staying
        self._staying.cancel()
        with suppress(asyncio.CancelledError):
            await self._staying
        if self._socket:
            self._socket.close()

    async def ask(self, question: str, **fields: Any) -> str:
        """Send a message, again and again if need be, until it is stored; the answer's id."""
        return await self.stored(self.send_question(question, **fields))

    async def stored(self, key: str) -> str:
        """Wait until the message with this key is stored; its answer's id."""
        await self.until(lambda: key in self.accepted or key in self.refused)
        return self.accepted[key]

    async def error_of(self, code: str) -> None:
        """Wait until the server has said so."""
        await self.until(
            lambda: any(frame.get("error", {}).get("code") == code for frame in self.frames)
        )

    def send_question(self, question: str, **fields: Any) -> str:
        """Send a message; the key that it is known by."""
        key = fields.setdefault("client_key", str(uuid.uuid4()))
        self._unanswered[key] = {"type": "response.create", "input": question, **fields}
        self.send(self._unanswered[key])
        return str(key)

    def follow(self, response_id: str) -> Answer:
        """Have an answer sent from its beginning on."""
        answer = self.answers.setdefault(response_id, Answer())
        self.send({"type": "response.follow", "response_id": response_id})
        return answer

    def send(self, frame: dict[str, Any]) -> None:
        """What is sent while there is no connection is lost, as on a real line."""
        if self._socket:
            self._socket.send(json.dumps(frame))

    async def end_of(self, response_id: str) -> Answer:
        answer = self.answers[response_id]
        await self.until(lambda: answer.has_ended)
        return answer

    async def words_of(self, response_id: str, number: int) -> Answer:
        """Wait until so many words of an answer are here."""
        answer = self.answers[response_id]
        await self.until(lambda: len(answer.text.split()) >= number)
        return answer

    async def item_of(self, response_id: str, kind: str) -> None:
        """Wait until an item of this type of an answer is here."""
        answer = self.answers[response_id]
        await self.until(lambda: kind in answer.items)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so, which only a frame or a connection can make it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    self._news.clear()
                    await self._news.wait()
        assert condition(), f"It did not come about. The last frames: {self.frames[-5:]}"

    async def _stay(self) -> None:
        """Be connected; come back when the connection is lost."""
        while True:
            closed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            with suppress(OSError):
                self._socket = await self._connect(closed)
                self._catch_up()
                self._news.set()
                self.closes.append(await closed)
            self._socket = None
            await asyncio.sleep(PAUSE)

    async def _connect(self, closed: asyncio.Future[int]) -> WebSocket:
        host, _, port = self._url.removeprefix("http://").partition(":")
        socket = WebSocket(
            f"{self._url}/ws",
            f"{settings.SESSION_COOKIE_NAME}={self._session_key}",
            self._take,
            lambda code: None if closed.done() else closed.set_result(code),
        )
        loop = asyncio.get_running_loop()
        await loop.create_connection(lambda: socket, host, int(port))
        await socket.opened
        return socket

    def _catch_up(self) -> None:
        for frame in self._unanswered.values():
            self.send(frame)
        for response_id, answer in self.answers.items():
            if not answer.has_ended:
                after = {"starting_after": answer.sequence_number}
                follow = {"type": "response.follow", "response_id": response_id}
                self.send(follow | after if answer.sequence_number >= 0 else follow)

    def _take(self, payload: bytes) -> None:
        frames = [json.loads(line) for line in payload.split(b"\n")]
        self.frames += frames
        for frame in frames:
            self._take_frame(frame)
        self._acknowledge(frames[-1])
        self._news.set()

    def _take_frame(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "response.accepted":
            self._accepted(frame["client_key"], frame["response"]["id"])
        elif frame["type"] == "error":
            self._refused(frame)
        elif answer := self.answers.get(frame.get("stream_id", "")):
            answer.take(frame)

    def _accepted(self, key: str, response_id: str) -> None:
        self._unanswered.pop(key, None)
        self.accepted[key] = response_id
        self.answers.setdefault(response_id, Answer())

    def _refused(self, frame: dict[str, Any]) -> None:
        """Below 500 it is the answer; else nothing is decided, and it is sent again."""
        key = frame.get("client_key")
        if key not in self._unanswered:
            return
        if frame["status"] < 500:
            self.refused[key] = frame
            del self._unanswered[key]
        else:
            asyncio.get_running_loop().call_later(PAUSE, self._send_again, key)

    def _send_again(self, key: str) -> None:
        if key in self._unanswered:
            self.send(self._unanswered[key])

    def _acknowledge(self, frame: dict[str, Any]) -> None:
        if "sequence_number" in frame:
            up_to = {"response_id": frame["stream_id"], "sequence_number": frame["sequence_number"]}
            self.send({"type": "response.ack", **up_to})
