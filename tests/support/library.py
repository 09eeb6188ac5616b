"""Files and vector stores of a provider of the tests: really kept, and really searched."""

import itertools
import json
import re
from dataclasses import dataclass, field
from typing import Any

Body = dict[str, Any]
PASSAGE = 300


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        error = {"message": message, "type": "invalid_request_error", "code": code, "param": None}
        self.body = {"error": error}


@dataclass
class Upload:
    name: str
    data: bytes
    expires_after: int | None
    purpose: str


@dataclass
class Library:
    """`slow` is how often a store says that it is not ready with a file. `refuses` are words in a
    file that a store takes nothing with.
    """

    files: dict[str, Upload] = field(default_factory=dict)
    stores: dict[str, dict[str, Body]] = field(default_factory=dict)
    expiries: dict[str, Body] = field(default_factory=dict)
    slow: int = 0
    refuses: str = ""
    knows_expiry: bool = True
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _looks: dict[str, int] = field(default_factory=dict)

    def answer(self, method: str, path: list[str], headers: dict[str, str], body: bytes) -> Body:
        """What becomes of a request for `files/…` or `vector_stores/…`; Refused."""
        if path[0] == "vector_stores" and headers.get("openai-beta") != "assistants=v2":
            raise Refused(400, "You must provide the 'OpenAI-Beta' header.", "invalid_beta")
        match method, path:
            case "POST", ["files"]:
                return self._upload(headers, body)
            case "DELETE", ["files", name]:
                self._file(name)
                del self.files[name]
                for store in self.stores.values():
                    store.pop(name, None)
                return {"id": name, "object": "file", "deleted": True}
            case "POST", ["vector_stores"]:
                name = f"vs_{next(self._numbers)}"
                self.stores[name] = {}
                self.expiries[name] = json.loads(body or b"{}").get("expires_after")
                return {"id": name, "object": "vector_store", "status": "completed"}
            case "DELETE", ["vector_stores", name]:
                self._store(name)
                del self.stores[name]
                return {"id": name, "object": "vector_store.deleted", "deleted": True}
            case "POST", ["vector_stores", name, "files"]:
                return self._add(self._store(name), json.loads(body))
            case "GET", ["vector_stores", name, "files", file]:
                return self._told(self._store(name), file)
            case "DELETE", ["vector_stores", name, "files", file]:
                self._told(self._store(name), file)
                del self.stores[name][file]
                return {"id": file, "object": "vector_store.file.deleted", "deleted": True}
            case _:
                raise Refused(404, f"Not Found: {method} {'/'.join(path)}")

    def found(self, tool: Body, query: str) -> list[Body]:
        """The passages, one a file, that have most of the words of a query; Refused."""
        results = [
            self._result(file, added, query)
            for name in tool["vector_store_ids"]
            for file, added in self._store(name).items()
            if _passes(tool.get("filters"), added["attributes"])
        ]
        return sorted([one for one in results if one["score"]], key=lambda one: -one["score"])

    def _upload(self, headers: dict[str, str], body: bytes) -> Body:
        fields = _form(headers["content-type"], body)
        seconds = fields.get("expires_after[seconds]")
        if seconds and not self.knows_expiry:
            raise Refused(400, "Unknown parameter: 'expires_after'.", "unknown_parameter")
        file_name, data = fields["file"]
        name = f"file-{next(self._numbers)}"
        purpose = fields["purpose"][1].decode()
        expiry = int(seconds[1]) if seconds else None
        self.files[name] = Upload(file_name, data, expiry, purpose)
        return {"id": name, "object": "file", "filename": file_name, "bytes": len(data)}

    def _add(self, store: dict[str, Body], body: Body) -> Body:
        name = body["file_id"]
        self._file(name)
        store[name] = {"attributes": body.get("attributes") or {}}
        return self._told(store, name)

    def _told(self, store: dict[str, Body], name: str) -> Body:
        if name not in store:
            raise Refused(404, f"No file found with id '{name}' in vector store.")
        self._looks[name] = self._looks.get(name, 0) + 1
        status = "completed" if self._looks[name] > self.slow else "in_progress"
        if self.refuses and self.refuses.encode() in self.files[name].data:
            status = "failed"
        return {"id": name, "object": "vector_store.file", "status": status, **store[name]}

    def _file(self, name: str) -> Upload:
        if name not in self.files:
            raise Refused(404, f"No such File object: {name}")
        return self.files[name]

    def _store(self, name: str) -> dict[str, Body]:
        if name not in self.stores:
            raise Refused(404, f"Vector store with id [{name!r}] not found.")
        return self.stores[name]

    def _result(self, name: str, added: Body, query: str) -> Body:
        file = self.files[name]
        text = file.data.decode("latin-1")
        words = set(re.findall(r"\w{3,}", query.lower()))
        at = [text.lower().find(word) for word in words]
        places = [place for place in at if place >= 0]
        start = max(0, min(places, default=0) - 40)
        return {
            "file_id": name,
            "filename": file.name,
            "score": round(len(places) / max(len(words), 1), 2),
            "text": text[start : start + PASSAGE],
            "attributes": added["attributes"],
        }


def _passes(filters: Body | None, attributes: Body) -> bool:
    if filters is None:
        return True
    if filters["type"] == "or":
        return any(_passes(one, attributes) for one in filters["filters"])
    assert filters["type"] == "eq"
    return bool(attributes.get(filters["key"]) == filters["value"])


def _form(content_type: str, body: bytes) -> dict[str, tuple[str, bytes]]:
    """A form's fields: each with the name of its file, if it is one, and its bytes."""
    boundary = content_type.partition("boundary=")[2].strip('"').encode()
    fields: dict[str, tuple[str, bytes]] = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, data = part.strip(b"\r\n").partition(b"\r\n\r\n")
        names = dict(re.findall(r'(\w+)="([^"]*)"', head.decode()))
        fields[names["name"]] = (names.get("filename", ""), data)
    return fields
